"""What an entry of each registry file must hold. What entries owe each other, the linter says."""

import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ingest.wording import match_key

Level = Literal["province", "district", "commune", "agency", "operator"]
UNITS = (
    "persons|accounts|procedures|dossiers|transactions|subscriptions|households|systems|units|sites"
    "|enterprises|taxpayers|facilities|inspections|documents|dong|points"
)
FLOWS = {"transactions", "inspections", "documents", "dong"}  # happen in a period and add up over time
PERIODIC = {"monthly", "quarterly"}
PLACEHOLDERS = {"year", "quarter", "month", "period", "page", "reporter"}  # of an address
HERE = {"127.0.0.1", "localhost"}  # the only hosts spoken to without TLS
FEWEST_DAYS = 28  # of a month; a quarter may end with one of 30 days
DIGITS = {"province": 2, "district": 3, "commune": 5}  # of a GSO code
# A plan and its reports are of a year: what is still there with the next plan has to be looked at again.
LONGEST_ACCEPTANCE = timedelta(days=366)


def shaped(pattern: str, message: str) -> AfterValidator:
    """A text of this shape; the message says of any other what was expected."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"{text[:60]!r}: {message}")
        return text

    return AfterValidator(check)


def repeated(values: Iterable) -> Iterator[tuple]:
    """Each value that stands more than once, and how often."""
    return ((value, times) for value, times in Counter(values).items() if times > 1)


def placeholders(text: str) -> set[str]:
    """The names in braces of a text; ValueError where a brace is not closed."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise ValueError(f"{text!r}: {error}; write a name as {{name}} and a brace as {{{{") from None


def _three_words(text: str) -> str:
    if len(match_key(text).split()) < 3:
        raise ValueError(f"the wording {text!r} would be found in any sentence; give at least three words")
    return text


def _refuse_backwards(valid_from: date | None, valid_to: date | None) -> None:
    if valid_from and valid_to and valid_to < valid_from:
        raise ValueError(f"valid_to {valid_to} is before valid_from {valid_from}")


Text = Annotated[str, Field(min_length=1)]
Id = Annotated[
    str, shaped(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", "an id must be English snake_case, as eid_accounts")
]
CountedUnit = Annotated[str, shaped(UNITS, f"is none of {UNITS.replace('|', ', ')}")]
Code = Annotated[
    str, shaped(r"PL\d{2}\.[IVX]+\.[1-9]\d*", "must be appendix, section and number, as PL01.IV.3")
]
TargetNo = Annotated[
    str, shaped(r"(\w+\.)*\d+[a-z]?", "must be the numbers of its headings and its bullet, as II.2.7a")
]
Period = Annotated[
    str, shaped(r"\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?", "is no period; write 2024, 2024-Q1 or 2024-03")
]
Variable = Annotated[
    str,
    shaped(r"DXKPI_[A-Z0-9_]+", "is no name of a variable, such as DXKPI_VNEID_TOKEN; put no secret here"),
]
Wording = Annotated[str, AfterValidator(_three_words)]
# One field of a source is written as a word, several as a list.
Fields = Annotated[list[str], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


class Entry(BaseModel):
    """Unknown keys are refused: a misspelt key would otherwise be silently without effect. The description of
    a field is what a reader sees who has left it out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    named: ClassVar[str] = ""

    @property
    def locator(self) -> str:
        """The file and what the entry is called in it."""
        return self.named.format_map(dict(self))

    @model_validator(mode="after")
    def _checked(self) -> Self:
        self._check()
        return self

    def _check(self) -> None:
        """Raises ValueError, with what to do, where the fields do not go together."""


class Words(Entry):
    """One text in both languages."""

    vi: Text = Field(description="say it in vi and in en")
    en: Text = Field(description="say it in vi and in en")


class Bounds(Entry):
    """Outside of these a value is an error. In the indicator's unit."""

    lower: Decimal
    upper: Decimal
    reason: Text

    def _check(self) -> None:
        if self.lower >= self.upper:
            raise ValueError(f"the lower bound {self.lower} is not below the upper {self.upper}")


class Indicator(Entry):
    """One definition of an indicator."""

    named: ClassVar[str] = "indicators.yml: {id} version {version}"

    id: Id
    version: int
    code: Code | None = None
    report_order: int | None = None
    pillar: str
    name: Words = Field(description="name the indicator in vi and in en")
    kind: Literal["ratio", "milestone", "continuous"]
    unit: str = Field(description="say its unit: percent, or status for a milestone")
    numerator: str | None = None
    denominator: str | None = None
    numerator_by_wording: str | None = None
    denominator_by_wording: str | None = None
    definition_absent: str | None = None  # why a ratio has no inputs
    is_share: bool | None = None
    higher_is_better: bool | None = None
    bounds: Bounds | None = Field(
        default=None, description="give lower, upper and the reason why a value outside must be wrong"
    )
    max_step: Decimal | None = None
    basis: Literal["official_text", "system_formula", "press", "wording"] = Field(
        description="say how well the definition is known; wording if nothing else is"
    )
    citation: str | None = None
    supplier: Text = Field(description="name it; with supplier_inferred: true if nobody has said so")
    supplier_inferred: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    wordings: list[Wording] = []
    caveats: list[Wording] = []

    @property
    def inputs(self) -> tuple[str | None, str | None]:
        return self.numerator, self.denominator

    @property
    def inputs_by_wording(self) -> tuple[str | None, str | None]:
        return self.numerator_by_wording, self.denominator_by_wording

    def _check(self) -> None:
        unit = "percent" if self.kind == "ratio" else "status"
        if bool(self.code) != bool(self.report_order):
            raise ValueError("code and report_order belong together; give both")
        if self.unit != unit:
            raise ValueError(f"a {self.kind} is stated in {unit}, not in {self.unit}")
        if self.basis == "official_text" and not self.citation:
            raise ValueError("a definition that was read needs its citation; otherwise its basis is wording")
        _refuse_backwards(self.valid_from, self.valid_to)
        for wordings in ([self.name.vi, *self.wordings], self.caveats):
            for key, times in repeated(map(match_key, wordings)):
                raise ValueError(f"the wording {key!r} stands here {times} times; its name counts as one")
        if self.kind == "ratio":
            self._check_ratio()
        else:
            parts = (*self.inputs, *self.inputs_by_wording, self.bounds, self.max_step, self.is_share)
            if any(part is not None for part in parts):
                raise ValueError(
                    f"a {self.kind} is not calculated; remove its inputs, bounds, max_step and is_share"
                )

    def _check_ratio(self) -> None:
        if not all(self.inputs) and not self.definition_absent:
            raise ValueError("name numerator and denominator, or say in definition_absent why there are none")
        if self.definition_absent and any(self.inputs):
            raise ValueError(
                "has inputs although definition_absent says that there is no definition; keep one"
            )
        if self.numerator and self.numerator == self.denominator:
            raise ValueError(f"divides {self.numerator} by itself; one of the two is wrong")
        if all(self.inputs_by_wording) and self.inputs_by_wording == self.inputs:
            raise ValueError("its wording asks for the inputs that it has; remove both keys by_wording")
        if bool(self.numerator_by_wording) != bool(self.denominator_by_wording):
            raise ValueError(
                "say both numerator_by_wording and denominator_by_wording, also where one is used"
            )
        if self.is_share is None:
            raise ValueError("say in is_share whether the numerator is part of the denominator")
        if self.higher_is_better is None:
            raise ValueError("say in higher_is_better which way is progress")
        if self.bounds is None:
            raise ValueError("give bounds with lower, upper and the reason for them")
        if self.max_step is None:
            raise ValueError(
                "give max_step, the largest plausible change between neighbouring periods, in points"
            )
        lower, upper = self.bounds.lower, self.bounds.upper
        if self.is_share and upper > 100:
            raise ValueError(f"a share cannot reach {upper} %; lower the bound, or say is_share: false")
        if lower < 0:
            raise ValueError(f"counts divide to no {lower} %; the lower bound is at least 0")
        if 0 < upper <= 1:
            raise ValueError(f"the upper bound {upper} is a fraction; write it in percent")
        if self.max_step <= 0:
            raise ValueError(
                f"max_step {self.max_step} would forbid every change; give a positive number of points"
            )
        if self.max_step > upper - lower:
            raise ValueError(f"max_step {self.max_step} is wider than the bounds and can never be exceeded")


class OnePerPerson(Entry):
    """Whether an account stands for a person, and how that is known."""

    holds: Literal[True, False, "unknown"]
    basis: Words


class Measure(Entry):
    """One quantity that is counted."""

    named: ClassVar[str] = "measures.yml: {id}"

    id: Id
    name: Words = Field(description="name the measure in vi and in en")
    unit: CountedUnit = Field(description="say what is counted, such as persons")
    over_time: Literal["last", "sum"]
    over_orgs: Literal["sum", "none"]
    reported_by: list[
        Literal["province", "district", "commune", "agency"]
    ] = []  # whose counts make the whole
    source: str
    offered_for: str | None = None
    most: Decimal | None = None  # the largest number there can be
    carried_forward: bool = False
    one_per_person: OnePerPerson | None = Field(  # of accounts, and of persons counted by their accounts
        default=None, description="say in its basis, in vi and en, how that is known"
    )
    kept_for: str | None = None
    fields: dict[str, Fields] = {}
    wordings: list[Wording] = []

    def _check(self) -> None:
        if self.carried_forward and self.over_time == "sum":
            raise ValueError(
                "carried_forward: only a stock goes on after its day; remove it, or over_time: last"
            )
        if self.unit == "accounts" and not self.one_per_person:
            raise ValueError(
                "say in one_per_person whether an account stands for a person: true, false or unknown"
            )
        if self.one_per_person and self.unit not in ("accounts", "persons"):
            raise ValueError(f"one_per_person is about accounts and persons, not {self.unit}; remove it")
        if self.unit in FLOWS and self.over_time != "sum":
            raise ValueError(f"{self.unit} add up over time; say over_time: sum")
        if self.over_orgs == "none" and self.reported_by:
            raise ValueError("does not add up, so nobody reports a part of it; remove reported_by")
        if self.unit == "points" and "sum" in (self.over_time, self.over_orgs):
            raise ValueError("scores do not add up; say over_time: last and over_orgs: none")
        if self.unit == "points" and self.most is None:
            raise ValueError("say in most how many points there can be")
        if self.most is not None and self.most <= 0:
            raise ValueError(f"most: {self.most} leaves no number to be counted")


class Invariant(Entry):
    """What must hold between counts by what they count: sum(parts) = or <= sum(wholes), of one period or of
    the one before."""

    named: ClassVar[str] = "invariants.yml: {id}"

    id: Id
    parts: list[str] = Field(min_length=1)
    relation: Literal["=", "<="]
    wholes: list[str] = Field(min_length=1)
    wholes_of: Literal["period", "period_before"] = "period"
    tolerance: Decimal = Decimal(0)
    reason: Text = Field(description="say why it must hold")

    def _check(self) -> None:
        for measure, times in repeated((*self.parts, *self.wholes)):
            raise ValueError(f"{measure} stands in it {times} times; each measure counts once")


class Definition(Entry):
    indicator: str
    version: int


class Target(Entry):
    """What a plan sets; its value is the plan's to say."""

    named: ClassVar[str] = "targets.yml: {target_no}"

    target_no: TargetNo
    indicator: str
    version: int
    org_level: Level
    wording: str
    nearest: Definition | None = None
    differs: Words | None = None

    def _check(self) -> None:
        own = Definition(indicator=self.indicator, version=self.version)
        if self.nearest == own:
            raise ValueError("the nearest definition is the target's own; remove nearest and differs")
        if self.nearest and not self.differs:
            raise ValueError("say in differs, in vi and en, why the nearest indicator is not the same")
        if self.differs and not self.nearest:
            raise ValueError("differs explains a difference from nearest, which is not given")


class Address(Entry):
    """Where a source is fetched. In braces: year, quarter, month (0 where the period has none), period,
    page, reporter (each one's in turn).

    A value of `form` that is no text is sent as JSON. `page_size`: pages follow until an empty one.
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    form: dict[str, str | dict[str, str | int]] = {}
    page_size: int | None = None

    def _check(self) -> None:
        parts = urlsplit(self.url)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
        secret = re.search(r"(?i)(?:^|[&_])(?:token|key|apikey|password|secret)=", parts.query)
        named = placeholders(self.url)
        for value in self.form.values():
            for text in value.values() if isinstance(value, dict) else [value]:
                named |= placeholders(str(text))
        for name in sorted(named - PLACEHOLDERS):
            raise ValueError(f"{{{name}}} is none of {', '.join(sorted(PLACEHOLDERS))}")
        if not is_safe:
            raise ValueError(f"{self.url!r} must begin with https://")
        if "@" in parts.netloc or secret:
            raise ValueError("holds a credential; name the variable that holds it in credentials_env")
        if bool(self.page_size) != ("page" in named):
            raise ValueError("page_size and the placeholder {page} belong together; give both or neither")


class Due(Entry):
    """The last day on which a report is in time, in the month that ends its period or in the one after."""

    day: int
    month: Literal["last", "following"]


class Source(Entry):
    named: ClassVar[str] = "sources.yml: {id}"

    id: Id
    name: Words = Field(description="name the source in vi and in en")
    publisher: str
    frequency: Literal["monthly", "quarterly", "yearly", "irregular"]
    precedence: int = Field(ge=1)  # 1 wins
    is_made_up: bool
    due: Due | None = None
    reporting_level: Literal["district", "province"] | None = None
    reporters: list[str] = []  # who must all report before a sum is whole
    agencies: list[str] = []  # the province's own, which report beside the districts
    agencies_basis: Words | None = None  # how they are known
    address: Address | None = None
    allowed_hosts: list[str] = []
    credentials_env: Variable | None = None
    has_template: bool = False  # its form is ours, so its rows name measures by their ids

    def _check(self) -> None:
        is_periodic = self.frequency in PERIODIC
        last_day = FEWEST_DAYS
        if self.due and (self.frequency, self.due.month) == ("quarterly", "last"):
            last_day = 30
        host = urlsplit(self.address.url).hostname if self.address else None
        if is_periodic and not self.due:
            raise ValueError(f"is {self.frequency}; say in due by which day it must be here")
        if self.due and not is_periodic:
            raise ValueError(f"is {self.frequency}, so no day can be counted from; remove due or say monthly")
        if self.due and not 1 <= self.due.day <= last_day:
            raise ValueError(
                f"due on day {self.due.day}, which not every such month has; give one from 1 to {last_day}"
            )
        if is_periodic and not self.reporting_level:
            raise ValueError("say in reporting_level whose numbers are expected: district or province")
        if bool(self.agencies) != bool(self.agencies_basis):
            raise ValueError("say in agencies_basis, in vi and en, how the agencies that report are known")
        if self.agencies and self.reporting_level != "district":
            raise ValueError("names agencies, but adds no districts up; say reporting_level: district")
        if self.address and host not in self.allowed_hosts:
            raise ValueError(f"the host {host!r} of its address is not among allowed_hosts; add it there")
        if self.allowed_hosts and not self.address:
            raise ValueError(
                "allows hosts but has no address to fetch; give the address or remove allowed_hosts"
            )
        for name, times in (*repeated(self.reporters), *repeated(self.agencies)):
            raise ValueError(f"{name} stands here {times} times; a sum would wait for it twice")


class Organisation(Entry):
    """An organisation as it was between two dates; an open date is unknown or not reached.

    A group is all organisations of a level in its parent: what a target of that level is set for.
    """

    named: ClassVar[str] = "organisations.csv: {org_key}"

    org_key: str
    org_id: Id
    code: str | None = None
    name_vi: str
    level: Level | Literal["group"]
    parent_org_key: str | None = None
    communes: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    legal_basis: str | None = None
    members_level: Literal["district", "commune", "agency"] | None = None  # of a group

    def _check(self) -> None:
        is_group, is_district = self.level == "group", self.level == "district"
        digits = DIGITS.get(self.level)
        if not re.fullmatch(re.escape(self.org_id) + r"@[1-9]\d*", self.org_key):
            raise ValueError(
                f"the key must be the org_id and the regime it begins in, such as {self.org_id}@1"
            )
        _refuse_backwards(self.valid_from, self.valid_to)
        if self.level in ("district", "commune") and not self.parent_org_key:
            raise ValueError(f"a {self.level} belongs to something; give its parent_org_key")
        if is_group != bool(self.members_level) or (is_group and not self.parent_org_key):
            raise ValueError(
                "a group, and nothing else, has members_level, and the parent_org_key they belong to"
            )
        if (self.valid_from or self.valid_to) and not self.legal_basis:
            raise ValueError("begins or ends on a day; name the decision in legal_basis")
        if digits and not self.code:
            raise ValueError(f"a {self.level} has a GSO code; give it")
        if digits and not re.fullmatch(rf"\d{{{digits}}}", self.code or ""):
            raise ValueError(f"the code {self.code!r} must have {digits} digits, as every {self.level}'s")
        if self.communes is not None and not is_district:
            raise ValueError(
                f"communes are counted of districts, not of a {self.level}; the sum would count them twice"
            )
        if is_district and (self.communes or 0) < 1:
            raise ValueError("say in communes how many it has; a district has at least one")


class Alias(Entry):
    named: ClassVar[str] = "organisation_aliases.csv: {org_id}, {alias!r}"

    org_id: str
    alias: Annotated[str, shaped(r".*[^\W_].*", "has no letter or digit to be recognised by")]


class OrgChange(Entry):
    """What an organisation became. Where it became several, the weights say how its people were divided."""

    named: ClassVar[str] = "org_changes.csv: {from_org_key} to {to_org_key}"

    from_org_key: str
    to_org_key: str
    effective_on: date
    weight: int | None = Field(default=None, ge=1)  # people moved; none where everybody did
    legal_basis: Text = Field(description="name the decision")

    def _check(self) -> None:
        if self.from_org_key == self.to_org_key:
            raise ValueError("an organisation that stays what it is has not changed; remove the row")


class Correction(Entry):
    """A known error of a publisher: what he published, and the right number from the day the error was known.

    `reporter` names one of several who state a part. `published` must be a number of the ledger.
    """

    named: ClassVar[str] = "corrections.yml: {correction_id}"

    correction_id: str
    source: str
    measure: str
    org: str
    period: Period
    published: Decimal
    corrected: Decimal
    status: Literal["open", "confirmed"]
    known_on: date
    reporter: str | None = None
    reason: Text = Field(description="say why the published number is wrong")
    evidence: Text = Field(description="say where the right number can be read")

    def _check(self) -> None:
        if self.published == self.corrected:
            raise ValueError(f"corrects {self.published} to itself; remove it or correct the number")


class Rule(Entry):
    """What a finding of one kind says. Messages name columns of the failing row in braces."""

    named: ClassVar[str] = "rules.yml: {rule_id}"

    rule_id: Id
    severity: Literal["error", "warning", "info"]
    group: Id = Field(description="say in which group of matters.yml its findings are")
    cause: Id = Field(description="say by which of the causes of matters.yml they are one matter")
    title: Words = Field(description="give its title in vi and in en")
    message: Words = Field(description="give its message in vi and in en")
    expected: str | None = None
    actual: str | None = None
    series: list[str] = []  # rows alike in these columns, of periods that follow each other, are one finding
    why: Text = Field(description="say what goes wrong when nobody looks")
    action: Words = Field(description="say in vi and en what the reader is to do")

    def _check(self) -> None:
        # A column may come in both languages: {name_vi} and {name_en} say the same.
        vi, en = (
            {re.sub(r"_(vi|en)\b", "", name) for name in placeholders(text)}
            for text in (self.message.vi, self.message.en)
        )
        for text in (self.expected, self.actual):
            placeholders(text or "")
        if vi != en:
            raise ValueError(f"only one language names {', '.join(sorted(vi ^ en))}; both must say the same")


class MatterGroup(Entry):
    """A group of matters; their order in the file is the order in which they are taken up."""

    named: ClassVar[str] = "matters.yml: groups, {id}"

    id: Id
    vi: Text
    en: Text


class Cause(Entry):
    """What makes findings one matter, and how it is put into words."""

    named: ClassVar[str] = "matters.yml: causes, {id}"

    id: Id
    title: Words
    ask: Words

    def _check(self) -> None:
        known = {"subject", "org", "rule", "action", "count", "periods", "kinds"}
        for words in (self.title, self.ask):
            vi, en = (placeholders(text) for text in (words.vi, words.en))
            if unknown := (vi | en) - known:
                raise ValueError(f"{{{min(unknown)}}} is none of {', '.join(sorted(known))}")
            if vi != en:
                raise ValueError(
                    f"only one language names {', '.join(sorted(vi ^ en))}; both must say the same"
                )


class AcceptedFinding(Entry):
    """A finding somebody knows of and answers for until a day; named as `fct_finding` names it."""

    named: ClassVar[str] = "accepted_findings.yml: {rule_id}, {subject_key}"

    rule_id: str
    subject_table: str
    subject_key: str
    reason: Text = Field(description="say why it may stay for now")
    accepted_by: Text = Field(description="say who answers for it")
    accepted_on: date
    expires_on: date = Field(
        description=f"give a day at most {LONGEST_ACCEPTANCE.days} days after accepted_on"
    )

    def _check(self) -> None:
        if self.expires_on < self.accepted_on:
            raise ValueError(f"expires on {self.expires_on}, before it was accepted on {self.accepted_on}")
        if self.expires_on - self.accepted_on > LONGEST_ACCEPTANCE:
            raise ValueError(
                f"is accepted for more than {LONGEST_ACCEPTANCE.days} days; end it by "
                f"{self.accepted_on + LONGEST_ACCEPTANCE}, and accept it again then if it must stay"
            )
        if re.search(r"[0-9a-f]{16}", self.subject_key):
            raise ValueError(
                "is named by a hash, which is another one once the file is sent again; correct the file"
            )


class Registry(Entry):
    pillars: dict[str, Words]
    indicators: list[Indicator]
    measures: list[Measure]
    invariants: list[Invariant]
    targets: list[Target]
    sources: list[Source]
    organisations: list[Organisation]
    aliases: list[Alias]
    org_changes: list[OrgChange]
    corrections: list[Correction]
    rules: list[Rule]
    matter_groups: list[MatterGroup]
    causes: list[Cause]
    accepted_findings: list[AcceptedFinding]


class Family(Entry):
    """Columns that stand under one heading: each of `parts` under, or after, each of `under`."""

    under: list[str]
    parts: dict[str, list[str]]


class Headings(Entry):
    """How offices head their columns: by source and by our name of the column."""

    short_forms: dict[str, str] = {}
    every_source: dict[str, list[str]] = {}
    columns: dict[str, dict[str, list[str]]] = {}
    families: dict[str, list[Family]] = {}
    levels: dict[str, list[str]] = {}
    beside: list[str] = []
    titles: dict[str, list[str]] = {}
