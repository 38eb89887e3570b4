"""Made-up plans with one known defect each: the right rule finds it, and a plan without one raises no alarm.

`make test` judges one plan of each kind of defect and a few without, `make campaign` (--defects) ten of each
and as many without. All are plans of provinces of their own, so one build judges many.
"""

import shutil
from collections.abc import Iterator
from itertools import islice

import polars as pl
from making import defective_plans
from making.compiled import Model, behind, run
from making.defective_plans import DEFECTS

from expectations import findings, marts
from expectations import plan as plan_suites
from expectations.gate import judge
from ingest import plan

JUDGED = (*plan_suites.SUITES, "rpt_value_audit")
SUITES = {**plan_suites.SUITES, "rpt_value_audit": marts.SUITES["rpt_value_audit"]}
KEYS = {**plan_suites.KEYS, "rpt_value_audit": marts.KEYS["rpt_value_audit"]}
# True of every plan that gives results without their counts, and targets of a year that has only begun.
EXPECTED = {"ratio_not_computed", "value_not_reported_yet", "only_estimated"}


def drafts(each: int, first: int) -> Iterator[tuple[str, str | None, defective_plans.Draft]]:
    """`each` plans of every kind of defect, and clean ones between: name, rule that is to find it, plan."""
    seed = first
    for at in range(each):
        for kind_no, (kind, (rule, change)) in enumerate(DEFECTS.items()):
            p = defective_plans.draft(seed)
            change(p)
            yield f"{kind}-{at}", rule, p
            if each > 1 or kind_no % 5 == 0:
                yield f"clean-{kind}-{at}", None, defective_plans.draft(seed + 1)
            seed += 2


def batches(each: int, first: int) -> Iterator[list]:
    """As many of them as one build judges in a few seconds."""
    plans = drafts(each, first)
    while batch := list(islice(plans, 100)):
        yield batch


def landed(folder, plans: dict[str, defective_plans.Draft]) -> None:
    """The landed tables of `folder` with these plans, each of a province of its own, in place of its plan."""
    tables: dict[str, list[pl.DataFrame]] = {name: [] for name in plan.TABLES}
    for name, draft in plans.items():
        read = plan.read(f"{name}.md", defective_plans.text(draft).encode())
        for table, frame in read.items():
            ours = {"extract_id": pl.lit(f"extract-{name}"), "plan_id": pl.lit(name)}
            tables[table].append(frame.select(**ours, **{c: pl.col(c) for c in frame.columns}))
    for table, frames in tables.items():
        replaced(folder, table, pl.concat(frames))
    for table in ("extracts", "arrivals"):
        rows = pl.read_parquet(folder / "landed" / table / "*.parquet")
        one = rows.filter(pl.col("source_id") == "plan") if "source_id" in rows.columns else rows
        one = rows.filter(
            pl.col("extract_id") == "98019d5fbcc61cd015ca9a1d7850e761c7d64358c65705fa2225e23ae6ad3bac"
        )
        named = [
            one.with_columns(
                extract_id=pl.lit(f"extract-{name}"),
                **({"plan_id": pl.lit(name)} if "plan_id" in one.columns else {}),
            )
            for name in plans
        ]
        replaced(folder, table, pl.concat(named))


def replaced(folder, table: str, frame: pl.DataFrame) -> None:
    for file in (folder / "landed" / table).glob("*.parquet"):
        file.unlink()
    frame.write_parquet(folder / "landed" / table / "made.parquet")


def registered(folder, plans: dict[str, defective_plans.Draft]) -> None:
    """Each province and its districts in the registry, as Gia Lai's are."""
    file = folder / "landed/registry/organisations.parquet"
    known = pl.read_parquet(file)
    rows = []
    for name, draft in plans.items():
        of = f"province_{name.replace('-', '_')}"
        rows.append(
            {"org_key": f"{of}@1", "org_id": of, "name_vi": f"Tỉnh {draft.name}", "level": "province"}
        )
        rows += [
            {
                "org_key": f"{of}_{at}@1",
                "org_id": f"{of}_{at}",
                "name_vi": f"Huyện {district}",
                "level": "district",
                "parent_org_key": f"{of}@1",
                "communes": draft.communes if at == 0 else 0,
            }
            for at, district in enumerate(draft.districts)
        ]
    pl.concat([known, pl.DataFrame(rows, schema_overrides=known.schema)], how="diagonal").write_parquet(file)


def found(models: list[Model], plans: dict[str, defective_plans.Draft], folder) -> dict[str, set[str]]:
    """The rules that each plan breaks."""
    landed(folder, plans)
    registered(folder, plans)
    said: dict[str, set[str]] = {name: set() for name in plans}
    with run(behind(models, *JUDGED), folder) as database:
        of_org = dict(
            database.execute(
                "select org_key, plan_id from intermediate.int_documents where is_current"
            ).fetchall()
        )
        frames = {table: database.execute(f"select * from marts.{table}").pl() for table in JUDGED}
    for table, frame in frames.items():
        suite = [e for e in SUITES[table] if e.meta["rule"] != "duplicate_key"]
        verdict = judge("defects", table, frame, suite, KEYS[table])
        assert not [r for r in verdict.results if r.outcome == "crashed"]
        for rule, rows in findings.broken(verdict).items():
            for row in rows:
                name = (row or {}).get("plan_id") or of_org.get((row or {}).get("org_key"))
                if name in said and rule not in EXPECTED:
                    said[name].add(rule)
    return said


def test_a_defect_is_found_by_its_rule_and_a_clean_plan_raises_no_alarm(
    published, compiled_models, tmp_path, request
):
    each, first = request.config.getoption("--defects"), request.config.getoption("--seed") * 1000
    assert len(DEFECTS) >= 30
    missed, alarms, asked, clean = [], [], 0, 0
    for at, batch in enumerate(batches(each, first)):
        folder = tmp_path / str(at)
        shutil.copytree(published.data / "landed", folder / "landed")
        said = found(compiled_models, {name: draft for name, _, draft in batch}, folder)
        for name, rule, _ in batch:
            if rule is None:
                clean += 1
                alarms += [(name, sorted(said[name]))] if said[name] else []
            else:
                asked += 1
                missed += [(name, rule, sorted(said[name]))] if rule not in said[name] else []
    print(
        f"{asked - len(missed)} of {asked} defects found, {len(alarms)} of {clean} clean plans with an alarm"
    )
    assert len(missed) <= asked * 0.05, missed
    assert len(alarms) <= clean / 200, alarms  # none, below 200 of them
