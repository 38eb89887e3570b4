"""Rules about findings that somebody has accepted for a while."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from ingest.registry.models import Registry

Found = Iterator[tuple[str, str]]

# A plan and its reports are of a year: what is still there with the next plan has to be looked at again.
LONGEST = timedelta(days=366)


def accepted_finding_of_unknown_rule(r: Registry) -> Found:
    known = {rule.rule_id for rule in r.rules}
    for a in r.accepted_findings:
        if a.rule_id not in known:
            yield a.place, f"{a.rule_id!r} is no rule_id of rules.yml; dxkpi findings --json names it"


def accepted_finding_that_blocks(r: Registry) -> Found:
    errors = {rule.rule_id for rule in r.rules if rule.severity == "error"}
    for a in r.accepted_findings:
        if a.rule_id in errors:
            yield a.place, "an error blocks publication and is never accepted; correct what it is about"


def accepted_finding_without_reason(r: Registry) -> Found:
    for a in r.accepted_findings:
        if not a.reason:
            yield a.place, "say in reason why it may stand for now"


def accepted_finding_without_name(r: Registry) -> Found:
    for a in r.accepted_findings:
        if not a.accepted_by:
            yield a.place, "say in accepted_by who answers for it"


def accepted_finding_without_end(r: Registry) -> Found:
    for a in r.accepted_findings:
        if not a.expires_on:
            yield a.place, f"give expires_on, at most {LONGEST.days} days after accepted_on"


def accepted_finding_that_ends_before_it_begins(r: Registry) -> Found:
    for a in r.accepted_findings:
        if a.expires_on and a.expires_on < a.accepted_on:
            yield a.place, f"expires on {a.expires_on}, before it was accepted on {a.accepted_on}"


def finding_accepted_for_too_long(r: Registry) -> Found:
    for a in r.accepted_findings:
        if a.expires_on and a.expires_on - a.accepted_on > LONGEST:
            yield (
                a.place,
                f"is accepted for more than {LONGEST.days} days; end it by {a.accepted_on + LONGEST}, and "
                "accept it again then if it must stand",
            )


def finding_accepted_twice(r: Registry) -> Found:
    named = Counter((a.rule_id, a.subject_table, a.subject_key) for a in r.accepted_findings)
    for (rule_id, _, key), times in named.items():
        if times > 1:
            yield f"accepted_findings.yml: {rule_id}, {key}", f"stands here {times} times; keep one"


def accepted_finding_with_a_changing_key(r: Registry) -> Found:
    for a in r.accepted_findings:
        if re.search(r"[0-9a-f]{16}", a.subject_key):
            yield (
                a.place,
                "is named by a hash, which is another one once the file is sent again; correct the file",
            )


RULES = (
    accepted_finding_of_unknown_rule,
    accepted_finding_that_blocks,
    accepted_finding_without_reason,
    accepted_finding_without_name,
    accepted_finding_without_end,
    accepted_finding_that_ends_before_it_begins,
    finding_accepted_for_too_long,
    finding_accepted_twice,
    accepted_finding_with_a_changing_key,
)
