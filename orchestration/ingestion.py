"""Assets from the outside world: what was received, and the tables it was landed as."""

import dagster as dg

from ingest import landing, registry
from ingest.sources import SOURCES


def assets_of(source: str) -> list[dg.AssetsDefinition]:
    """`raw/<source>` and its landed tables are apart, so that reading again needs no new delivery."""
    tables = landing.tables_from(source)

    @dg.asset(key=["raw", source], group_name="raw", description=_about(source))
    def raw() -> dg.MaterializeResult:
        landing.receive_bundled(source)
        received = [extract for extract in landing.manifest() if extract.source_id == source]
        return dg.MaterializeResult(metadata={"extracts": len(received)})

    @dg.multi_asset(
        specs=[dg.AssetSpec(["landed", t], group_name="landed", deps=[raw]) for t in tables],
        name=f"landed_{source}",
    )
    def landed():
        yield from _rows("landed", landing.land(source))

    return [raw, landed]


@dg.asset(key=["landed", "extracts"], group_name="landed", deps=[["raw", s] for s in ("plan", *SOURCES)])
def extracts() -> dg.MaterializeResult:
    """The manifest of everything received, as a table."""
    return next(_rows("landed", landing.land_extracts()))


@dg.multi_asset(specs=[dg.AssetSpec(["registry", t], group_name="registry") for t in registry.TABLES])
def registry_tables():
    """The registry, once its linter has passed it, as tables."""
    yield from _rows("registry", landing.land_registry())


def _rows(stage: str, counts: dict[str, int]):
    for table, rows in counts.items():
        yield dg.MaterializeResult(asset_key=[stage, table], metadata={"dagster/row_count": rows})


def _about(source: str) -> str:
    return "Plan documents, as received." if source == "plan" else SOURCES[source].__doc__


assets = [extracts, registry_tables, *(asset for s in ("plan", *SOURCES) for asset in assets_of(s))]
