"""The figures of benchmarks/README.md, below its mark, and its plot, from what the benchmarks kept."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent

MARK = "<!-- From here on made by report.py. -->\n"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def engine(kept: dict) -> str:
    return "\n\n".join(_version(name, figures) for name, figures in kept.items())


def _version(name: str, figures: dict) -> str:
    cases: dict[str, dict[str, dict]] = {}
    for each in figures["steps"]:
        cases.setdefault(each["case"], {})[each["step"]] = each
    runs = {case: steps for case, steps in cases.items() if "build" not in steps}
    head = ["case", "counts", "plain SQL", "build", "", "chain", "", "again", "month", "district", "peak MiB"]
    about = figures["measured_on"]
    parts = [
        f"### {name}",
        f"Python {about['python']}, {about['cores']} cores, {about['machine']}.",
        table([*head, "B/count"], [_row(c, s) for c, s in cases.items() if c not in runs]),
    ]
    if runs:
        rows = [
            [
                case,
                f"{steps['receive']['counts']:,}",
                *(_cpu(steps, s) for s in ("receive", "run", "run month")),
            ]
            for case, steps in runs.items()
        ]
        parts.append(table(["whole run", "counts", "receive", "run", "run of one month more"], rows))
    steep = list(_steep(cases))
    if steep:
        parts.append(table(["models over a second that grow fastest", "seconds", "exponent"], steep))
    return "\n\n".join(parts)


def _row(case: str, steps: dict[str, dict]) -> list[str]:
    build = steps["build"]
    size = build.get("warehouse_mb", 0) * 1e6 / build["counts"]
    return [
        case,
        f"{build['counts']:,}",
        _cpu(steps, "bare"),
        _cpu(steps, "build"),
        _times(steps, "build"),
        _cpu(steps, "chain"),
        _times(steps, "chain"),
        *(_cpu(steps, step) for step in ("nothing", "month", "district")),
        f"{build['peak_mib']:,}",
        f"{size:,.0f}" if size and build["is_finished"] else "",
    ]


def _cpu(steps: dict[str, dict], step: str) -> str:
    if step not in steps:
        return ""
    return f"{'' if steps[step]['is_finished'] else 'over '}{steps[step]['cpu']:.1f}"


def _times(steps: dict[str, dict], step: str) -> str:
    if "bare" not in steps or step not in steps or not steps[step]["is_finished"]:
        return ""
    return f"{steps[step]['cpu'] / steps['bare']['cpu']:.0f} ×"


def _series(cases: dict[str, dict[str, dict]]) -> Iterator[tuple[str, list[tuple[int, dict]]]]:
    """What grows, and its sizes with the steps of each: communes for 24 months, months of 13 communes."""
    for what, fixed, number in (("communes", "months", 24), ("months", "communes", 13)):
        sizes: dict[int, dict] = {}
        for steps in cases.values():
            if "bare" in steps and "build" in steps and steps["build"][fixed] == number:
                sizes.setdefault(steps["build"][what], steps)
        yield what, sorted(sizes.items())


def _steep(cases: dict) -> Iterator[list[str]]:
    """Of the models that take over a second at the largest size those that grow fastest from its half on."""
    for what, sizes in _series(cases):
        finished = [(size, s["build"]["models"]) for size, s in sizes if s["build"]["is_finished"]]
        many, after = finished[-1] if finished else (0, {})
        smaller = [each for each in finished if 2 * each[0] <= many]
        if not smaller:
            continue
        few, before = smaller[-1]
        growth = {
            model: math.log(seconds / before[model]) / math.log(many / few)
            for model, seconds in after.items()
            if seconds >= 1 and model in before
        }
        for model, exponent in sorted(growth.items(), key=lambda item: -item[1])[:5]:
            if exponent < 0.5:
                break
            yield [
                f"{model}, {few} to {many} {what}",
                f"{before[model]:.1f} to {after[model]:.1f}",
                f"{exponent:.2f}",
            ]


def reading(kept: dict) -> str:
    names = ("rows", "mb", "seconds", "library_seconds", "rows_per_second", "peak_mib")
    head = ["format", "rows", "MB", "CPU s", "library, CPU s", "rows per s", "peak MiB", "times"]
    return table(
        head,
        [
            [
                each["format"],
                *(f"{each[name]:,}" for name in names),
                f"{each['seconds'] / each['library_seconds']:.1f}",
            ]
            for each in kept["reading"]
        ],
    )


def validation(kept: dict) -> str:
    head = {
        "counts": "counts",
        "checks": "checks",
        "suites_cpu": "suites, CPU s",
        "sql_cpu": "the same in SQL, CPU s",
        "times": "times",
        "import_cpu": "import, CPU s",
        "suites_peak_mib": "peak MiB",
    }
    return table(list(head.values()), [[str(size[name]) for name in head] for size in kept["validation"]])


def provinces(kept: dict) -> str:
    """The first of the provinces, then more of them: sums, but the peak is that of the largest."""
    about, built = kept["measured_on"], kept["provinces"]
    sizes = sorted({1, len(built), *(each["provinces"] for each in kept["comparisons"])})
    head = [
        "provinces",
        "counts",
        "CPU s",
        "of each",
        "peak MiB",
        "databases MB",
        "releases MB",
        "directories MB",
    ]
    rows = [
        [
            str(number),
            f"{sum(each['counts'] for each in built[:number]):,}",
            f"{sum(each['cpu'] for each in built[:number]):,.0f}",
            f"{sum(each['cpu'] for each in built[:number]) / number:.0f}",
            f"{max(each['peak_mib'] for each in built[:number]):,}",
            *(
                f"{sum(each[name] for each in built[:number]):,.0f}"
                for name in ("database_mb", "release_mb", "directory_mb")
            ),
        ]
        for number in sizes
    ]
    compared = [
        [str(each["provinces"]), f"{each['cpu']:.1f}", f"{each['peak_mib']:,}", f"{each['file_mb']:.1f}"]
        for each in kept["comparisons"]
    ]
    loads = sorted(each["load"] for each in built)
    return "\n\n".join(
        [
            f"{kept['months']} months each. Python {about['python']}, {about['cores']} cores, "
            f"{about['machine']}, load {loads[0]:.0f} to {loads[-1]:.0f}.",
            table(head, rows),
            table(["compared", "CPU s", "peak MiB", "file MB"], compared),
        ]
    )


COLOURS = ("#888888", "#c0392b", "#2471a3", "#1e8449")


def plot(kept: dict) -> str:
    """Two panels side by side, both axes in powers of ten."""
    panels: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for version, figures in kept.items():
        cases: dict[str, dict[str, dict]] = {}
        for each in figures["steps"]:
            cases.setdefault(each["case"], {})[each["step"]] = each
        for what, sizes in _series(cases):
            lines = panels.setdefault(what, {})
            for name, step in (("plain SQL", "bare"), (f"build, {version}", "build")):
                lines[name] = [
                    (each[step]["counts"], each[step]["cpu"])
                    for _, each in sizes
                    if each[step]["is_finished"]
                ]
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    drawn = [
        _panel(30 + 400 * n, f"CPU seconds, more {what}: counts", lines, names)
        for n, (what, lines) in enumerate(panels.items())
    ]
    legend = [
        f'<text x="{60 + 170 * n}" y="335" fill="{COLOURS[n % len(COLOURS)]}">{name}</text>'
        for n, name in enumerate(names)
    ]
    body = "\n".join([*drawn, *legend])
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 830 350" font-family="sans-serif" '
        f'font-size="12">\n'
        f'<rect width="830" height="350" fill="white"/>\n{body}\n</svg>\n'
    )


def _panel(left: int, title: str, lines: dict[str, list[tuple[float, float]]], names: list[str]) -> str:
    points = [point for line in lines.values() for point in line] or [(1, 1)]
    (x0, x1), (y0, y1) = (
        (math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)) + 1e-9))
        for values in zip(*points, strict=True)
    )

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            left + 30 + 320 * (math.log10(x) - x0) / max(1, x1 - x0),
            300 - 250 * (math.log10(y) - y0) / max(1, y1 - y0),
        )

    made = [f'<text x="{left + 30}" y="25">{title}</text>']
    for power in range(x0, x1 + 1):
        x, y = at(10**power, 10**y0)
        made.append(f'<path d="M{x:.0f} 50V300" stroke="#dddddd"/><text x="{x:.0f}" y="{y + 15:.0f}" '
                    f'text-anchor="middle">{10**power:,}</text>')  # fmt: skip
    for power in range(y0, y1 + 1):
        x, y = at(10**x0, 10**power)
        made.append(f'<path d="M{x:.0f} {y:.0f}h320" stroke="#dddddd"/><text x="{x - 4:.0f}" y="{y + 4:.0f}" '
                    f'text-anchor="end">{10.0**power:g}</text>')  # fmt: skip
    for name, line in lines.items():
        colour = COLOURS[names.index(name) % len(COLOURS)]
        places = [at(*point) for point in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        made.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        made += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
    return "\n".join(made)


def page(text: str) -> tuple[str, str]:
    """The page, of which `text` is the one before, and the plot."""
    engine_kept, reading_kept, validation_kept, provinces_kept = (
        json.loads((HERE / f"{name}.json").read_text("utf-8"))
        for name in ("engine", "reading", "validation", "provinces")
    )
    sections = {
        "The engine": f"![CPU seconds over counts](engine.svg)\n\n{engine(engine_kept)}",
        "Reading": reading(reading_kept),
        "Suites": validation(validation_kept),
        "Provinces": provinces(provinces_kept),
    }
    made = "\n\n".join(f"## {title}\n\n{body}" for title, body in sections.items())
    return f"{text.partition(MARK)[0]}{MARK}\n{made}\n", plot(engine_kept)


if __name__ == "__main__":
    text, picture = page((HERE / "README.md").read_text("utf-8"))
    (HERE / "README.md").write_text(text, "utf-8")
    (HERE / "engine.svg").write_text(picture, "utf-8")
