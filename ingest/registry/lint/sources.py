"""Rules about how a source arrives: who reports, by which day, from which address."""

import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter
from urllib.parse import urlsplit

from ingest.registry.models import Address, Registry

Found = Iterator[tuple[str, str]]

PERIODIC = {"monthly", "quarterly"}
PLACEHOLDERS = {"year", "quarter", "month", "period", "page", "reporter"}
HERE = {"127.0.0.1", "localhost"}  # the only hosts spoken to without TLS
FEWEST_DAYS = 28  # of a month; a quarter may end with one of 30 days


def periodic_source_without_due_day(r: Registry) -> Found:
    for s in r.sources:
        if s.frequency in PERIODIC and not s.due:
            yield s.place, f"is {s.frequency}; say in due by which day it must be here"


def due_day_of_no_period(r: Registry) -> Found:
    for s in r.sources:
        if s.due and s.frequency not in PERIODIC:
            yield s.place, f"is {s.frequency}, so no day can be counted from; remove due or say monthly"


def due_day_of_no_month(r: Registry) -> Found:
    for s in r.sources:
        last = 30 if s.due and (s.frequency, s.due.month) == ("quarterly", "last") else FEWEST_DAYS
        if s.due and not 1 <= s.due.day <= last:
            yield (
                s.place,
                f"due on day {s.due.day}, which not every such month has; give one from 1 to {last}",
            )


def periodic_source_without_level(r: Registry) -> Found:
    for s in r.sources:
        if s.frequency in PERIODIC and not s.reporting_level:
            yield s.place, "say in reporting_level whose numbers are expected: district or province"


def unknown_reporter(r: Registry) -> Found:
    known = {o.org_id for o in r.organisations}
    for s in r.sources:
        for name in s.reporters:
            if name not in known:
                yield s.place, f"the reporter {name!r} is no org_id of organisations.csv"


def reporter_given_twice(r: Registry) -> Found:
    for s in r.sources:
        for name, times in Counter(s.reporters).items():
            if times > 1:
                yield s.place, f"the reporter {name} stands here {times} times; a sum would wait for it twice"


def unknown_agency(r: Registry) -> Found:
    known = {o.org_id for o in r.organisations if o.level == "agency"}
    for s in r.sources:
        for name in s.agencies:
            if name not in known:
                yield s.place, f"the agency {name!r} is no org_id of an agency in organisations.csv"


def agency_given_twice(r: Registry) -> Found:
    for s in r.sources:
        for name, times in Counter(s.agencies).items():
            if times > 1:
                yield s.place, f"the agency {name} stands here {times} times; remove one"


def agencies_known_from_nowhere(r: Registry) -> Found:
    for s in r.sources:
        if bool(s.agencies) != bool(s.agencies_basis and s.agencies_basis.vi and s.agencies_basis.en):
            yield s.place, "say in agencies_basis, in vi and en, how the agencies that report are known"


def agencies_beside_no_districts(r: Registry) -> Found:
    for s in r.sources:
        if s.agencies and s.reporting_level != "district":
            yield s.place, "names agencies, but adds no districts up; say reporting_level: district"


def address_without_tls(r: Registry) -> Found:
    for s, address in _addresses(r):
        parts = urlsplit(address.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
            yield s.place, f"the address {address.url!r} must begin with https://"


def address_of_a_host_not_allowed(r: Registry) -> Found:
    for s, address in _addresses(r):
        host = urlsplit(address.url).hostname
        if host not in s.allowed_hosts:
            yield s.place, f"the host {host!r} of its address is not among allowed_hosts; add it there"


def hosts_without_address(r: Registry) -> Found:
    for s in r.sources:
        if s.allowed_hosts and not s.address:
            yield (
                s.place,
                "allows hosts but has no address to fetch; give the address or remove allowed_hosts",
            )


def secret_in_an_address(r: Registry) -> Found:
    for s, address in _addresses(r):
        parts = urlsplit(address.url)
        secret = re.search(r"(?i)(?:^|[&_])(?:token|key|apikey|password|secret)=", parts.query)
        if "@" in parts.netloc or secret:
            yield (
                s.place,
                "its address holds a credential; name the variable that holds it in credentials_env",
            )


def credentials_env_out_of_shape(r: Registry) -> Found:
    for s in r.sources:
        if s.credentials_env and not re.fullmatch(r"DXKPI_[A-Z0-9_]+", s.credentials_env):
            yield s.place, "credentials_env is the name of a variable, such as DXKPI_VNEID_TOKEN, no secret"


def unknown_placeholder(r: Registry) -> Found:
    for s, address in _addresses(r):
        for text in _texts(address):
            try:
                named = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
            except ValueError as error:
                yield s.place, f"address: {text!r}: {error}; write a brace as {{{{"
                continue
            for name in sorted(named - PLACEHOLDERS):
                yield s.place, f"address: {{{name}}} is none of {', '.join(sorted(PLACEHOLDERS))}"


def pages_without_a_page_number(r: Registry) -> Found:
    for s, address in _addresses(r):
        if bool(address.page_size) != any("{page}" in text for text in _texts(address)):
            yield s.place, "page_size and the placeholder {page} belong together; give both or neither"


def _addresses(r: Registry) -> Iterator[tuple]:
    return ((s, s.address) for s in r.sources if s.address)


def _texts(address: Address) -> Iterator[str]:
    yield address.url
    for value in address.form.values():
        inner = value.values() if isinstance(value, dict) else [value]
        yield from (text for text in inner if isinstance(text, str))


RULES = (
    periodic_source_without_due_day,
    due_day_of_no_period,
    due_day_of_no_month,
    periodic_source_without_level,
    unknown_reporter,
    reporter_given_twice,
    unknown_agency,
    agency_given_twice,
    agencies_known_from_nowhere,
    agencies_beside_no_districts,
    address_without_tls,
    address_of_a_host_not_allowed,
    hosts_without_address,
    secret_in_an_address,
    credentials_env_out_of_shape,
    unknown_placeholder,
    pages_without_a_page_number,
)
