"""Pictures for docs: bars and lines as SVG, with no library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import isfinite

WIDE, ROW, LEFT, HIGH = 720, 26, 230, 300
#: Told apart in grey, too (Okabe and Ito's colours).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")


def bars(title: str, rows: Sequence[tuple[str, float]], unit: str) -> str:
    """One bar for each row, longest at the full width."""
    most = max((value for _, value in rows), default=0) or 1
    drawn = [_text(0, 16, title, "bold")]
    for place, (name, value) in enumerate(rows):
        top, wide = 30 + place * ROW, (WIDE - LEFT - 110) * value / most
        drawn += [
            _text(0, top + 15, name),
            f'<rect x="{LEFT}" y="{top}" width="{max(wide, 1):.1f}" height="{ROW - 8}" fill="{COLOURS[0]}"/>',
            _text(LEFT + wide + 6, top + 15, f"{value:,.4g} {unit}"),
        ]
    return _whole(drawn, 36 + len(rows) * ROW)


def lines(title: str, series: Mapping[str, Sequence[tuple[float, float]]], across: str, up: str, most: float) -> str:
    """A line for each series; what is above `most` is drawn at the upper edge."""
    points = [point for line in series.values() for point in line]
    left, right = min((x for x, _ in points), default=0), max((x for x, _ in points), default=1)
    foot, edge = HIGH - 46, 60
    drawn = [_text(0, 16, title, "bold"), _axis(edge, foot), _text(WIDE - 8, HIGH - 8, across, anchor="end")]
    drawn += [_text(edge - 6, 44, f"{most:.3g} {up}", anchor="end"), _text(edge - 6, foot + 4, "0", anchor="end")]
    drawn += [_text(WIDE - 12, foot + 18, f"{right:.3g}", anchor="end"), _text(edge, foot + 18, f"{left:.3g}")]
    for place, (name, line) in enumerate(series.items()):
        colour = COLOURS[place % len(COLOURS)]
        placed = [_placed(point, (left, right), most, edge, foot) for point in line if isfinite(point[0])]
        drawn.append(f'<polyline points="{" ".join(placed)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn.append(_text(WIDE - 12, 44 + 16 * place, name, anchor="end", fill=colour))
    return _whole(drawn, HIGH)


def _placed(point: tuple[float, float], ends: tuple[float, float], most: float, edge: int, foot: int) -> str:
    x = edge + (WIDE - edge - 20) * (point[0] - ends[0]) / ((ends[1] - ends[0]) or 1)
    y = foot - (foot - 40) * min(point[1], most) / (most or 1)
    return f"{x:.1f},{y:.1f}"


def _axis(edge: int, foot: int) -> str:
    return f'<path d="M{edge} 36V{foot}H{WIDE - 12}" fill="none" stroke="#777"/>'


def _text(x: float, y: float, told: str, weight: str = "normal", anchor: str = "start", fill: str = "#222") -> str:
    look = f'font-weight="{weight}" text-anchor="{anchor}" fill="{fill}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(told)}</text>'


def _whole(drawn: Sequence[str], high: float) -> str:
    size = f'viewBox="0 0 {WIDE} {high:g}" font-family="sans-serif" font-size="13"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    return "\n".join([head, f'<rect width="{WIDE}" height="{high:g}" fill="#fff"/>', *drawn, "</svg>", ""])
