"""Writes `templates/seed_catalog.csv`: the sample catalogue that ships with bomtool.

The parts are real and common ones: part number, maker, package and what they are (facts from makers' data sheets, in our
own words). The distributors, order codes, stock, prices and lead times are invented, the same at every run: they are
derived from a hash of the part number. Run it from the checkout: `python scripts/make_seed.py`.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from seed_parts import GROUPS, Group

TARGET = Path(__file__).parent.parent / "templates" / "seed_catalog.csv"
COLUMNS = [
    "mpn",
    "manufacturer",
    "package",
    "category",
    "description",
    "mount",
    "supplier",
    "sku",
    "stock",
    "moq",
    "order_multiple",
    "packaging",
    "currency",
    "breaks",
    "lead_time_days",
]
NORTH, SOUTH, EXAMPLE, DEMO = (
    "Sample Distributor North",
    "Sample Distributor South",
    "Example Parts Co.",
    "Demo Components Ltd.",
)


@dataclass(frozen=True)
class SeedPart:
    """One part: facts only."""

    mpn: str
    maker: str
    package: str
    description: str
    group: Group


def parts() -> Iterator[SeedPart]:
    """Every part of `seed_parts.GROUPS`, in their order."""
    for group in GROUPS:
        for line in filter(str.strip, group.lines.splitlines()):
            mpn, maker, package, about = (cell.strip() for cell in line.split("|"))
            yield SeedPart(mpn, maker, package, about, group)


def choose(part: SeedPart, what: str, below: int) -> int:
    """A number from 0 to `below` - 1 that depends on the part and on what it is for, and on nothing else."""
    digest = hashlib.sha256(f"{part.maker}|{part.mpn}|{what}".encode()).digest()
    return int.from_bytes(digest[:6]) % below


def price(part: SeedPart) -> Decimal:
    """The price of a single piece: the group's, up to a third more or less."""
    return Decimal(part.group.price) * (Decimal(67 + choose(part, "price", 67)) / 100)


def ladder(single: Decimal, steps: list[int], share: Decimal) -> str:
    """Price breaks falling by the usual discounts; `share` is the distributor's own level."""
    discount = {1: "1", 10: "0.82", 25: "0.76", 100: "0.6", 250: "0.55", 500: "0.5", 1000: "0.42", 2500: "0.36",
                3000: "0.35", 4000: "0.34", 5000: "0.33", 10000: "0.29"}  # fmt: skip
    digits = Decimal("0.00001") if single < Decimal("0.2") else Decimal("0.0001")
    found = []
    for step in steps:
        value = (single * share * Decimal(discount[step])).quantize(digits, ROUND_HALF_UP).normalize()
        found.append(f"{step}:{value:f}")
    return " ".join(found)


def offers(part: SeedPart) -> Iterator[dict[str, str]]:
    """One to four offers: loose pieces, cut tape, whole reels; some without stock, some by the reel only."""
    group, single = part.group, price(part)
    chips = single < Decimal("0.2")
    number = choose(part, "sku", 900_000) + 100_000
    reel_only = choose(part, "reel only", 33) == 0 and group.reel > 0
    dry = choose(part, "dry", 16) == 0
    loose = "cut tape" if group.reel else group.loose
    stock = 0 if dry else group.stock // 4 + choose(part, "stock", group.stock)
    weeks = 6 + choose(part, "weeks", 30)
    if not reel_only:
        steps = [1, 10, 100, 1000] + ([5000] if chips else [])
        yield {
            "supplier": NORTH, "sku": f"SDN-{number}", "stock": str(stock), "moq": "1", "order_multiple": "1",
            "packaging": loose, "breaks": ladder(single, steps, Decimal(1)), "lead_time_days": str(7 * weeks),
        }  # fmt: skip
        if choose(part, "example", 3):
            minimum = 10 if chips else 1
            steps = [10, 100, 1000] if chips else [1, 25, 100, 500]
            share = Decimal(88 + choose(part, "example price", 24)) / 100
            amount = 0 if choose(part, "example dry", 7) == 0 else choose(part, "example stock", group.stock)
            yield {
                "supplier": EXAMPLE, "sku": f"EX-{number}", "stock": str(amount), "moq": str(minimum),
                "order_multiple": str(minimum), "packaging": loose, "breaks": ladder(single, steps, share),
                "lead_time_days": str(7 * (8 + choose(part, "example weeks", 20))),
            }  # fmt: skip
        if choose(part, "demo", 5) == 0:
            unknown = choose(part, "demo unknown", 2) == 0
            yield {
                "supplier": DEMO, "sku": f"DEMO/{part.mpn}",
                "stock": "" if unknown else str(choose(part, "demo stock", 400)), "moq": "5", "order_multiple": "5",
                "packaging": "bag", "breaks": "" if unknown else ladder(single, [10, 250], Decimal("0.95")),
                "lead_time_days": "",
            }  # fmt: skip
    if group.reel and (reel_only or choose(part, "reel", 3)):
        reels = choose(part, "reels", 12)
        step = min(
            (size for size in (10000, 5000, 4000, 3000, 2500, 1000, 500, 250) if size <= group.reel), default=250
        )
        step = max(size for size in (250, 500, 1000, 2500, 3000, 4000, 5000, 10000) if size <= group.reel)
        yield {
            "supplier": SOUTH, "sku": f"{number}-R", "stock": str(reels * group.reel), "moq": str(group.reel),
            "order_multiple": str(group.reel), "packaging": "reel", "breaks": ladder(single, [step], Decimal("0.92")),
            "lead_time_days": str(7 * (10 + choose(part, "south weeks", 16))),
        }  # fmt: skip


def main() -> None:
    """Write the file anew."""
    seen: set[tuple[str, str]] = set()
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for part in parts():
            if (part.maker, part.mpn) in seen:
                raise SystemExit(f"{part.mpn} of {part.maker} stands twice")
            seen.add((part.maker, part.mpn))
            facts = {
                "mpn": part.mpn, "manufacturer": part.maker, "package": part.package, "category": part.group.category,
                "description": part.description, "mount": part.group.mount, "currency": "USD",
            }  # fmt: skip
            for offer in offers(part):
                writer.writerow({**facts, **offer})
    print(f"{len(seen)} parts written to {TARGET}")


if __name__ == "__main__":
    main()
