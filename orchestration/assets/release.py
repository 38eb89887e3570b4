"""The last asset: what was built and judged, published as a release."""

import json
import shutil
from pathlib import Path

import dagster as dg

from ingest import folders
from ingest.errors import Refused
from orchestration import publication
from orchestration.assets import checks
from orchestration.assets.ingestion import OPERATIONS_TEAM, WAREHOUSE
from orchestration.publication import lake
from orchestration.publication.release import kept_releases
from orchestration.state import inputs, verification
from orchestration.texts import slashed


def of(dbt_assets: list[dg.AssetsDefinition]) -> dg.AssetsDefinition:
    @dg.asset(
        key="release_folder",
        group_name="published",
        description=slashed("dagster.release_folder"),
        deps=[key for built in dbt_assets for key in sorted(built.keys) if key.path[0] == "marts"],
        kinds={"duckdb", "parquet", "html"},
        owners=[OPERATIONS_TEAM],
        pool=WAREHOUSE,
        required_resource_keys={"data_directory"},
    )
    def release_folder() -> dg.MaterializeResult:
        folder = publication.publish(folders.warehouse(), folders.published(), judged_release(), data_docs)
        if lake.publish(folder, kept_releases()):
            verification.note_warehouse()  # the snapshot that was built is not kept
        return dg.MaterializeResult(
            metadata={
                "release": folder.name,
                "folder": dg.MetadataValue.path(str(folder)),
                "page": dg.MetadataValue.path(str(folder / "report" / "index.html")),
                "data_docs": dg.MetadataValue.path(str(folder / "data_docs" / "index.html")),
            }
        )

    return release_folder


def judged_release() -> str:
    """The id of the release that was judged. Raises Refused when it is not the warehouse as it stands, when
    something that it rests on is damaged, or when something in it blocks publication."""
    verification.refuse_damaged((*verification.of_bytes(), *verification.of_landed()))
    built_from = inputs.of_the_build()
    verification.refuse_damaged(verification.of_checks())
    is_judged = (folders.checks() / "release.parquet").is_file()
    candidate = checks.kept("release").row(0, named=True) if is_judged else None
    if candidate is None or json.loads(candidate["inputs"]) != built_from:
        raise Refused(f"{folders.warehouse()}: was built and not judged since; run `dxkpi check` first")
    if blocking := checks.what_blocks():
        more = f" (and {len(blocking) - 1} more)" if blocking[1:] else ""
        raise Refused(f"blocked: {blocking[0]}{more}; correct it, then run `dxkpi run`")
    return candidate["release_id"]


def data_docs(folder: Path) -> None:
    shutil.copytree(folders.checks() / "data_docs", folder, dirs_exist_ok=True)
