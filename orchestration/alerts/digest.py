"""A digest in words, Vietnamese first, as it stands in the file, the e-mail and the webhook's `text`."""

from datetime import datetime

from orchestration import texts

PARTS = ("new", "over", "still_open")


def subject(digest: dict) -> str:
    """One line, for a subject or a log."""
    made_up = f"[{_both('digest.made_up')}] " if digest["is_made_up"] else ""
    return f"{made_up}dxkpi: {_both('digest.subject', **{part: len(digest[part]) for part in PARTS})}"


def summary(digest: dict) -> str:
    """The digest in one line of progress, with what is new and no finding spelt out."""
    new, over, still_open = (len(digest[part]) for part in PARTS)
    urgent = [one["en"] for one in digest["new"] if one["kind"] in ("blocked", "silent", "late")]
    counts = f"alerts: {new} new, {over} over, {still_open} still open, {digest['accepted']} accepted"
    return "; ".join([counts, *urgent]) + " (alerts/latest.txt)"


def first_lines(digest: dict) -> str:
    """How much there is, when, and of which release."""
    lines = [
        *(subject(digest), ""),
        _both("digest.made_at", at=datetime.fromisoformat(digest["made_at"])),
        f"{_both('digest.release')}: {digest['release_id'] or _both('digest.no_release')}",
    ]
    return "\n".join(lines) + "\n"


def text(digest: dict) -> str:
    lines = first_lines(digest).splitlines()
    if digest["accepted"]:
        lines.append(f"{_both('digest.accepted')}: {digest['accepted']}")
    for part in PARTS:
        lines += ["", f"== {_both(f'digest.{part}')}: {len(digest[part])} =="]
        for one in digest[part]:
            kind = _both(f"condition_kinds.{one['kind']}")
            lines += [f"- [{kind}] {one['vi']}", f"  {one['en']}"]
            if part == "new" and one.get("action_vi"):
                action = {"vi": one["action_vi"], "en": one["action_en"]}
                lines.append(f"  {_both('digest.action', action=action)}")
    return "\n".join(lines) + "\n"


def _both(name: str, **values) -> str:
    return " / ".join(texts.both(name, **values).values())
