"""The one visual language of every workbook: colours, fonts, number formats, and what each status looks like.

Few colours, chosen to differ in lightness first (they read in grey and to the colour-blind); every status also has a
symbol and a word. Arial, because every system has it or a font of the same widths.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

FONT = "Arial"
INK = "#1B2A3A"
ACCENT = "#24476B"
QUIET = "#6B7785"
RULE = "#D9DFE5"
SHARE_FORMAT = '[=0]0%;[<0.005]"<1%";0%'
"""Number format of shares: what is little is not nothing."""
PANEL = "#F3F6F9"
BAR = "#9DBBD6"
INPUT = "#FFF8DC"
INPUT_INK = "#0B4F9E"
NOTICE = "#F7D9A0"
NOTICE_INK = "#4A3000"
SERIES = ("#24476B", "#7FA6C9", "#C9A227", "#A23B1E", "#4F8A78", "#B7C0C9", "#5B4B7A", "#D9B79A")

STATUS = {
    "on_hand": ("●", "On hand", "good"),
    "buyable": ("✔", "Buyable", "good"),
    "partial": ("◐", "Partly buyable", "care"),
    "lead_time": ("◷", "Lead time", "care"),
    "needs_rfq": ("?", "Needs quote", "bad"),
    "no_match": ("✖", "No match", "bad"),
    "do_not_place": ("–", "Do not place", "idle"),
    "excluded": ("–", "Excluded", "idle"),
    "matched": ("✔", "Matched", "good"),
    "needs_review": ("?", "Needs review", "care"),
    "custom_part": ("◆", "Custom part", "idle"),
    "ignored": ("–", "Ignored", "idle"),
}
"""Symbol, word and tone of every status of the wire, most welcome first."""
SEVERITY = {"error": ("✖", "Error", "bad"), "warning": ("▲", "Warning", "care"), "info": ("i", "Note", "idle")}
TONES: dict[str, dict[str, Any]] = {
    "good": {"bg_color": "#E3F1EC", "font_color": "#0B4A3A"},
    "care": {"bg_color": "#F5D38F", "font_color": "#3F2A00"},
    "bad": {"bg_color": "#9C2F14", "font_color": "#FFFFFF", "bold": True},
    "idle": {"font_color": QUIET, "italic": True},
}
TONE_FILL = {"good": "#7FB8A4", "care": "#E0A526", "bad": "#8C2A12", "idle": "#D5DAE0"}
"""Chart colours of the tones, from light to dark in grey: idle, good, care, bad."""

BODY: dict[str, Any] = {"valign": "top", "bottom": 1, "bottom_color": RULE, "font_color": INK}
LEFT = {"align": "left", "indent": 1}
"""How texts stand; an indent has no effect without an alignment."""


def status_text(status: str) -> str:
    """A status for people: its symbol and its word."""
    symbol, word, _ = STATUS.get(status, ("", status.replace("_", " ").capitalize(), "idle"))
    return f"{symbol} {word}".strip()


def severity_text(severity: str) -> str:
    """A severity for people: its symbol and its word."""
    symbol, word, _ = SEVERITY.get(severity, ("", severity, "idle"))
    return f"{symbol} {word}".strip()


def amount(digits: int) -> str:
    """Number format of amounts with so many decimal places."""
    return "#,##0" + ("." + "0" * digits if digits else "")


@dataclass(slots=True)
class Looks:
    """Formats of one workbook, made when first used and shared after. `digits` are the currency's decimal places."""

    book: Any
    currency: str = "USD"
    digits: int = 2
    _made: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)
    _named: dict[str, Any] = field(default_factory=dict)

    def make(self, **properties: Any) -> Any:
        """The format of these properties, in the house's font."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format({"font_name": FONT, "font_size": 9, **properties})
        return self._made[key]

    def body(self, kind: str) -> Any:
        """The format of a table cell of a kind: text, general, wrap, integer, money, price, percent, date, days, link, status:X,
        severity:X, input:KIND, total:KIND, panel:KIND, sum:KIND, quiet:KIND, head, head:right. money3 is an
        amount with three decimal places, whatever the currency of the workbook."""
        if kind not in self._named:
            self._named[kind] = self.make(**self._properties(kind))
        return self._named[kind]

    @property
    def money(self) -> str:
        """Number format of amounts, without the currency (the header names it)."""
        return amount(self.digits)

    @property
    def money_code(self) -> str:
        """Number format of amounts that stand alone, with the currency's code."""
        return f"[${self.currency}] {self.money}"

    @property
    def price(self) -> str:
        """Number format of unit prices: every digit to the sixth, decimal points under each other."""
        return "#,##0." + "0" * self.digits + "?" * max(0, 6 - self.digits)

    def _properties(self, kind: str) -> dict[str, Any]:
        outer, _, inner = kind.partition(":")
        if outer == "head":
            align = {"align": inner} if inner else LEFT
            return {
                "bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "text_wrap": True, "valign": "vcenter", **align,
            }  # fmt: skip
        if outer == "status":
            return {**BODY, **TONES[STATUS.get(inner, ("", "", "idle"))[2]], **LEFT}
        if outer == "severity":
            return {**BODY, **TONES[SEVERITY.get(inner, ("", "", "idle"))[2]], **LEFT}
        if outer == "input":
            edge = {"border": 4, "border_color": "#B59B3A", "bg_color": INPUT, "font_color": INPUT_INK}
            return {**self._properties(inner or "text"), **edge}
        if outer == "total":
            return {
                **self._properties(inner or "text"),
                "bold": True,
                "top": 1,
                "bottom": 6,
                "top_color": INK,
                "bottom_color": INK,
            }
        if outer == "panel":
            return {**self._properties(inner or "text"), "bold": True, "bg_color": PANEL, "top": 1, "top_color": ACCENT}
        if outer == "sum":  # a row that is none of the list
            return self._properties(inner)
        if outer == "quiet":
            return {**self._properties(inner or "text"), "font_color": QUIET}
        if outer.startswith("money") and outer[5:]:  # of a currency of its own
            return {**BODY, "num_format": amount(int(outer[5:])), "align": "right"}
        number = {
            "integer": "#,##0", "money": self.money, "price": self.price, "percent": "0%", "share": SHARE_FORMAT,
            "date": "yyyy-mm-dd", "days": '0 "days"', "code": self.money_code, "figure": "0", "number": "General",
        }.get(outer)  # fmt: skip
        if number:
            return {**BODY, "num_format": number, "align": "center" if outer == "figure" else "right"}
        if outer == "wrap":
            return {**BODY, "text_wrap": True, "num_format": "@", **LEFT}
        if outer == "link":
            return {**BODY, "font_color": "#0B4F9E", "underline": 1, **LEFT}
        if outer == "general":  # for formulas that give texts: edited in a text cell, a formula would become text
            return {**BODY, **LEFT}
        if outer == "mono":
            return {**BODY, "bold": True, "num_format": "@", **LEFT}
        return {**BODY, "num_format": "@", **LEFT}
