"""Quantities as people write them: "10 pcs", "2x", "2,0", "0,35 m", "AR", "DNP", and what spreadsheets make of them.

Values are exact Decimals; nothing is rounded but the noise of binary floats (2.9999999 is 3), and that is said.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation

from bomtool.bom import characters, placement, tables

CellValue = str | int | float | Decimal | bool | date | time | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a quantity cell says.

    `value` is exact, None where the cell gives no number; `unit` is canonical ("pcs", "m", "set"), None where none is
    written. `problem` is one sentence and `code` its finding code; a value may come with a problem (float noise, "as
    required"). `do_not_place` is True where the cell says so in words.
    """

    value: Decimal | None
    unit: str | None = None
    problem: str | None = None
    code: str | None = None
    do_not_place: bool = False

    @property
    def blank(self) -> bool:
        """Whether the cell says nothing at all."""
        return self.value is None and self.problem is None and not self.do_not_place


_NUMBER = r"(?:\d[\d.,' ]*\d|\d|[.,]\d+|\d+[.,])"
_AMOUNT = re.compile(
    rf"(?:(?P<times_before>[x×*])\s*)?(?P<sign>[+-]?)(?P<number>{_NUMBER})\s*(?P<times>[x×](?![^\W\d_]))?\s*"
    r"(?P<unit>[^\W\d_]+|[\"'])?\.?(?P<rest>\s*(?:\([^()]*\)|\*+))?",
    re.I,
)
_FRACTION = re.compile(r"(?:(\d+)\s+)?(\d+)\s*/\s*(\d+)")
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?E\+?\d{1,2}", re.I)
_DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:[ T].*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[ .-]{0,2}(?P<m>[^\W\d_]{3,4})\.?(?:[ .-]?\d{2,4})?"
    r"|(?P<n>[^\W\d_]{3,4})\.?[ .-]?\d{1,4}",
    re.I,
)
_MONTHS = re.compile(
    "jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|mrz|mär|mai|okt|dez|janv|févr|mars|avr|juin|juil|août|déc|ene|abr|ago"
    "|dic|gen|mag|giu|lug|set|ott",
    re.I,
)
_HUGE = Decimal(1_000_000_000)


def parse(value: CellValue, *, decimal_comma: bool | None = None) -> Quantity:
    """Read one cell. `decimal_comma` is the style of the column (see `column_style`): without it 1.234 and 1,234 as
    texts are refused as ambiguous; a cell that holds a number never is. Never raises."""
    if isinstance(value, bool):
        return Quantity(None, problem=f"The cell holds {str(value).upper()}, not a number.", code="quantity-unreadable")
    if isinstance(value, date | time):
        return _date(str(value))
    if isinstance(value, int | float | Decimal):
        return _number(value)
    return _text(value or "", decimal_comma)


@functools.lru_cache(maxsize=4096)
def _text(written: str, decimal_comma: bool | None) -> Quantity:
    if written.isascii() and written.isdigit() and len(written) < 9:
        return Quantity(Decimal(written))
    text = characters.plain(written).replace("\n", " ").strip()
    if not text or set(text) <= set("-_./~"):
        return Quantity(None) if not text else _unknown(text)
    if placement.says_not_placed(text) or placement.flag_meaning(text) == "not-placed":
        return _left_out(text, decimal_comma)
    if _units().get(characters.words(text)) == "AR" or _units().get(text.casefold()) == "AR":
        return Quantity(
            Decimal(0), "AR", f'"{text}" means as much as needed; it is counted as 0.', "quantity-as-required"
        )
    if _is_placeholder(text):
        return _unknown(text)
    fraction = _FRACTION.fullmatch(text)
    if fraction:
        return _fraction(text, fraction)
    if _SCIENTIFIC.fullmatch(text) and ("+" in text or "." in text or "," in text):
        number = _number(Decimal(text.replace(",", ".")))
        return Quantity(number.value, None, f"{text} is a number in scientific notation.", "quantity-scientific")
    amount = _AMOUNT.fullmatch(text)
    known = amount is not None and (not amount["unit"] or amount["unit"].casefold() in _units())
    if _is_date(text) and not (known and amount and amount["unit"]):
        return _date(text)
    if amount is None or not known:
        return Quantity(None, problem=f'"{text}" is not a quantity.', code="quantity-unreadable")
    return _amount(text, amount, decimal_comma)


def column_style(texts: Iterable[str]) -> bool | None:
    """Whether a column writes decimals with a comma: True, False, or None where no cell tells or cells disagree."""
    votes = {vote for text in texts if (vote := _style(text)) is not None}
    return votes.pop() if len(votes) == 1 else None


def format(value: Decimal, unit: str | None = None) -> str:
    """A quantity as text that `parse` reads back: "3", "0.35 m"."""
    digits = f"{value:f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return f"{digits} {unit}" if unit else digits


