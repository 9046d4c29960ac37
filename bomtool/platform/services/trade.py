"""What all records of buying have in common: a header with labels and an integration record, and lines below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, select

from bomtool.platform.calls import Call, canonical_id
from bomtool.platform.errors import invalid, not_found
from bomtool.platform.services import boms, labels, org_parts, records
from bomtool.platform.stock_tables import suppliers

Values = dict[str, Any]


def header_shown(
    connection: Connection, rows: Sequence[Any], names: Sequence[str], renamed: Mapping[str, str]
) -> list[Values]:
    """Headers as the wire has them: named columns, columns under another name, integration block, labels, times."""
    labelled = labels.of(connection, [row.id for row in rows])
    own = ("id", "org_id", *names, *boms.INTEGRATION, "created_at", "updated_at")
    return [
        {
            **{name: getattr(row, name) for name in own},
            **{shown: getattr(row, column) for column, shown in renamed.items()},
            "metadata": row.meta or {},
            "team": row.team_id,
            **labelled[row.id],
        }
        for row in rows
    ]


def create(connection: Connection, call: Call, table: Table, record_type: str, given: Values) -> Any:
    """Insert a header in the call's org, with its labels. Raises Refusal 409 for an integration record that is taken."""
    values = dict(given)
    labelled = labels.take(values)
    source, record = values.get("integration_source_name"), values.get("integration_record_id")
    if source and record:
        c = table.c
        same = [c.org_id == call.org_id, c.integration_source_name == source, c.integration_record_id == record]
        what = record_type.replace("_", " ")
        records.check_unique(connection, table, same, f"There is a {what} of this integration record already.", None)
    values = records.columns(values) | labels.team_value(connection, call, call.org_id, labelled)
    row = records.add(connection, table, call.org_id, {**values, "revision": 1})
    labels.write(connection, row.org_id, record_type, row.id, labelled)
    return row


def change(connection: Connection, call: Call, table: Table, record_type: str, row: Any, given: Values) -> Any:
    """Write the members sent to a header that was read for change, with its labels."""
    values = dict(given)
    labelled = labels.take(values)
    values = records.columns(values)
    boms.check_record_is_free(connection, table, row, values, record_type.replace("_", " "))
    values |= labels.team_value(connection, call, row.org_id, labelled)
    labels.write(connection, row.org_id, record_type, row.id, labelled)
    return records.change(connection, table, row.id, values)


def line_for_change(
    connection: Connection, call: Call, lines: Table, parent: Table, column: str, line_id: str, what: str
) -> tuple[Any, Any]:
    """A line by its own id, and its locked header, which decides who sees it. Raises Refusal 404, and 412 where If-Match
    names another revision of the header."""
    identifier = canonical_id(line_id, what)
    row = connection.execute(
        select(lines).join(parent, parent.c.id == lines.c[column]).where(lines.c.id == identifier, call.visible(parent))
    ).first()
    if row is None:
        raise not_found(what, line_id)
    header = records.get(connection, call, parent, getattr(row, column), what, lock=True)
    call.check_revision(what, header.revision)
    return row, header


def next_position(connection: Connection, lines: Table, column: str, parent_id: str) -> int:
    """The position behind the last line."""
    last = connection.execute(select(func.max(lines.c.position)).where(lines.c[column] == parent_id)).scalar()
    return 1 if last is None else int(last) + 1


def add_lines(
    connection: Connection, lines: Table, column: str, parent: Any, rows: Iterable[Values], first: int = 1
) -> list[str]:
    """Insert lines in their order, in one statement; their ids."""
    numbered = [{**row, "position": first + number} for number, row in enumerate(rows)]
    return records.add_all(connection, lines, parent.org_id, numbered, **{column: parent.id})


def lines_of(connection: Connection, lines: Table, column: str, parent_ids: Sequence[str]) -> dict[str, list[Any]]:
    """Lines by header id, in their order, in one statement."""
    found: dict[str, list[Any]] = {identifier: [] for identifier in parent_ids}
    if found:
        query = select(lines).where(lines.c[column].in_(found)).order_by(lines.c.position, lines.c.id)
        for row in connection.execute(query):
            found[getattr(row, column)].append(row)
    return found


def named_parts(call: Call, org_id: str, given: Sequence[Values], complain: Callable[[int], str]) -> list[Values]:
    """Lines with `part_id`, and number and maker of the part beside it where it is known.

    Raises Refusal 400, by line, for an unknown part, and for a line that names nothing.
    """
    wanted = sorted({line["part"] for line in given if line.get("part")})
    known = call.catalog_of(org_id).get(wanted) if wanted else {}
    wrong: Values = {}
    out = []
    for number, line in enumerate(given):
        row = {name: value for name, value in line.items() if name != "part"}
        part_id = line.get("part")
        row["part_id"] = part_id
        part = known.get(part_id) if part_id else None
        if part is not None:
            row |= {
                "mpn": line.get("mpn") or part.mpn,
                "manufacturer_name": line.get("manufacturer_name") or part.manufacturer,
                "description": line.get("description") or part.description,
            }
        elif part_id:
            wrong[str(number)] = {"part": [f"There is no part {part_id[:40]}."]}
        elif not (line.get("mpn") or line.get("description")):
            wrong[str(number)] = {"part": [complain(number)]}
        out.append(row)
    if wrong:
        raise invalid({"lines": wrong})
    return out


def only(found: list[Values]) -> Values:
    """The one line of a request that has one."""
    return found[0]


def check_supplier(connection: Connection, call: Call, org_id: str, supplier: Any) -> Any:
    """The row of a supplier of the org. Raises Refusal 400."""
    found = records.known(connection, call, suppliers, [supplier], org_id=org_id, field="supplier", what="supplier")
    return found[str(supplier)]


check_part = org_parts.check
