"""Rules about the texts of findings, and about text wherever it stands."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from string import Formatter

from ingest.registry.models import Registry

Found = Iterator[tuple[str, str]]


def placeholders(text: str) -> set[str]:
    """The columns a message names in braces; ValueError where a brace is not closed."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def rule_given_twice(r: Registry) -> Found:
    for name, times in Counter(rule.rule_id for rule in r.rules).items():
        if times > 1:
            yield f"rules.yml: {name}", f"stands here {times} times; keep one"


def rule_id_out_of_shape(r: Registry) -> Found:
    for rule in r.rules:
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", rule.rule_id):
            yield rule.place, "the id must be English snake_case, named for the defect"


def rule_without_title(r: Registry) -> Found:
    for rule in r.rules:
        if not (rule.title.vi and rule.title.en):
            yield rule.place, "give its title in vi and in en"


def rule_without_message(r: Registry) -> Found:
    for rule in r.rules:
        if not (rule.message.vi and rule.message.en):
            yield rule.place, "give its message in vi and in en"


def rule_without_why(r: Registry) -> Found:
    for rule in r.rules:
        if not rule.why:
            yield rule.place, "say in why what goes wrong when nobody looks"


def rule_without_action(r: Registry) -> Found:
    for rule in r.rules:
        if not (rule.action and rule.action.vi and rule.action.en):
            yield rule.place, "say in action, in vi and en, what the reader is to do"


def placeholder_not_closed(r: Registry) -> Found:
    for rule in r.rules:
        for language in ("vi", "en"):
            try:
                placeholders(getattr(rule.message, language) or "")
            except ValueError as error:
                yield (
                    rule.place,
                    f"message {language}: {error}; write a column as {{name}} and a brace as {{{{",
                )


def placeholders_differ(r: Registry) -> Found:
    for rule in r.rules:
        try:
            vi, en = (placeholders(text or "") for text in (rule.message.vi, rule.message.en))
        except ValueError:
            continue  # placeholder_not_closed has said so
        # A column may come in both languages: {name_vi} and {name_en} say the same.
        vi, en = ({re.sub(r"_(vi|en)\b", "", name) for name in names} for names in (vi, en))
        if rule.message.vi and rule.message.en and vi != en:
            yield rule.place, f"only one language names {', '.join(sorted(vi ^ en))}; both must say the same"


def text_not_composed(r: Registry) -> Found:
    for place, text in _texts(r):
        if unicodedata.normalize("NFC", text) != text:
            yield place, f"{text[:40]!r} is not Unicode NFC; type it again or normalise the file"


def text_with_stray_spaces(r: Registry) -> Found:
    for place, text in _texts(r):
        if text != " ".join(text.split()):
            yield place, f"{text[:40]!r} begins, ends or is broken with spaces too many; keep single ones"


def _texts(r: Registry) -> Iterator[tuple[str, str]]:
    for entries in (
        r.indicators,
        r.measures,
        r.invariants,
        r.targets,
        r.sources,
        r.organisations,
        r.aliases,
        r.org_changes,
        r.corrections,
        r.rules,
        r.accepted_findings,
    ):
        for entry in entries:
            yield from ((entry.place, text) for text in _strings(entry.model_dump()))
    for pillar, name in r.pillars.items():
        yield from ((f"indicators.yml: pillars, {pillar}", text) for text in _strings(name.model_dump()))


def _strings(value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


RULES = (
    rule_given_twice,
    rule_id_out_of_shape,
    rule_without_title,
    rule_without_message,
    rule_without_why,
    rule_without_action,
    placeholder_not_closed,
    placeholders_differ,
    text_not_composed,
    text_with_stray_spaces,
)
