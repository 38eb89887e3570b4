"""The indicator values of a release for statistical offices: SDMX-CSV 2.0, its structure, its code lists.

Nothing is computed; a value that is missing has an empty OBS_VALUE, its OBS_STATUS and its REASON.
"""

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.publication.data_package import END
from orchestration.publication.database import Marts
from orchestration.texts import text, words

AGENCY, VERSION = "DXKPI", "1.0.0"
FLOW, STRUCTURE, CONCEPTS = "DF_INDICATORS", "DSD_INDICATORS", "CS_INDICATORS"
DATA, MESSAGE = "indicators.csv", "structure.json"


@dataclass(frozen=True)
class Part:
    """A dimension, the measure or an attribute."""

    id: str
    role: str  # dimension, measure, attribute
    name: str
    column: str  # SQL over a value
    codes: str | None = None
    type: str = "String"
    required: bool = field(default=True)


PARTS = (
    Part("FREQ", "dimension", "Frequency", "freq", "CL_FREQ"),
    Part("REF_AREA", "dimension", "Organisation, as it was in one span of time", "org_key", "CL_AREA"),
    Part("INDICATOR", "dimension", "Indicator", "indicator_id", "CL_INDICATOR"),
    Part("DEFINITION", "dimension", "Version of the definition", "definition_version", "CL_DEFINITION"),
    Part("TIME_PERIOD", "dimension", "Period", "period_id", type="ObservationalTimePeriod"),
    Part("OBS_VALUE", "measure", "Value, percent", "value", type="Decimal", required=False),
    Part("OBS_STATUS", "attribute", "Status of the observation", "obs_status", "CL_OBS_STATUS"),
    Part("UNIT_MEASURE", "attribute", "Unit", "unit_measure", "CL_UNIT_MEASURE"),
    Part("VALUE_STATUS", "attribute", "Where the value comes from", "value_status", "CL_VALUE_STATUS"),
    Part("REASON", "attribute", "Why the ratio was not computed", "reason", "CL_REASON", required=False),
    Part("NUMERATOR", "attribute", "Numerator", "numerator", type="Decimal", required=False),
    Part("DENOMINATOR", "attribute", "Denominator", "denominator", type="Decimal", required=False),
    Part("REPORTED_VALUE", "attribute", "Published ratio", "reported_value", type="Decimal", required=False),
    Part("MADE_UP", "attribute", "Whether the data is made up", "made_up", "CL_MADE_UP"),
)  # fmt: skip


def write(marts: Marts, about: dict, folder: Path) -> list[Path]:
    """The data, the structure message and a CSV for each code list; the files written."""
    codes = code_lists(marts)
    (folder / "codelists").mkdir(parents=True)
    data(marts).write_csv(folder / DATA, line_terminator=END)
    (folder / MESSAGE).write_text(message(codes, about), encoding="utf-8")
    written = [folder / DATA, folder / MESSAGE]
    for name, items in codes.items():
        written.append(folder / "codelists" / f"{name}.csv")
        with written[-1].open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator=END).writerows([("code", "name_en", "name_vi"), *items])
    return written


def data(marts: Marts) -> pl.DataFrame:
    """What is known now of each ratio, one row an observation, in the order of its key."""
    ratios = marts["dim_indicator"].filter(kind="ratio").select("indicator_id", "definition_version")
    kinds = marts["dim_period"].select("period_id", "kind")
    values = (
        marts["fct_indicator_value"]
        .filter(pl.col("known_to").is_null())
        .join(ratios, on=["indicator_id", "definition_version"], how="semi")
        .join(kinds, on="period_id")
        .with_columns(
            freq=pl.col("kind").replace_strict({"year": "A", "quarter": "Q", "month": "M"}),
            unit_measure=pl.lit("PT"),
            made_up=pl.col("is_made_up").cast(pl.String),
        )
    )
    dimensions = [part.id for part in PARTS if part.role == "dimension"]
    return values.select(
        STRUCTURE=pl.lit("dataflow"),
        STRUCTURE_ID=pl.lit(f"{AGENCY}:{FLOW}({VERSION})"),
        ACTION=pl.lit("I"),
        **{part.id: pl.col(part.column) for part in PARTS},
    ).sort(dimensions)


