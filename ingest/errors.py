"""What a user reads when something is refused."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml


class Refused(Exception):
    """Input that cannot be used. The message is one line: file, place, what was expected, what to do.

    `code` is one of `ingest.reading.reasons.REASONS`; `locator` is where in the file: `row 2, column C`.
    `earlier`: of bytes that were received before, as what: source_id, period_id, plan_id. `kind` and `about`:
    the same in another language, as a text of `refusals.yml` and what fills it.
    `is_set_aside`: what was refused is in quarantine, from where a release tells of it.
    """

    is_set_aside = False

    def __init__(
        self,
        message: str,
        code: str = "unreadable",
        locator: str | None = None,
        *,
        earlier: Mapping[str, str | None] | None = None,
        kind: str | None = None,
        about: Mapping[str, object] | None = None,
    ):
        super().__init__(message)
        self.code = code
        self.locator = locator
        self.earlier = dict(earlier or {})
        self.kind = kind
        self.about = dict(about or {})


class NotNow(Refused):
    """Refused for a reason that may pass by itself, such as a server that does not answer."""


@cache
def told() -> dict[str, dict[str, str]]:
    """The reasons that are told in more than one language, by their kinds."""
    return yaml.load((Path(__file__).parent / "refusals.yml").read_bytes(), yaml.CSafeLoader)


def refusal(kind: str, code: str = "unreadable", **about: object) -> Refused:
    """A refusal in the words of `refusals.yml`; about: what fills them, `name` first."""
    return Refused(told()[kind]["en"].format(**about), code, kind=kind, about=about)
