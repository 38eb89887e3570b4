"""Charts as SVG that needs no script: sparklines, lines over time, bars. The style sheet colours them.

Each is drawn beside the table of its numbers, so that a screen reader passes it over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil, floor, log10

from markupsafe import Markup, escape


@dataclass(frozen=True)
class Point:
    on: date
    label: str
    value: float
    text: str
    is_joined: bool  # follows at once on the point before
    is_break: bool = False  # not comparable with the point before
    is_open: bool = False  # estimated or provisional


@dataclass(frozen=True)
class Aim:
    from_on: date
    to_on: date
    value: float
    text: str


def spark(points: list[Point], aims: list[Aim]) -> Markup:
    """The way of a value in the size of a word, a target dashed over the time that it is for."""
    width, height, edge = 120, 30, 4
    low, high = _span([p.value for p in points] + [aim.value for aim in aims])
    days = _days(points)

    def at(point: Point) -> tuple[float, float]:
        return _across(point.on, days, edge, width - edge), _up(point.value, low, high, edge, height - edge)

    parts = []
    for aim in aims:
        y = _up(aim.value, low, high, edge, height - edge)
        ends = (_across(on, days, edge, width - edge) for on in (aim.from_on, aim.to_on))
        x1, x2 = (min(max(x, 0), width) for x in ends)
        parts.append(f'<path class="aim" d="M{x1:.1f} {y:.1f}H{x2:.1f}"/>')
    parts += [f'<path class="line" d="{_path(map(at, run))}"/>' for run in _runs(points) if run[1:]]
    parts += [f'<path class="break" d="M{at(p)[0]:.1f} 2V{height - 2}"/>' for p in points[1:] if p.is_break]
    alone = [run[0] for run in _runs(points) if not run[1:]]
    dots = points if len(points) < 4 else [*alone, points[-1]]
    parts += ['<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="2.4"/>'.format(*at(p)) for p in dots]
    return _svg(width, height, "spark", parts)


def line(series: list[list[Point]], aims: list[Aim], ticks: list[tuple[date, str]]) -> Markup:
    """One line for each definition, the first in full colour; targets dashed over the time they are for."""
    width, height, left, right, top, bottom = 640, 230, 46, 14, 18, 26
    points = [point for run in series for point in run]
    steps = _ticks(*_span([p.value for p in points] + [a.value for a in aims]))
    days = (
        min([p.on for p in points] + [a.from_on for a in aims]),
        max([p.on for p in points] + [a.to_on for a in aims]),
    )

    def across(on: date) -> float:
        return _across(on, days, left + 8, width - right - 8)

    def up(value: float) -> float:
        return _up(value, steps[0], steps[-1], top, height - bottom)

    parts = []
    for step in steps:
        y = up(step)
        parts.append(f'<path class="grid" d="M{left} {y:.1f}H{width - right}"/>')
        parts.append(
            f'<text class="n" x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{_tick(step)}%</text>'
        )
    for on, label in ticks:
        parts.append(
            f'<text x="{across(on):.1f}" y="{height - 8}" text-anchor="middle">{escape(label)}</text>'
        )
    for aim in aims:
        x1, x2, y = across(aim.from_on), across(aim.to_on), up(aim.value)
        if x2 - x1 < 12:
            x1, x2 = x1 - 12, x2 + 12
        parts.append(
            f'<path class="aim" d="M{x1:.1f} {y:.1f}H{x2:.1f}"><title>{escape(aim.text)}</title></path>'
        )
    for number, run in enumerate(series):
        style = "" if number == 0 else " other"
        for joined in _runs(run):
            if joined[1:]:
                d = _path((across(p.on), up(p.value)) for p in joined)
                parts.append(f'<path class="line{style}" d="{d}"/>')
        for place, point in enumerate(run):
            x, y = across(point.on), up(point.value)
            if point.is_break and place:
                parts.append(f'<path class="break" d="M{x:.1f} {top}V{height - bottom}"/>')
            hollow = " hollow" if point.is_open else ""
            parts.append(
                f'<circle class="dot{style}{hollow}" cx="{x:.1f}" cy="{y:.1f}" r="3.2">'
                f"<title>{escape(point.label)}: {escape(point.text)}</title></circle>"
            )
    if series and series[0]:
        last = series[0][-1]
        x, y = across(last.on), up(last.value)
        end = "end" if x > width / 2 else "start"
        parts.append(
            f'<text class="n last" x="{x:.1f}" y="{max(y - 9, 12):.1f}" text-anchor="{end}">'
            f"{escape(last.text)}</text>"
        )
    return _svg(width, height, "chart", parts)


def bar(share: float, aim: float | None = None, style: str = "") -> Markup:
    """A bar of so many parts of its full width, with a mark where the target is."""
    parts = [f'<rect class="bar {style}" width="{_clip(share):.1f}" height="10"/>']
    if aim is not None:
        parts.append(f'<path class="mark" d="M{_clip(aim):.1f} 0V10" vector-effect="non-scaling-stroke"/>')
    return _svg(100, 10, "bars", parts, stretched=True)


def spread(shares: Iterable[float], lower: float, median: float, upper: float) -> Markup:
    """Where values stand between nothing and the whole: a stroke for each, a box over the middle half of
    them, a mark at the median."""
    left, wide = 2, 116
    at = [f'<path class="each" d="M{left + wide * _clip(share) / 100:.1f} 9V21"/>' for share in shares]
    x, x2, middle = (left + wide * _clip(each) / 100 for each in (lower, upper, median))
    parts = [
        f'<path class="grid" d="M{left} 15H{left + wide}"/>',
        f'<rect class="middle" x="{x:.1f}" y="5" width="{max(x2 - x, 0.5):.1f}" height="20"/>',
        *at,
        f'<path class="mark" d="M{middle:.1f} 3V27"/>',
    ]
    return _svg(120, 30, "spark", parts)


def stack(counts: Iterable[tuple[str, int]]) -> Markup:
    """How a whole is made up, as one bar of parts in the order given."""
    shares = [(style, count) for style, count in counts if count]
    whole = sum(count for _, count in shares)
    parts, x = [], 0.0
    for style, count in shares:
        width = 100 * count / whole
        parts.append(f'<rect class="{style}" x="{x:.2f}" width="{max(width - 0.6, 0.5):.2f}" height="10"/>')
        x += width
    return _svg(100, 10, "bars stack", parts, stretched=True)


def _svg(width: float, height: float, style: str, parts: list[str], *, stretched: bool = False) -> Markup:
    how = ' preserveAspectRatio="none"' if stretched else ""
    return Markup(
        f'<svg class="{style}" viewBox="0 0 {width} {height}"{how} aria-hidden="true">{"".join(parts)}</svg>'
    )


def _runs(points: list[Point]) -> list[list[Point]]:
    runs: list[list[Point]] = []
    for point in points:
        if point.is_break or not point.is_joined or not runs:
            runs.append([])
        runs[-1].append(point)
    return runs


def _path(places: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)


def _days(points: list[Point]) -> tuple[date, date]:
    return points[0].on, points[-1].on


def _across(on: date, days: tuple[date, date], left: float, right: float) -> float:
    whole = (days[1] - days[0]).days
    return left + (right - left) * ((on - days[0]).days / whole if whole else 0.5)


def _up(value: float, low: float, high: float, top: float, bottom: float) -> float:
    return bottom - (bottom - top) * (value - low) / (high - low)


def _span(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.08 or max(abs(high) * 0.05, 1)
    return low - room, high + room


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers from below the lowest to above the highest, four to six of them."""
    rough = (high - low) / 4
    size = 10 ** floor(log10(rough))
    step = next(size * times for times in (1, 2, 2.5, 5, 10) if size * times >= rough)
    first = max(floor(low / step), 0) if low > -step else floor(low / step)
    return [n * step for n in range(first, max(ceil(high / step), first + 1) + 1)]


def _tick(step: float) -> str:
    return f"{Decimal(str(round(step, 4))).normalize():f}".replace(".", ",")


def _clip(share: float) -> float:
    return min(max(share, 0), 100)
