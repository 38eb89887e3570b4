"""README.md of a release: what it is, and every finding, for whoever opens the folder."""

from pathlib import Path

from orchestration.publication import manifest
from orchestration.publication.database import Marts
from orchestration.publication.page import environment, findings, set_apart


def write(marts: Marts, about: dict, file: Path, *, has_docs: bool) -> None:
    plans = marts["dim_plan"].sort("plan_id").to_dicts()
    text = (
        environment()
        .get_template("notice.md.j2")
        .render(
            about=about,
            plans=plans,
            findings=findings(marts),
            set_apart=set_apart(marts),
            made_up=manifest.made_up(marts),
            has_docs=has_docs,
        )
    )
    file.write_text(text, encoding="utf-8")
