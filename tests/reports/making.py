"""Programs for the tests of the reports: random, but priced by the platform's rules, worked out here on their own."""

from __future__ import annotations

import dataclasses
import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bomtool.api.boms import Bom, BomLine
from bomtool.api.plans import Availabilities, PartAvailability, PartPricing, ReferencePricing
from bomtool.api.programs import Program
from bomtool.reports import model, spool
from bomtool.reports.model import BomWithLines, ReportInput

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MAKERS = [
    "YAGEO",
    "Murata",
    "Texas Instruments",
    "风华高科 Fenghua",
    "国巨股份有限公司",
    "STMicroelectronics",
    "TDK",
    "onsemi",
]
CATEGORIES = ["Resistor", "Capacitor", "IC", "Connector", "Diode", "Inductor", "Crystal", None]
SUPPLIERS = ["Beispiel Distribution", "Sample Parts Co", "Fictional Components", "示例电子", "Nowhere Semi"]
DIGITS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
NASTY = [
    "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "0022232021", "1E5", "2021-01", "00123", "TRUE", "\t=2", "'=3",
    "http://example.org/x", "<b>&amp;</b>", "a\x01b\x0bc", "line\r\nbreak", "\ud800 lone", "_x0041_", "{=1}", "#N/A", "1/2",
]  # fmt: skip


