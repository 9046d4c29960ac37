"""BOMs as reading gives them, and clients whose clock costs no time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import SecretStr

from bomtool.bom.model import Bom, Column, Layout, Line, SourceRow
from bomtool.client import Client
from bomtool.client.client import Clock
from bomtool.net import Connection, Limits, Patience

KEY = "bt_test_5Zq9vRk2LwXcE7uYhN3d"


@dataclass
class FakeTime:
    """A clock that jumps instead of sleeping."""

    at: float = 1000.0

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.at += seconds


def make_line(row: int, **members: Any) -> Line:
    members.setdefault("quantity", Decimal(1))
    return Line(row=row, rows=(row,), **members)


def make_bom(lines: list[Line] | None = None, **members: Any) -> Bom:
    if lines is None:
        lines = [
            make_line(2, mpn="RC0402FR-0710KL", reference_designators=("R1", "R2", "R3"), quantity=Decimal(3)),
            make_line(3, mpn="GRM155R71C104KA88D", manufacturer_name="Murata", reference_designators=("C1",)),
        ]
    columns = {
        "reference_designators": [Column("Designator", 1)],
        "quantity": [Column("Qty", 2)],
        "mpn": [Column("MPN", 3)],
        "description": [Column("Description", 4)],
    }
    layout = Layout("BOM", 1, (1,), 2, max((line.row for line in lines), default=2), columns)
    rows = [SourceRow(line.row, "line", index) for index, line in enumerate(lines)]
    members.setdefault("name", "Blinker")
    members.setdefault("file_name", "blinker.xlsx")
    members.setdefault("file_kind", "xlsx")
    return Bom(lines=lines, layout=layout, source_rows=rows, findings=[], **members)


def make_client(url: str, time: FakeTime | None = None, **members: Any) -> Client:
    time = time or FakeTime()
    connection = Connection(
        url,
        SecretStr(KEY),
        limits=Limits(connect=2, read=2, body_seconds=5),
        patience=Patience(sleep=time.sleep),
    )
    return Client(connection, clock=Clock(time.now, time.sleep), **members)
