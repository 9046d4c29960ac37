"""A BOM as the wire carries it: `to_raw` makes the request body of `parse_raw_bom` and says what did not fit.

The wire has texts of 1 to 255 characters, whole quantities and no place for alternates' makers; whatever it cannot
carry stands in `metadata.bomtool`, and a finding says so (contract, "What the wire cannot carry").
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

from bomtool.api.base import INT32_MAX
from bomtool.api.boms import MAX_LINES, RawBom, RawLine
from bomtool.bom import designators
from bomtool.bom.model import Bom, Line
from bomtool.errors import UsageError
from bomtool.findings import Finding, Findings, cell_address

SOURCE = "bomtool"
"""`integration_source_name` of everything bomtool pushes."""
TEXT_MAX = 255
_TEXTS = (
    "line_number",
    "mpn",
    "manufacturer_name",
    "custom_id",
    "description",
    "value",
    "package",
    "mount_type",
    "link",
    "comments",
)


def to_raw(bom: Bom) -> tuple[RawBom, list[Finding]]:
    """The request body of a BOM, and findings about what the wire could not carry as it stands in the file.

    Raises UsageError for a BOM of more lines than one request may hold.
    """
    if len(bom.lines) > MAX_LINES:
        raise UsageError(
            f"The BOM has {len(bom.lines):,} lines; the platform takes {MAX_LINES:,} at once.",
            hint="Split the file.",
            code="too-many-lines",
        )
    findings = Findings()
    told = {(finding.row, finding.field) for finding in bom.findings if finding.severity != "info"}
    lines = [_Writer(bom, line, findings, told).write() for line in bom.lines]
    header = _Texts(bom, None, findings)
    members: dict[str, Any] = {
        "name": header.cut("name", bom.name) or header.cut("name", bom.file_name) or "BOM",
        "version": header.cut("version", bom.version),
        "part_number": header.cut("part_number", bom.part_number),
        "data_source": header.cut("data_source", bom.file_name),
        "raw_lines": lines,
        "synced_from_integration": True,
        "integration_source_name": SOURCE,
        "synced_from_integration_at": datetime.now(UTC),
    }
    members["integration_record_id"] = record_id(members["name"], members["version"], members["part_number"], lines)
    metadata = _provenance(bom, findings.items)
    if header.full:
        metadata["full"] = header.full
    members["metadata"] = {"bomtool": sendable(metadata)}
    return RawBom(**members), findings.items


def record_id(name: str, version: str | None, part_number: str | None, lines: list[RawLine]) -> str:
    """`integration_record_id`: the SHA-256 of the canonical JSON of name, version, part number and the lines as sent.

    The same reading gives the same record, a corrected one another.
    """
    sent = [line.model_dump(mode="json", exclude_unset=True) for line in lines]
    canonical = json.dumps(
        [name, version, part_number, sent], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def sendable(value: Any) -> Any:
    """JSON that any platform can store: no lone surrogates and no NUL in texts, Decimals as text."""
    if isinstance(value, str):
        if "\0" in value or not value.isprintable():
            value = value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value
    if isinstance(value, Mapping):
        return {sendable(str(key)): sendable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [sendable(item) for item in value]
    return format(value, "f") if isinstance(value, Decimal) else value


def _provenance(bom: Bom, more: list[Finding]) -> dict[str, Any]:
    """`metadata.bomtool` of the BOM: the file, its layout, what became of each row, and every finding."""
    return {
        "file": bom.file_name,
        "sha256": bom.file_sha256,
        "kind": bom.file_kind,
        "sheet": bom.layout.sheet,
        "encoding": bom.encoding,
        "delimiter": bom.delimiter,
        "layout": {
            "header_row": bom.layout.header_row,
            "columns": {
                name: [{"header": column.header, "index": column.index} for column in columns]
                for name, columns in bom.layout.columns.items()
            },
        },
        "title_block": bom.title_block,
        "counts": bom.counts(),
        "findings": [finding.to_json() for finding in [*bom.findings, *more]],
        "source_rows": [[row.row, row.fate, row.line, row.reason, row.text] for row in bom.source_rows],
    }


def _place(bom: Bom, row: int | None, name: str) -> dict[str, Any]:
    """The address of a field for a finding; a cell address in workbooks only."""
    columns = bom.layout.columns.get(name) if row else None
    column = columns[0].index if columns else None
    cell = cell_address(row, column) if row and column and bom.layout.sheet is not None else None
    return {"sheet": bom.layout.sheet, "row": row, "column": column, "cell": cell, "field": name}


@dataclass(slots=True)
class _Texts:
    """Cuts texts to what the wire takes and keeps the whole ones in `full`."""

    bom: Bom
    row: int | None
    findings: Findings
    full: dict[str, Any] = field(default_factory=dict)

    def cut(self, name: str, text: str | None) -> str | None:
        """The text, at most 255 characters; None for an empty one."""
        text = str(sendable(text)) if text else ""
        if len(text) <= TEXT_MAX:
            return text or None
        self.full[name] = text
        self._say(name, len(text))
        return text[:TEXT_MAX]

    def cut_all(self, name: str, texts: list[str]) -> list[str]:
        """Several texts of one field; empty ones are left out."""
        clean = [text for text in map(sendable, texts) if text]
        longest = max((len(text) for text in clean), default=0)
        if longest > TEXT_MAX:
            self.full[name] = clean
            self._say(name, longest)
        return [text[:TEXT_MAX] for text in clean]

    def _say(self, name: str, length: int) -> None:
        self.findings.add(
            "text-shortened",
            f"The {name.replace('_', ' ')} has {length} characters; the first {TEXT_MAX} are sent.",
            **_place(self.bom, self.row, name),
        )


@dataclass(slots=True)
class _Writer:
    """Writes one line."""

    bom: Bom
    line: Line
    findings: Findings
    told: set[tuple[int | None, str | None]]
    """Row and field of warnings and errors that reading has already given."""

    def write(self) -> RawLine:
        line = self.line
        texts = _Texts(self.bom, line.row, self.findings)
        members: dict[str, Any] = {}
        for name in _TEXTS:
            value = texts.cut(name, getattr(line, name))
            if value is not None:
                members[name] = value
        alternates = texts.cut_all("alternative_mpns", list(dict.fromkeys(a.mpn for a in line.alternates)))
        if alternates:
            members["alternative_mpns"] = alternates
        references = texts.cut_all("reference_designators", list(line.reference_designators))
        if references:
            members["reference_designators"] = references
            compressed = designators.compress(references)
            if 0 < len(compressed) <= TEXT_MAX:
                members["reference_designators_string"] = compressed
        members["quantity"] = self._quantity(len(references))
        if line.do_not_place:
            members["do_not_place"] = True
        if line.is_custom_part:
            members["is_custom_part"] = True
        members["metadata"] = self._metadata(texts.full)
        return RawLine(**members)

    def _quantity(self, references: int) -> int:
        """Whole pieces per assembly; what the file does not give is never made up without a finding."""
        value = self.line.quantity
        if value is None:
            if self.line.do_not_place:
                return 0
            if references:
                if "quantity" in self.bom.layout.columns:
                    self._say(
                        "quantity-from-designators",
                        f"No quantity can be read; the {references} designators are counted.",
                    )
                return references
            self._say("quantity-unknown", "No quantity can be read and there is no designator; 0 is sent.")
            return 0
        if not value.is_finite() or value < 0 or value > INT32_MAX:
            self._say("quantity-unknown", f"The quantity {value} cannot be a number of pieces; 0 is sent.")
            return 0
        whole = int(value.to_integral_value(rounding=ROUND_CEILING))
        if whole != value:
            unit = f" {self.line.quantity_unit}" if self.line.quantity_unit else ""
            self.findings.add(
                "quantity-not-whole",
                f"The quantity {value:f}{unit} is sent as {whole}; the exact one is kept beside it.",
                **_place(self.bom, self.line.row, "quantity"),
            )
        return whole

    def _say(self, code: str, message: str) -> None:
        """A quantity finding, unless reading has already complained of this cell."""
        if (self.line.row, "quantity") not in self.told:
            self.findings.add(code, message, **_place(self.bom, self.line.row, "quantity"))

    def _metadata(self, full: dict[str, Any]) -> dict[str, Any]:
        line = self.line
        own: dict[str, Any] = {
            "row": line.row,
            "rows": list(line.rows),
            "section": line.section,
            "quantity": None if line.quantity is None else format(line.quantity, "f"),
            "unit": line.quantity_unit,
            "raw": dict(line.raw),
            "full": full,
        }
        if line.supplier_part_numbers:
            own["supplier_part_numbers"] = dict(line.supplier_part_numbers)
        if any(alternate.manufacturer_name for alternate in line.alternates):
            own["alternates"] = [
                {"mpn": alternate.mpn, "manufacturer_name": alternate.manufacturer_name, "row": alternate.row}
                for alternate in line.alternates
            ]
        metadata = {"bomtool": own}
        if line.metadata:
            metadata["columns"] = dict(line.metadata)
        out: dict[str, Any] = sendable(metadata)
        return out
