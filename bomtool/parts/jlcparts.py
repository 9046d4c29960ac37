"""The data folder that the jlcparts project publishes, in its three generations.

    index.json                  categories with a `sourcename`; NAME.json(.gz) has schema and components, NAME.stock.json
                                the stock by LCSC number
    manifest.json               categories with `shards`: lines of JSON, the first says which place is which field;
                                attributes are numbers into attributes-lut.json(.gz)
    components*.jsonlines(.gz)  the same lines, with attributes-lut.jsonlines(.gz) and subcategories.jsonlines(.gz)

Each part is one distributor's: LCSC, prices in US dollars. Source of the shapes: the project's own code and data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bomtool.errors import ReadError
from bomtool.parts import files, prices
from bomtool.parts.columns import Row, lifecycle_of
from bomtool.parts.source import Source, parse_json

_INDEX, _MANIFEST, _LINES = "index.json", "manifest.json", "components*.jsonlines*"
_SUPPLIER = "LCSC"


@dataclass(slots=True)
class _Work:
    """How far the reading is, and what was odd."""

    folder: Path
    done: int = 0
    total: int = 0
    odd: int = 0
    nameless: int = 0
    attributes: list[Any] = field(default_factory=list)

    def notes(self) -> list[str]:
        found = []
        if self.odd:
            found.append(f"{self.odd:,} parts have prices that cannot be read; they were taken without prices.")
        if self.nameless:
            found.append(f"{self.nameless:,} entries have no part number and were left out.")
        return found


def is_published(folder: Path) -> bool:
    """Whether this is such a folder."""
    return any((folder / name).is_file() for name in (_INDEX, _MANIFEST)) or any(folder.glob(_LINES))


def open_folder(folder: Path) -> Source:
    """Open the folder. Raises ReadError where a file it names is missing or damaged."""
    work = _Work(folder)
    work.total = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    created = None
    if (folder / _MANIFEST).is_file():
        manifest = _document(work, _MANIFEST)
        created = manifest.get("created") if isinstance(manifest, dict) else None
        rows = _from_manifest(work, manifest)
    elif (folder / _INDEX).is_file():
        index = _document(work, _INDEX)
        created = index.get("created") if isinstance(index, dict) else None
        rows = _from_index(work, index)
    else:
        rows = _from_lines(work)
    return Source(_checked(work, rows), work.total, lambda: work.done, work.notes, _day(created))


def _checked(work: _Work, rows: Iterator[Row]) -> Iterator[Row]:
    try:
        yield from rows
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise _strange(work.folder.name) from error


def _from_index(work: _Work, index: dict[str, Any]) -> Iterator[Row]:
    for category, inner in index.get("categories", {}).items():
        for sub, entry in inner.items():
            name = entry["sourcename"]
            table = _document(work, f"{name}.json")
            stock = _document(work, f"{name}.stock.json") if _find(work.folder, f"{name}.stock.json") else {}
            at = {field: place for place, field in enumerate(table["schema"])}
            for component in table["components"]:
                found = _row(work, at, component, f"{category} / {sub}")
                if found is not None:
                    if found.stock is None:
                        found.stock = _whole(stock.get(found.sku))
                    yield found


def _from_manifest(work: _Work, manifest: dict[str, Any]) -> Iterator[Row]:
    name = manifest.get("attributesLut") or "attributes-lut.json.gz"
    work.attributes = _document(work, name)
    for entry in manifest.get("categories", ()):
        category = f"{entry.get('category', '')} / {entry.get('subcategory', '')}".strip(" /")
        for shard in entry.get("shards", ()):
            yield from _shard(work, _required(work, shard), lambda _at, _component, name=category: name)


def _from_lines(work: _Work) -> Iterator[Row]:
    names: dict[int, str] = {}
    if _find(work.folder, "subcategories.jsonlines"):
        for place, entry in enumerate(_lines(work, _required(work, "subcategories.jsonlines"))):
            if isinstance(entry, list) and len(entry) >= 2:
                names[place] = f"{entry[1]} / {entry[0]}"
    if _find(work.folder, "attributes-lut.jsonlines"):
        work.attributes = list(_lines(work, _required(work, "attributes-lut.jsonlines")))

    def category(at: dict[str, int], component: list[Any]) -> str:
        return names.get(component[at["subcategoryIdx"]], "") if "subcategoryIdx" in at else ""

    for path in sorted(work.folder.glob(_LINES)):
        yield from _shard(work, path, category)


def _shard(work: _Work, path: Path, category: Any) -> Iterator[Row]:
    at: dict[str, int] = {}
    for entry in _lines(work, path):
        if isinstance(entry, dict):
            at = entry
        elif at and (found := _row(work, at, entry, category(at, entry))) is not None:
            yield found


def _row(work: _Work, at: dict[str, int], component: list[Any], category: str) -> Row | None:
    def get(name: str) -> Any:
        place = at.get(name)
        return component[place] if place is not None and place < len(component) else None

    mpn, sku = str(get("mfr") or "").strip(), str(get("lcsc") or "").strip()
    if not mpn:
        work.nameless += 1
        return None
    attributes = _attributes(work, get("attributes") if "attributes" in at else get("attrsIdx"))
    breaks = ""
    try:
        steps = [(int(step["qFrom"]), Decimal(step["price"])) for step in get("price") or ()]
        breaks = prices.join([(quantity, price) for quantity, price in steps if price > 0])
    except (ValueError, TypeError, KeyError, ArithmeticError):
        work.odd += 1
    return Row(
        mpn,
        manufacturer=str(get("manufacturer") or attributes.get("Manufacturer") or "").strip(),
        package=attributes.get("Package", ""),
        category=category,
        description=str(get("description") or "").strip(),
        lifecycle=lifecycle_of(attributes.get("Status", "")),
        datasheet=str(get("datasheet") or ""),
        supplier=_SUPPLIER,
        sku=sku,
        stock=_whole(get("stock")),
        breaks=breaks,
    )


def _attributes(work: _Work, given: Any) -> dict[str, str]:
    """Names and values: an object of attributes, or a list of places in the common list of them."""
    if isinstance(given, dict):
        pairs = list(given.items())
    else:
        pairs = [
            work.attributes[place][:2]
            for place in given or ()
            if isinstance(place, int) and 0 <= place < len(work.attributes)
        ]
    found = {}
    for name, said in pairs:
        values = said.get("values", {}) if isinstance(said, dict) else {}
        value = values.get(said.get("primary", "default")) or next(iter(values.values()), None)
        if isinstance(value, list) and value and isinstance(value[0], str) and value[0] != "-":
            found[name] = value[0].strip()
    return found


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None


def _day(text: Any) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except (TypeError, ValueError):
        return None


def _find(folder: Path, name: str) -> Path | None:
    """A file of the folder, packed or not. Names with a path in them are nobody's: they may lead out of the folder."""
    if name != Path(name).name:
        return None
    ways = (name, f"{name}.gz", name.removesuffix(".gz"))
    return next((folder / way for way in ways if (folder / way).is_file()), None)


def _required(work: _Work, name: str) -> Path:
    found = _find(work.folder, name)
    if found is None:
        raise ReadError(
            f"{work.folder} is not complete: {name[:80]} is missing.",
            hint="Fetch the folder again.",
            code="file-missing",
        )
    return found


def _document(work: _Work, name: str) -> Any:
    path = _required(work, name)
    found = parse_json(files.read_document(path), path.name)
    work.done += path.stat().st_size
    if not isinstance(found, dict | list):
        raise _strange(path.name)
    return found


def _strange(name: str) -> ReadError:
    return ReadError(
        f"{name} is not what jlcparts publishes, or of a generation not known yet.",
        hint="Load a table of parts instead (CSV).",
        code="file-damaged",
    )


def _lines(work: _Work, path: Path) -> Iterator[Any]:
    for number, line in files.lines_of(path):
        yield parse_json(line, f"{path.name}, line {number}", number)
    work.done += path.stat().st_size
