"""What a user reads when something is refused."""

from collections.abc import Mapping


class Refused(Exception):
    """Input that cannot be used. The message is one line: file, place, what was expected, what to do.

    `code` is one of `ingest.reading.reasons.REASONS`; `locator` is where in the file: `row 2, column C`.
    `earlier`: of bytes that were received before, as what: source_id, period_id, plan_id. `kind` and `about`:
    the same in another language, as a text of the catalogue and what fills it.
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
