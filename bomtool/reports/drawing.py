"""Charts as SVG for the page: the status ring, bars, and the cost curve."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape

from bomtool.api.plans import QuantityCost
from bomtool.reports import text as texts
from bomtool.reports.breakdown import MOST, RING
from bomtool.reports.looks import ACCENT, RULE, SEVERITY, STATUS


def tone_of(kind: str) -> str:
    """The tone of a status or a severity ("status:no_match" is "bad")."""
    outer, _, inner = kind.partition(":")
    return (STATUS if outer == "status" else SEVERITY).get(inner, ("", "", "idle"))[2]


def ring(parts: Sequence[tuple[str, str, int]]) -> str:
    """A ring of (status, words, count) with its legend; "" where there is nothing."""
    total = sum(count for _, _, count in parts)
    if not total:
        return ""
    circle, start, pieces = 2 * math.pi * 52, 0.0, []
    for index, (status, words, count) in enumerate(parts):
        length = circle * count / total
        dash = f"{max(length - 1.5, 0.5):.2f} {circle:.2f}"
        colour = RING.get(status, "#999999")
        pieces.append(
            f'<circle cx="80" cy="80" r="52" fill="none" stroke="{colour}" stroke-width="26" stroke-dasharray="{dash}" '
            f'stroke-dashoffset="{-start:.2f}" transform="rotate(-90 80 80)"/>'
            f'<rect x="180" y="{20 + 20 * index}" width="10" height="10" fill="{colour}"/>'
            f'<text x="197" y="{29 + 20 * index}">{escape(words)}: {count:,} ({count / total:.0%})</text>'
        )
        start += length
    height = max(160, 30 + 20 * len(parts))
    return f'<svg viewBox="0 0 380 {height}" width="380" height="{height}" role="img">{"".join(pieces)}</svg>'


def bars(amounts: Mapping[str, Decimal]) -> str:
    """Bars, the longest first, the rest as "Other"; "" where there is nothing."""
    ranked = sorted(amounts.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] <= 0:
        return ""
    rest = sum((amount for _, amount in ranked[MOST:]), Decimal(0))
    shown = ranked[:MOST] + ([("Other", rest)] if rest else [])
    total, most = sum(amounts.values(), Decimal(0)), max(amount for _, amount in shown)
    pieces = []
    for index, (name, amount) in enumerate(shown):
        y, width = 8 + 22 * index, float(amount / most) * 150
        label = _short(name, 24)
        pieces.append(
            f'<text x="150" y="{y + 11}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="156" y="{y}" width="{width:.1f}" height="14" fill="{ACCENT}"/>'
            f'<text x="{162 + width:.1f}" y="{y + 11}">{amount:,.0f} ({amount / total:.0%})</text>'
        )
    height = 16 + 22 * len(shown)
    return f'<svg viewBox="0 0 420 {height}" width="420" height="{height}" role="img">{"".join(pieces)}</svg>'


def curve(points: Sequence[QuantityCost]) -> str:
    """Cost per build against builds on a logarithmic axis; "" where there are not two points."""
    known = sorted({p.builds: p.known_unit_cost for p in points if p.builds > 0 and p.known_unit_cost > 0}.items())
    if len(known) < 2:
        return ""
    low, high = math.log10(known[0][0]), math.log10(known[-1][0])
    top = max(cost for _, cost in known)
    places = [
        (60 + 500 * (math.log10(builds) - low) / (high - low), 200 - 160 * float(cost / top), builds, cost)
        for builds, cost in known
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in places)
    marks = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{ACCENT}"/><text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle">'
        f'{cost:,.2f}</text><text x="{x:.1f}" y="218" text-anchor="middle">{builds:,}</text>'
        for x, y, builds, cost in places
    )
    return (
        '<svg viewBox="0 0 620 240" width="620" height="240" role="img">'
        f'<line x1="40" y1="200" x2="590" y2="200" stroke="{RULE}"/>'
        f'<polyline points="{line}" fill="none" stroke="{ACCENT}" stroke-width="2"/>{marks}'
        '<text x="310" y="236" text-anchor="middle">builds; cost per build above the points</text></svg>'
    )


def _short(name: str, width: int) -> str:
    shown = texts.clean(name).replace("\n", " ")
    while texts.width(shown) > width:
        shown = shown[:-2] + "…" if shown.endswith("…") else shown[:-1] + "…"
    return shown
