"""The national page: of each indicator the newest period in which provinces can be compared, ranked, with who
has no rank and why. From the file of a comparison, which has worked out all of it.
"""

from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb

from orchestration.publication.page import charts, texts
from orchestration.publication.page.texts import Pair

# With the number of indicators, out of those above, in which a province has a rank.
PROVINCES = """
    select p.province_id, array_agg(p.org_name_vi order by p.rowid) as names,
        any_value(p.release_id) as release_id, any_value(p.built_at) as built_at,
        any_value(p.contract_version) as contract_version, bool_or(p.is_made_up) as is_made_up,
        (
            select count(distinct (n.indicator_id, n.definition_id, n.is_made_up)) from newest_comparison as n
            where n.is_ranked and n.province_id = p.province_id
        ) as compared
    from provinces as p
    group by p.province_id
    order by min(p.rowid)
"""
OF_ONE = itemgetter("indicator_id", "definition_id", "period_id", "is_made_up")


def contents(file: Path) -> dict:
    """What the template writes out."""
    with duckdb.connect(str(file), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        rows = con.execute("from newest_comparison").pl().to_dicts()
        provinces = con.execute(PROVINCES).pl().to_dicts()
        unranked = con.execute("from unranked order by province_vi, province_id").pl().to_dicts()
    without: dict[tuple, list[dict]] = {}
    for row in unranked:
        without.setdefault(OF_ONE(row), []).append(row)
    lines = [line(number, list(same), without) for number, (_, same) in enumerate(groupby(rows, OF_ONE))]
    marks = [row["is_made_up"] for row in [*provinces, *rows]]
    newest = max(provinces, key=itemgetter("built_at"))
    return {
        "title": texts.phrase("page.title_provinces"),
        "about": newest,
        "is_made_up": any(marks) or any(row["why"] == "made_up" for row in unranked),
        "all_made_up": all(marks),
        "provinces": provinces,
        "pillars": [(pillar, list(same)) for pillar, same in groupby(lines, itemgetter("pillar"))],
    }


def line(number: int, rows: list[dict], without: dict[tuple, list[dict]]) -> dict:
    """One indicator by one definition: what all have together, who ranks, who does not."""
    about = rows[0]
    ranked = [row for row in rows if row["is_ranked"]]
    whole = max(100, *(row["value"] for row in ranked))
    share = {name: 100 * about[name] / whole for name in ("lower_quartile", "median", "upper_quartile")}
    return {
        "anchor": f"chi-tieu-{number + 1}",
        "name": texts.pair(about, "indicator"),
        "pillar": texts.pair(about, "pillar"),
        "formula": texts.pair(about, "formula"),
        "period": texts.period(about["period_id"]),
        "is_made_up": about["is_made_up"],
        "lower_is_better": not about["higher_is_better"],
        "of_all": shown(about["value_of_all"]),
        "median": shown(about["median"]),
        "lower": shown(about["lower_quartile"]),
        "upper": shown(about["upper_quartile"]),
        "numerator": texts.counted(sum(row["numerator"] for row in ranked)),
        "denominator": texts.counted(sum(row["denominator"] for row in ranked)),
        "spread": charts.spread([100 * row["value"] / whole for row in ranked], *share.values()),
        "ranked": [
            row
            | {
                "shown": shown(row["value"]),
                "bar": charts.bar(100 * row["value"] / whole, share["median"]),
                "note": texts.phrase("page.provisional") if row["missing_periods"] else None,
            }
            for row in ranked
        ],
        "unranked": [
            row | {"shown": shown(row["value"]), "words": why(row)} for row in without.get(OF_ONE(about), [])
        ],
    }


def why(row: dict) -> Pair:
    """Why a province has no rank."""
    return texts.phrase(
        f"unranked.{row['why']}", formula=texts.pair(row, "formula"), reason=texts.pair(row, "reason")
    )


def shown(percentage: float | None) -> str | None:
    return None if percentage is None else texts.rounded(Decimal(repr(percentage)))