def _amount(text: str, amount: re.Match[str], decimal_comma: bool | None) -> Quantity:
    unit = _units().get((amount["unit"] or "").casefold())
    number = _decimal(amount["number"], decimal_comma)
    if number is None and re.fullmatch(r"\d{1,3}[.,]\d{3}", amount["number"]):
        bare, point = re.sub("[.,]", "", amount["number"]), amount["number"].replace(",", ".")
        sentence = f'"{text}" may be {bare} or {point}; nothing in the column says which.'
        return Quantity(None, unit, sentence, "quantity-ambiguous")
    if number is None:
        return Quantity(None, problem=f'"{text}" is not a quantity.', code="quantity-unreadable")
    if amount["sign"] == "-" and number:
        return Quantity(None, unit, f'"{text}" is negative.', "quantity-negative")
    found = _number(number)
    rest = (amount["rest"] or "").strip()
    if rest.strip("*") and found.problem is None:
        return Quantity(found.value, unit, f"The remark {rest} beside the quantity was not read.", "quantity-remark")
    return Quantity(found.value, unit, found.problem, found.code)


def _decimal(digits: str, decimal_comma: bool | None) -> Decimal | None:
    """The number a text means, None where a single separator before three digits leaves it open."""
    digits = digits.replace("'", " ")
    if " " in digits:
        if not re.fullmatch(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?", digits):
            return None
        digits = digits.replace(" ", "")
        return Decimal(digits.replace(",", "."))
    marks = [character for character in digits if character in ".,"]
    if not marks:
        return Decimal(digits)
    if len(set(marks)) == 2:
        point = marks[-1]
        thousands = "," if point == "." else "."
        if marks.count(point) > 1 or not re.fullmatch(rf"\d{{1,3}}(?:\{thousands}\d{{3}})+\{point}\d*", digits):
            return None
        return Decimal(digits.replace(thousands, "").replace(point, "."))
    mark = marks[0]
    if len(marks) > 1:
        return Decimal(digits.replace(mark, "")) if re.fullmatch(rf"\d{{1,3}}(?:\{mark}\d{{3}})+", digits) else None
    if re.fullmatch(rf"[1-9]\d{{0,2}}\{mark}\d{{3}}", digits):
        if decimal_comma is None:
            return None
        if decimal_comma != (mark == ","):
            return Decimal(digits.replace(mark, ""))
    return Decimal(digits.replace(",", "."))


def _style(text: str) -> bool | None:
    amount = _AMOUNT.fullmatch(characters.plain(text))
    if amount is None:
        return None
    digits = amount["number"]
    marks = [character for character in digits if character in ".,"]
    if not marks or _decimal(digits, None) is None:
        return None
    if len(marks) > 1 and len(set(marks)) == 1:
        return marks[0] == "."
    return marks[-1] == ","


def _number(value: float | Decimal) -> Quantity:
    try:
        exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite():
        return Quantity(None, problem=f"{value} is not a number.", code="quantity-unreadable")
    if exact < 0:
        return Quantity(None, problem=f"{value} is negative.", code="quantity-negative")
    if exact >= _HUGE:
        return Quantity(None, problem=f"{value} is too large for a quantity.", code="quantity-huge")
    whole = exact.to_integral_value()
    if exact != whole and whole and abs(exact - whole) <= Decimal("0.000001"):
        return Quantity(whole, problem=f"{value} is {whole} with the noise of a binary float.", code="quantity-noise")
    return Quantity(whole if exact == whole else exact)


def _fraction(text: str, fraction: re.Match[str]) -> Quantity:
    whole, above, below = (int(group or 0) for group in fraction.groups())
    if below:
        value = whole + Decimal(above) / below
        if (value - whole) * below == above and value < _HUGE:
            return Quantity(value.normalize() if value != value.to_integral_value() else value.to_integral_value())
    return Quantity(None, problem=f'"{text}" has no exact value.', code="quantity-unreadable")


def _left_out(text: str, decimal_comma: bool | None) -> Quantity:
    number = re.match(rf"({_NUMBER})\s*(?:[x×]|pcs)?\s*[(\[,;/ -]", text)
    value = _decimal(number[1].rstrip(" .,"), decimal_comma) if number else None
    return Quantity(value, do_not_place=True)


def _unknown(text: str) -> Quantity:
    return Quantity(None, problem=f'"{text}" stands where the quantity should be.', code="quantity-placeholder")


def _date(text: str) -> Quantity:
    return Quantity(
        None, problem=f"{text} is a date: a spreadsheet has turned the quantity into one.", code="quantity-date"
    )


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    month = match["m"] or match["n"]
    return month is None or _MONTHS.fullmatch(month) is not None


def _is_placeholder(text: str) -> bool:
    from bomtool.bom import mpn

    return mpn.is_placeholder(text) and not text.isdigit()


@functools.cache
def _units() -> dict[str, str]:
    """Words to units from `templates/units.csv`; the phrases for "as required" without punctuation, too."""
    found: dict[str, str] = {}
    for row in tables.rows("units.csv", ("unit", "word")):
        found[row["word"].casefold()] = row["unit"]
        if row["unit"] == "AR":
            found[characters.words(row["word"])] = "AR"
    return found
