"""What a person names on the command line, as the current release has it: organisation, indicator, target."""

from difflib import get_close_matches

from ingest.errors import Refused
from ingest.wording import match_key
from orchestration.publication.scores import number
from orchestration.state import current

NEAREST = 5
OF_PLAN = "@plan"  # ends the key of an organisation that only a plan makes known


def organisation(asked: str) -> str:
    """The org_id or org_key itself, or the org_id of who has that name. Raises Refused when there is none."""
    asked = asked.strip()
    orgs = current.rows("select distinct org_id, org_key, name_vi from marts.dim_org order by all")
    if any(asked in (org["org_id"], org["org_key"]) for org in orgs):
        return asked
    by_key: dict[str, set[str]] = {}
    for org in orgs:
        for name in (org["org_id"], org["name_vi"]):
            by_key.setdefault(match_key(name), set()).add(org["org_id"])
    key = match_key(asked)
    found = sorted(by_key.get(key, ()))
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(f"{asked}: {len(found)} organisations have this name; give one of {', '.join(found)}")
    near = [org_id for name in get_close_matches(key, by_key, NEAREST) for org_id in sorted(by_key[name])]
    named = {org["org_id"]: f"{org['name_vi']} ({org['org_id']})" for org in orgs}
    nearest = f"the nearest: {', '.join(named[org_id] for org_id in dict.fromkeys(near))}; " if near else ""
    raise Refused(f"{asked}: no such organisation; {nearest}ids and names are in table marts.dim_org")


def target(code: str, period: str | None, org: str | None = None) -> dict | None:
    """The target with this target_id or with the code that the scorecard shows (`IV.3`, `II.2.7a`): of
    several the organisation's, or else of one that the registry knows; then the one of the period's year,
    else the newest."""
    asked = code.strip().casefold()
    found = [
        row
        for row in current.rows(
            r"""select t.*, o.org_id,
                   regexp_replace(split_part(t.target_id, '/', 2), '^PL01\.', '') as target_number
               from marts.fct_indicator_target t join marts.dim_org o using (org_key)
               order by t.year, t.plan_id, t.target_id"""
        )
        if asked == row["target_id"].casefold() or asked.removeprefix("pl01.") == number(row).casefold()
    ]
    of_org = [row for row in found if org in (row["org_id"], row["org_key"])]
    found = of_org or [row for row in found if not row["org_key"].endswith(OF_PLAN)] or found
    of_year = [row for row in found if period and row["year"] == int(period[:4])]
    return next(reversed(of_year or found), None)


def indicator(asked: str) -> str:
    """The indicator_id of an id or of a code of the registry. Raises Refused when there is none."""
    known = current.rows("select distinct indicator_id, code from marts.dim_indicator order by all")
    key = asked.strip().casefold()
    for row in known:
        code = (row["code"] or "").casefold()
        if key and key in (row["indicator_id"].casefold(), code, code.removeprefix("pl01.")):
            return row["indicator_id"]
    near = get_close_matches(key, [row["indicator_id"] for row in known], NEAREST)
    nearest = f" (the nearest are {', '.join(near)})" if near else ""
    raise Refused(
        f"{asked or 'no name'}: no such indicator; expected a code of the scorecard such as IV.3 or II.2.7a, "
        f"an indicator_id{nearest} or a target_id; they are in tables marts.dim_indicator and "
        "marts.fct_indicator_target"
    )
