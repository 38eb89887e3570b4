"""The last asset: what was built and judged, published as a release."""

import shutil

import dagster as dg
import polars as pl

from ingest import places
from orchestration import publication
from orchestration.ingestion import WAREHOUSE


def of(dbt_assets: list[dg.AssetsDefinition]) -> dg.AssetsDefinition:
    @dg.asset(
        key="release_folder",
        group_name="published",
        deps=list(dbt_assets),
        pool=WAREHOUSE,
        required_resource_keys={"data_directory"},
    )
    def release_folder() -> dg.MaterializeResult:
        """The release folder, and `current` pointing at it."""
        (release_id,) = pl.read_parquet(places.checks() / "release.parquet")["release_id"]
        folder = publication.publish(
            places.warehouse(),
            places.published(),
            release_id,
            lambda docs: shutil.copytree(places.checks() / "data_docs", docs, dirs_exist_ok=True),
        )
        return dg.MaterializeResult(metadata={"release": folder.name})

    return release_folder