@dataclass
class Maker:
    """Makes one ReportInput; every figure follows from the seed."""

    seed: int
    lines: int = 12
    boms: int = 1
    builds: int = 100
    currency: str = "USD"
    overage: bool = True
    stock: bool = False
    sample: bool = True
    broken: bool = True
    """Whether some lines are unmatched, unpriced or not placed."""
    long_texts: bool = False
    nasty: bool = False
    rng: random.Random = field(init=False)
    not_placed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)

    def make(self) -> ReportInput:
        """The program with its answers."""
        kind = "sample" if self.sample else "snapshot"
        ids = [self.uuid() for _ in range(self.boms)]
        quantities = [max(1, self.builds // (index + 1)) for index in range(self.boms)]
        summaries = [
            {"id": bom, "name": f"board {chr(65 + i)}", "version": "1.2", "approved": "true", "org_id": "org",
             "metadata": {}, "data_source": "board.xlsx"} for i, bom in enumerate(ids)
        ]  # fmt: skip
        parts, priced, bom_lines = [], [], [[] for _ in ids]
        for number in range(self.lines):
            self.part(number, ids, quantities, kind, parts, priced, bom_lines)
        counted = [p for p in priced if p["lines"] and p["part"] not in self.not_placed]
        known = sum((Decimal(p["extended_price"]) for p in counted if p["priced"]), Decimal(0))
        lines_total = sum(p["lines"] for p in counted)
        lines_priced = sum(p["lines"] for p in counted if p["priced"])
        complete, builds = lines_priced == lines_total, sum(quantities)
        common = {
            "program": self.uuid(), "name": f"board A x {builds}", "builds": builds, "currency": self.currency,
            "add_overage": self.overage, "overage_profile": "typical" if self.overage else "none",
            "overage_text": "Overage: typical, 2 % of each part and at least one piece" if self.overage
            else "Overage: none applied",
            "kinds": [kind], "catalogs": ["sample catalogue" if self.sample else "distributor export"],
            "calculated_at": NOW.isoformat(),
        }  # fmt: skip
        pricing = ReferencePricing.model_validate(
            common
            | {
                "total": str(known) if complete else None, "known_total": str(known),
                "unit_cost": self.money(known / builds) if complete else None, "known_unit_cost": self.money(known / builds),
                "lines_priced": lines_priced, "lines_total": lines_total, "parts": priced,
                "quantities": [self.point(q, known, builds, lines_priced, lines_total) for q in (1, 10, 100, 1000, builds)],
                "oldest_price_at": (NOW - timedelta(days=3)).isoformat(),
            }
        )  # fmt: skip
        available = Availabilities.model_validate(
            common
            | {
                "include_on_hand_stock": self.stock, "include_processing_stock": self.stock,
                "buildable_from_stock": 0, "buildable_now": None if not complete else 140,
                "ready_date": date(2027, 1, 12) if complete else None,
                "gating_lines": [
                    {"part": p["part"], "mpn": p["mpn"], "manufacturer_name": p["manufacturer_name"],
                     "reference_designators": p["reference_designators"][0]["reference_designators"],
                     "reason": "no offer in stock covers the quantity; lead time 53 days"} for p in parts[:3]
                ],
                "lines_total": lines_total, "lines_matched": lines_priced, "parts": parts,
            }
        )  # fmt: skip
        program = Program.model_validate(
            {"id": common["program"], "name": common["name"], "approved": "false", "org_id": "org",
             "reference_number": "PR-0042", "production_date": "2027-02-01",
             "lines": [{"quant": q, "bom": s} for q, s in zip(quantities, summaries, strict=True)]}
        )  # fmt: skip
        boms = [
            BomWithLines(
                Bom.model_validate(s | {"metadata": {"bomtool": self.provenance(lines)}, "line_count": len(lines)}),
                [BomLine.model_validate(line) for line in lines],
            )
            for s, lines in zip(summaries, bom_lines, strict=True)
        ]
        return ReportInput(program, available, pricing, boms, generated_at=NOW)

    def part(
        self,
        number: int,
        ids: list[str],
        quantities: list[int],
        kind: str,
        parts: list[Any],
        priced: list[Any],
        lines: list[Any],
    ) -> None:
        """One part with its line in one BOM (or in all), its plan and its price."""
        rng = self.rng
        fate = rng.choices(["buy", "none", "rfq", "dnp", "lead"], [20, 1, 1, 1, 2] if self.broken else [1, 0, 0, 0, 0])[
            0
        ]
        everywhere = number % 4 == 0
        uses, need = [], 0
        mpn = (
            NASTY[number % len(NASTY)]
            if self.nasty
            else f"{rng.choice(['RC', 'CL', 'STM', 'GRM'])}{rng.randrange(10**6):06d}-{number}"
        )
        maker = rng.choice(MAKERS)
        part_id = f"CC{number:010d}" if fate != "none" else None
        description = (
            f"{rng.choice(['Thick film resistor', 'MLCC X7R', 'Microcontroller', 'Header'])} {rng.randrange(999)}"
        )
        if self.long_texts:
            description = description + " with a description that goes on and on, 长说明文字 " * rng.randrange(1, 20)
        status = {"buy": "buyable", "none": "no_match", "rfq": "needs_rfq", "dnp": "do_not_place", "lead": "lead_time"}[
            fate
        ]
        for index, bom in enumerate(ids):
            if not everywhere and index != number % len(ids):
                continue
            per = rng.choice([1, 1, 2, 3, 4, 8, 25])
            prefix = rng.choice("RCUJDL")
            refs = [f"{prefix}{number * 30 + i + 1}" for i in range(per)]
            line_id = self.uuid()
            uses.append(
                {"bom": bom, "bom_name": f"board {chr(65 + index)}", "lines": [line_id], "line_numbers": [str(number + 1)],
                 "reference_designators": refs, "quantity_per_build": per, "builds": quantities[index]}
            )  # fmt: skip
            need += per * quantities[index] if fate != "dnp" else 0
            lines[index].append(
                self.line(line_id, bom, len(lines[index]) + 1, fate, part_id, mpn, maker, description, refs)
            )
        extra = max(1, -(-need * 2 // 100)) if self.overage and need and fate != "none" else 0
        rule = [{"from_need": 1, "percent": "2", "least_extra": 1}] if extra else [{"from_need": 1}]
        required = need + extra
        on_hand = rng.choice([0, 0, 50, 10**6]) if self.stock else rng.choice([0, 20])
        processing = rng.choice([0, 7]) if self.stock else 0
        usable = on_hand + processing if self.stock else 0
        from_stock = min(required, usable)
        to_buy = required - from_stock
        offers = self.offers(part_id or "", mpn, kind, to_buy) if fate in ("buy", "lead") else []
        purchases = self.plan(offers, to_buy, part_id or "", mpn) if fate in ("buy", "lead") else []
        is_priced = fate in ("buy", "lead")
        total = sum((Decimal(p["extended_price"]) for p in purchases), Decimal(0))
        category = rng.choice(CATEGORIES)
        common = {
            "part": part_id, "mpn": mpn, "manufacturer_name": maker, "description": description, "category": category,
            "quantity_needed": need, "overage": extra, "quantity_required": required,
            "quantity_from_stock": from_stock, "quantity_to_buy": to_buy,
        }  # fmt: skip
        risks = (
            [{"code": "single_source", "severity": "warning", "message": "only one supplier has it"}]
            if rng.random() < 0.2
            else []
        )
        parts.append(
            common
            | {
                "package": rng.choice(["0402", "0603", "LQFP-48", None]), "reference_designators": uses,
                "quantity_per_build": sum(u["quantity_per_build"] for u in uses), "on_hand_quantity": on_hand,
                "processing_quantity": processing, "expected_quantity": 0, "allocated_quantity": 0,
                "status": "on_hand" if fate == "buy" and to_buy == 0 and need else status,
                "buyable_quantity": sum(o["stock"] for o in offers) if offers else (0 if part_id else None),
                "lead_time_days": 53 if fate == "lead" else None,
                "lifecycle_status": rng.choice(["Production", "NRFND", "Obsolete", None]), "risks": risks, "offers": offers,
                "arithmetic": [f"{need} needed", f"{extra} overage"],
                "overage_rule": rule if number % 3 else [],  # some platforms do not tell it
            }
        )  # fmt: skip
        if fate == "dnp":
            self.not_placed.add(str(part_id))
        reason = {"none": "no part is decided", "rfq": "no offer has a price"}.get(fate)
        if fate != "dnp" or number % 2:  # platforms may list parts that are not placed, or leave them out
            priced.append(
                common
                | {
                    "lines": len(uses), "priced": is_priced, "extended_price": str(total) if is_priced else None,
                    "unpriced_reason": reason,
                    "purchases": purchases,
                    "arithmetic": [f"{p['quantity']} x {p['unit_price']} = {p['extended_price']}" for p in purchases],
                }
            )  # fmt: skip

    def offers(self, part: str, mpn: str, kind: str, need: int) -> list[dict[str, Any]]:
        """One to four offers with ascending breaks; one of them always has all that is needed."""
        rng, found = self.rng, []
        for index in range(rng.choice([1, 2, 2, 4])):
            base = Decimal(rng.randrange(1, 400_000)).scaleb(-rng.choice([3, 4, 5]))
            moq = rng.choice([1, 1, 1, 10, 100])
            multiple = rng.choice([1, 1, 5, 100])
            sizes = sorted(rng.sample([1, 10, 25, 100, 250, 500, 1000, 2500, 5000, 10000], rng.randrange(1, 6)))
            prices = []
            for step, size in enumerate(sizes):
                price = (base * (Decimal("0.85") ** step)).quantize(Decimal("0.00001"))
                prices.append(
                    {"quantity": size, "price": str(max(price, Decimal("0.00001"))), "currency": self.currency}
                )
            found.append(
                {"supplier": SUPPLIERS[(index + int(part[2:] or 0)) % len(SUPPLIERS)], "sku": f"{mpn[:30]}-{index}",
                 "stock": need * 30 + 10**5 if index == 0 else rng.randrange(0, 5000), "moq": moq, "order_multiple": multiple,
                 "packaging": rng.choice(["Cut tape", "Reel", "Tray", None]), "currency": self.currency, "prices": prices,
                 "lead_time_days": rng.choice([None, 14, 53]),
                 "url": f"https://parts.example/{index}?q=1&b=2" if rng.random() < 0.7 else None,
                 "fetched_at": (NOW - timedelta(days=3)).isoformat(), "kind": kind}
            )  # fmt: skip
        return found

    def plan(self, offers: list[dict[str, Any]], to_buy: int, part: str, mpn: str) -> list[dict[str, Any]]:
        """The cheapest single purchase by trying every offer and every break; now and then a split over two."""
        if to_buy == 0:
            return []
        if len(offers) > 1 and self.rng.random() < 0.2 and to_buy > 20:
            first, second = offers[0], offers[1]
            some = self.order(second, max(1, to_buy // 3))
            if some < to_buy:
                return [
                    self.purchase(second, some, some, part, mpn),
                    self.purchase(first, self.order(first, to_buy - some), to_buy - some, part, mpn),
                ]
        tries = []
        for place, offer in enumerate(offers):
            plain = self.order(offer, to_buy)
            for quantity in {
                plain,
                *(self.order(offer, b["quantity"]) for b in offer["prices"] if plain < b["quantity"] <= 2 * to_buy),
            }:
                if quantity <= offer["stock"]:
                    tries.append(
                        (Decimal(self.purchase(offer, quantity, to_buy, part, mpn)["extended_price"]), quantity, place)
                    )
        _, quantity, place = min(tries)
        return [self.purchase(offers[place], quantity, to_buy, part, mpn)]

    def order(self, offer: dict[str, Any], asked: int) -> int:
        """Least order, first break, order multiple."""
        least = max(asked, offer["moq"], offer["prices"][0]["quantity"])
        return -(-least // offer["order_multiple"]) * offer["order_multiple"]

    def purchase(self, offer: dict[str, Any], quantity: int, asked: int, part: str, mpn: str) -> dict[str, Any]:
        """A purchase with its amounts."""
        held = [b for b in offer["prices"] if b["quantity"] <= quantity][-1]
        price = Decimal(held["price"])
        return {
            "supplier": offer["supplier"], "sku": offer["sku"], "part": part, "mpn": mpn, "packaging": offer["packaging"],
            "quantity": quantity, "unit_price": str(price), "price_break": held["quantity"], "moq": offer["moq"],
            "order_multiple": offer["order_multiple"], "currency": self.currency, "extended_price": self.money(quantity * price),
            "excess_quantity": quantity - asked, "excess_value": self.money((quantity - asked) * price),
            "lead_time_days": offer["lead_time_days"], "stock": offer["stock"], "url": offer["url"],
            "fetched_at": offer["fetched_at"], "kind": offer["kind"],
        }  # fmt: skip

    def line(
        self,
        line_id: str,
        bom: str,
        position: int,
        fate: str,
        part: str | None,
        mpn: str,
        maker: str,
        text: str,
        refs: list[str],
    ) -> dict[str, Any]:
        """The BOM line of a part."""
        summary = {"id": part, "mpn": mpn, "manufacturer": maker} if part else None
        candidates = [
            {"part": {"id": f"CAND{position:06d}{i:02d}", "mpn": f"{mpn[:20]}-C{i}", "manufacturer": maker},
             "level": "normalised", "score": 0.8 - i / 10, "reason": "the same letters and digits, another maker"} for i in (1, 2)
        ] if fate == "none" else []  # fmt: skip
        return {
            "id": line_id, "bom": bom, "position": position, "line_number": str(position),
            "status": {"none": "no_match", "dnp": "do_not_place"}.get(fate, "matched"), "part": summary,
            "match": {"level": "exact", "score": 1.0,
                      "reason": "the same part number and maker" if part else "no part has this number"},
            "candidates": candidates, "quant": len(refs), "reference_designators": refs, "mpn": mpn, "manufacturer_name": maker,
            "description": text, "do_not_place": fate == "dnp", "alternative_mpns": ["ALT-1"] if position % 5 == 0 else [],
            "metadata": {"bomtool": {"row": position + 8, "rows": [position + 8]}},
        }  # fmt: skip

    def provenance(self, lines: list[dict[str, Any]]) -> dict[str, Any]:
        """`metadata.bomtool` of a BOM that came from a workbook."""
        rows = [[line["position"] + 8, "line", i, None, " | ".join([", ".join(line["reference_designators"]), line["mpn"]])]
                for i, line in enumerate(lines)]  # fmt: skip
        last = len(lines) + 9
        return {
            "file": "board.xlsx", "sheet": "BOM", "source_rows": [*rows, [last, "skipped", None, "a total", "Total | 42"]],
            "findings": [
                {"code": "quantity-mismatch", "severity": "warning", "message": "The quantity is 3, the designators are 4.",
                 "sheet": "BOM", "row": 9, "column": 3, "cell": "C9", "field": "quantity", "advice": "Correct one of them."},
                {"code": "hidden-row", "severity": "info", "message": "Row 11 is hidden and was read.", "sheet": "BOM",
                 "row": 11},
            ],
        }  # fmt: skip

    def point(self, quantity: int, known: Decimal, builds: int, priced: int, total: int) -> dict[str, Any]:
        """A point of the cost curve; its shape is made up, the report only shows it."""
        factor = Decimal(1) + Decimal(3) / Decimal(quantity + 2)
        whole = (known / builds * factor * quantity) if quantity != builds else known
        return {
            "builds": quantity, "total": self.money(whole) if priced == total else None, "known_total": self.money(whole),
            "unit_cost": self.money(whole / quantity) if priced == total else None,
            "known_unit_cost": self.money(whole / quantity), "lines_priced": priced, "lines_total": total,
        }  # fmt: skip

    def money(self, amount: Decimal) -> str:
        """Rounded half up to the currency's minor unit."""
        return str(Decimal(amount).quantize(Decimal(1).scaleb(-DIGITS[self.currency]), ROUND_HALF_UP))

    def uuid(self) -> str:
        """A UUID of the seed."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))


def make(seed: int = 1, **options: Any) -> ReportInput:
    """A program from a seed."""
    return Maker(seed, **options).make()


def random_program(seed: int) -> ReportInput:
    """A program whose every option follows from the seed."""
    rng = random.Random(seed * 7919)
    return make(
        seed,
        lines=rng.randrange(1, 40),
        boms=rng.choice([1, 1, 2, 4]),
        builds=rng.choice([1, 7, 100, 2500]),
        currency=rng.choice(["USD", "EUR", "JPY", "KWD"]),
        overage=rng.random() < 0.7,
        stock=rng.random() < 0.5,
        sample=rng.random() < 0.5,
    )


def spooled(inputs: ReportInput) -> ReportInput:
    """The same program with everything that grows in spools."""
    parts, prices = spool.of_models(PartAvailability), spool.of_models(PartPricing)
    parts.extend(inputs.availabilities.parts)
    prices.extend(inputs.pricing.parts)
    return dataclasses.replace(
        inputs,
        availabilities=inputs.availabilities.model_copy(update={"parts": []}),
        pricing=inputs.pricing.model_copy(update={"parts": []}),
        boms=[model.kept_apart(one.bom, one.lines) for one in inputs.boms],
        kept_parts=parts,
        kept_prices=prices,
    )
