"""What an entry of each registry file may hold. Whether entries make sense together, the linter says."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

Level = Literal["province", "district", "commune", "agency", "operator"]


# One field of a source is written as a word, several as a list.
Fields = Annotated[list[str], BeforeValidator(lambda said: [said] if isinstance(said, str) else said)]


class Entry(BaseModel):
    """Unknown keys are refused: a misspelt key would otherwise be silently without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Entry):
    """One text in both languages."""

    vi: str | None = None
    en: str | None = None


class Bounds(Entry):
    """Outside of these a value is an error. In the indicator's unit."""

    lower: Decimal
    upper: Decimal
    reason: str | None = None


class Indicator(Entry):
    """One definition of an indicator."""

    id: str
    version: int
    code: str | None = None
    report_order: int | None = None
    pillar: str
    name: Words
    kind: Literal["ratio", "milestone", "continuous"]
    unit: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    numerator_by_wording: str | None = None
    denominator_by_wording: str | None = None
    definition_absent: str | None = None  # why a ratio has no inputs
    is_share: bool | None = None
    higher_is_better: bool | None = None
    bounds: Bounds | None = None
    max_step: Decimal | None = None
    basis: Literal["official_text", "system_formula", "press", "wording"] | None = None
    citation: str | None = None
    supplier: str | None = None
    supplier_inferred: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    wordings: list[str] = []
    caveats: list[str] = []

    @property
    def place(self) -> str:
        return f"indicators.yml: {self.id} version {self.version}"


class OnePerPerson(Entry):
    """Whether an account stands for a person, and how that is known."""

    holds: Literal[True, False, "unknown"]
    basis: Words = Words()


class Measure(Entry):
    """One quantity that is counted."""

    id: str
    name: Words
    unit: str | None = None
    over_time: Literal["last", "sum"]
    over_orgs: Literal["sum", "none"]
    reported_by: list[
        Literal["province", "district", "commune", "agency"]
    ] = []  # whose counts make the whole
    source: str
    offered_for: str | None = None
    most: Decimal | None = None  # the largest number there can be
    carried_forward: bool = False
    one_per_person: OnePerPerson | None = None  # of accounts, and of persons counted by their accounts
    kept_for: str | None = None
    fields: dict[str, Fields] = {}
    wordings: list[str] = []

    @property
    def place(self) -> str:
        return f"measures.yml: {self.id}"


class Invariant(Entry):
    """What must hold between counts by what they count: sum(parts) = or <= sum(wholes), of one period or of
    the one before."""

    id: str
    parts: list[str]
    relation: Literal["=", "<="]
    wholes: list[str]
    wholes_of: Literal["period", "period_before"] = "period"
    tolerance: Decimal = Decimal(0)
    reason: str | None = None

    @property
    def place(self) -> str:
        return f"invariants.yml: {self.id}"


class Definition(Entry):
    indicator: str
    version: int


class Target(Entry):
    """What a plan sets; its value is the plan's to say."""

    target_no: str
    indicator: str
    version: int
    org_level: Level
    wording: str
    nearest: Definition | None = None
    differs: Words | None = None

    @property
    def place(self) -> str:
        return f"targets.yml: {self.target_no}"


class Address(Entry):
    """Where a source is fetched. In braces: year, quarter, month (0 where the period has none), period,
    page, reporter (each one's in turn).

    A value of `form` that is no text is sent as JSON. `page_size`: pages follow until an empty one.
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    form: dict[str, str | dict[str, str | int]] = {}
    page_size: int | None = None


class Due(Entry):
    """The last day on which a report is in time, in the month that ends its period or in the one after."""

    day: int
    month: Literal["last", "following"]


class Source(Entry):
    id: str
    name: Words
    publisher: str
    frequency: Literal["monthly", "quarterly", "yearly", "irregular"]
    precedence: int
    is_made_up: bool
    due: Due | None = None
    reporting_level: Literal["district", "province"] | None = None
    reporters: list[str] = []  # who must all report before a sum is whole
    agencies: list[str] = []  # the province's own, which report beside the districts
    agencies_basis: Words | None = None  # how they are known
    address: Address | None = None
    allowed_hosts: list[str] = []
    credentials_env: str | None = None
    has_template: bool = False  # its form is ours, so its rows name measures by their ids

    @property
    def place(self) -> str:
        return f"sources.yml: {self.id}"


class Organisation(Entry):
    """An organisation as it was between two dates; an open date is unknown or not reached.

    A group is all organisations of a level in its parent: what a target of that level is set for.
    """

    org_key: str
    org_id: str
    code: str | None = None
    name_vi: str
    level: Level | Literal["group"]
    parent_org_key: str | None = None
    communes: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    legal_basis: str | None = None
    members_level: Literal["district", "commune", "agency"] | None = None  # of a group

    @property
    def place(self) -> str:
        return f"organisations.csv: {self.org_key}"


class Alias(Entry):
    org_id: str
    alias: str

    @property
    def place(self) -> str:
        return f"organisation_aliases.csv: {self.org_id}, {self.alias!r}"


class OrgChange(Entry):
    """What an organisation became. Where it became several, the weights say how its people were divided."""

    from_org_key: str
    to_org_key: str
    effective_on: date
    weight: int | None = None  # people moved
    legal_basis: str | None = None

    @property
    def place(self) -> str:
        return f"org_changes.csv: {self.from_org_key} to {self.to_org_key}"


class Correction(Entry):
    """A known error of a publisher: what he published, and the right number from the day the error was known.

    `reporter` names one of several who state a part. `published` must be a number of the ledger.
    """

    correction_id: str
    source: str
    measure: str
    org: str
    period: str
    published: Decimal
    corrected: Decimal
    status: Literal["open", "confirmed"]
    known_on: date
    reporter: str | None = None
    reason: str | None = None
    evidence: str | None = None

    @property
    def place(self) -> str:
        return f"corrections.yml: {self.correction_id}"


class Rule(Entry):
    """What a finding of one kind says. Messages name columns of the failing row in braces."""

    rule_id: str
    severity: Literal["error", "warning", "info"]
    title: Words
    message: Words
    expected: str | None = None
    actual: str | None = None
    why: str | None = None
    action: Words | None = None

    @property
    def place(self) -> str:
        return f"rules.yml: {self.rule_id}"


class AcceptedFinding(Entry):
    """A finding somebody knows of and answers for until a day; named as `fct_finding` names it."""

    rule_id: str
    subject_table: str
    subject_key: str
    reason: str | None = None
    accepted_by: str | None = None
    accepted_on: date
    expires_on: date | None = None

    @property
    def place(self) -> str:
        return f"accepted_findings.yml: {self.rule_id}, {self.subject_key}"


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