def named(part: str) -> list[tuple[str, str, str]]:
    """The codes of a closed list of the texts, with their English and Vietnamese names."""
    en, vi = words(part, "en"), words(part, "vi")
    return [(code, en[code], vi[code]) for code in vi]


def code_lists(marts: Marts) -> dict[str, list[tuple[str, str, str]]]:
    """Code, English and Vietnamese name; where there is no English name, the Vietnamese one."""
    areas = marts["dim_org"].sort("org_key")
    indicators = marts["dim_indicator"].sort("indicator_id", "definition_version")
    names = indicators.unique(subset="indicator_id", keep="first", maintain_order=True)
    versions = indicators["definition_version"].unique().sort()
    reasons = marts["dim_reason"].sort("reason")
    return {
        "CL_FREQ": named("sdmx_frequencies"),
        "CL_AREA": [(row["org_key"], row["name_vi"], row["name_vi"]) for row in areas.to_dicts()],
        "CL_INDICATOR": [(row["indicator_id"], row["name_en"], row["name_vi"]) for row in names.to_dicts()],
        "CL_DEFINITION": [
            (str(n), text("sdmx.version", "en", number=n), text("sdmx.version", "vi", number=n))
            for n in versions.to_list()
        ],
        "CL_OBS_STATUS": named("sdmx_obs_status"),
        "CL_UNIT_MEASURE": named("sdmx_units"),
        "CL_VALUE_STATUS": named("sdmx_value_status"),
        "CL_REASON": [(row["reason"], row["reason_en"], row["reason_vi"]) for row in reasons.to_dicts()],
        "CL_MADE_UP": named("sdmx_made_up"),
    }


def message(codes: dict[str, list[tuple[str, str, str]]], about: dict) -> str:
    """The structure message, SDMX-JSON 2.0: code lists, concepts, data structure, dataflow."""
    from pysdmx.io import write_sdmx  # takes a second to load
    from pysdmx.io.format import Format
    from pysdmx.model import (
        Code,
        Codelist,
        Component,
        Components,
        Concept,
        ConceptScheme,
        Dataflow,
        DataStructureDefinition,
        DataType,
        ItemReference,
        Organisation,
        Role,
    )
    from pysdmx.model.message import Header

    shared: dict[str, Any] = {"agency": AGENCY, "version": VERSION}
    lists = [
        Codelist(
            name,
            name=name,
            items=[Code(code, name=english, description=vietnamese) for code, english, vietnamese in items],
            **shared,
        )
        for name, items in codes.items()
    ]
    concepts = ConceptScheme(
        CONCEPTS,
        name="Concepts of the indicators",
        items=[Concept(part.id, name=part.name, dtype=DataType(part.type)) for part in PARTS],
        **shared,
    )
    components = [
        Component(
            part.id,
            part.required,
            Role[part.role.upper()],
            ItemReference("Concept", AGENCY, CONCEPTS, VERSION, part.id),
            local_dtype=None if part.codes else DataType(part.type),
            local_enum_ref=part.codes
            and f"urn:sdmx:org.sdmx.infomodel.codelist.Codelist={AGENCY}:{part.codes}({VERSION})",
            attachment_level="O" if part.role == "attribute" else None,
        )
        for part in PARTS
    ]
    structure = DataStructureDefinition(
        STRUCTURE, name="Indicator values", components=Components(components), **shared
    )
    flow = Dataflow(FLOW, name="Indicator values of a release", structure=structure, **shared)
    header = Header(id=about["release_id"], prepared=about["built_at"], sender=Organisation(AGENCY))
    text = write_sdmx([*lists, concepts, structure, flow], Format.STRUCTURE_SDMX_JSON_2_0_0, header=header)
    content = json.loads(text or "")
    for written in content["data"]["dataStructures"]:
        # pysdmx 1.21 writes an empty list of groups, which the schema of the standard refuses
        if not written["dataStructureComponents"].get("groups", True):
            del written["dataStructureComponents"]["groups"]
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
