"""Placed or not: words, and columns of flags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bomtool import findings
from bomtool.bom import placement
from bomtool.bom.placement import header_polarity, read_flag, says_not_placed


@pytest.mark.parametrize(
    "text",
    ["DNP", "DNF", "DNI", "NOPOP", "nostuff", "10k_DNP", "C1/DNF", "不贴", "空贴", "未実装", "미실장",
     "Do Not Fit", "do-not-place!", "DO NOT STUFF", "don't populate", "don’t mount", "not fitted",
     "10k not fitted", "no stuff", "n.b.",
     "n. b.", "nicht bestückt", "NICHT BESTÜCKT", "non monté", "non montato", "no montar", "não montar",
     "niet plaatsen", "nie montować", "neosazovat",
     "не устанавливать", "电阻不贴", "此处不焊接", "実装しない", "N/F (do not fit)", "D.N.P.", "R3 DNP", "DNP, spare"],
)  # fmt: skip
def test_words_for_not_placed(text: str) -> None:
    assert says_not_placed(text)
    assert not placement.says_placed(text)


@pytest.mark.parametrize(
    "text",
    ["", "-", "NP0", "10nF", "10 NF", "NC", "X", "NP", "fitted", "Fitted", "DNPX", "DNS0804", "10k",
     "Note fitted late", "unfit", "贴片", "DFN-8",
     "Do not lose", "BSS138", "NI", "place", "Nopopper"],
)  # fmt: skip
def test_words_for_something_else(text: str) -> None:
    assert not says_not_placed(text)


@pytest.mark.parametrize(
    ("header", "polarity"),
    [
        ("DNP", "not-placed"), ("DNP?", "not-placed"), ("DNP (yes/no)", "not-placed"), ("do_not_load", "not-placed"),
        ("Do Not Populate (DNP)", "not-placed"),
        ("not fitted", "not-placed"), ("nicht bestückt", "not-placed"), ("DNM", "not-placed"), ("不贴", "not-placed"),
        ("Exclude from BOM", "not-placed"),
        ("Fitted", "placed"), ("Populate?", "placed"), ("Place (Y/N)", "placed"), ("Is Placed", "placed"),
        ("Bestückt", "placed"), ("是否贴片", "placed"),
        ("実装", "placed"), ("Montaggio", "placed"), ("FITTED", "placed"), ("Fitted / DNP", None),
        ("Fitted/Not Fitted", None), ("Assembly Side", None),
        ("Description", None), ("Mounting Type", None), ("", None), ("Value", None), ("Placement X", None),
    ],
)  # fmt: skip
def test_what_a_yes_below_a_header_means(header: str, polarity: str | None) -> None:
    assert header_polarity(header) == polarity


@pytest.mark.parametrize(
    ("header", "texts", "decisions", "codes"),
    [
        ("Fitted", ["Fitted", "Not Fitted", ""], [False, True, False], []),
        ("Fitted", ["Yes", "No", "yes"], [False, True, False], []),
        ("DNP", ["Yes", "No", ""], [True, False, False], []),
        ("DNP", ["1", "0", "0.0"], [True, False, False], []),
        ("DNP", ["TRUE", "FALSE", ""], [True, False, False], []),
        ("DNP", ["x", "", "X"], [True, False, True], []),
        ("DNM", ["", "X"], [False, True], []),
        ("DNP", ["DNP", "", ""], [True, False, False], []),
        ("DNP", ["Fitted", "", "DNP"], [False, False, True], []),
        ("Fitted", ["DNP", "", ""], [True, False, False], []),
        ("Anything", ["DNP", "", "place"], [True, False, False], []),
        ("実装", ["○", "×", "○"], [False, True, False], []),
        ("Fitted", ["✓", "✗"], [False, True], []),
        ("DNP", ["✗", "", ""], [True, False, False], []),
        ("Bestückt", ["ja", "nein", "n.b."], [False, True, True], []),
        ("DNP", ["NC", "NP", ""], [True, True, False], []),
        ("Populate", ["x", "", "x"], [False, None, False], ["placement-blank"]),
        ("Populate", ["x", "", "no"], [False, False, True], []),
        ("Populate", ["", "", ""], [False, False, False], []),
        ("Flag", ["yes", "no", ""], [None, None, False], ["placement-polarity"]),
        ("Fitted / DNP", ["yes", "no", ""], [None, None, False], ["placement-polarity"]),
        ("Fitted / DNP", ["Fitted", "DNP", ""], [False, True, False], []),
        ("DNP", ["maybe", "", "DNP"], [None, False, True], ["placement-unknown"]),
        ("DNP", ["yes", "yes", "yes"], [True, True, True], ["placement-all-out"]),
        ("DNP", ["yes", "yes"], [True, True], []),
        ("DNP", [], [], []),
    ],
)
def test_columns_of_flags(header: str, texts: list[str], decisions: list[bool | None], codes: list[str]) -> None:
    flag = read_flag(header, texts)
    assert list(flag.decisions) == decisions
    assert [code for code, _, _ in flag.problems] == codes
    assert set(codes) <= set(findings.catalogue())


def test_problems_name_the_cell() -> None:
    ((_, position, sentence),) = read_flag("DNP", ["", "perhaps"]).problems
    assert position == 1
    assert '"perhaps"' in sentence


@given(st.sampled_from(["DNP", "Fitted"]), st.lists(st.sampled_from(["yes", "no"]), min_size=1, max_size=8))
def test_opposite_headers_give_opposite_decisions(header: str, texts: list[str]) -> None:
    other = {"DNP": "Fitted", "Fitted": "DNP"}[header]
    one, two = read_flag(header, texts).decisions, read_flag(other, texts).decisions
    assert [not decision for decision in one] == list(two)


@given(st.text(max_size=20), st.lists(st.text(max_size=12), max_size=6))
def test_reading_never_raises(header: str, texts: list[str]) -> None:
    flag = read_flag(header, texts)
    assert len(flag.decisions) == len(texts)
    assert all(position is None or 0 <= position < len(texts) for _, position, _ in flag.problems)
