"""The `dxkpi` command. Arguments, progress and exit codes; the work is done elsewhere."""

import os
import pkgutil
import sys
import traceback
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click

from ingest import folders
from ingest.errors import Refused
from orchestration.command import failures, progress
from orchestration.command.progress import say
from orchestration.state.data_directory import only_one

FILE, FOLDER = click.Path(dir_okay=False, path_type=Path), click.Path(file_okay=False, path_type=Path)
# Their modules by name, not imported: what reads spreadsheets takes a while to load.
SOURCES = sorted(name for _, name, _ in pkgutil.iter_modules([str(folders.CHECKOUT / "ingest/sources")]))


class Group(click.Group):
    """Ends every failure in one clear line and its exit code; a traceback only with --debug."""

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            self._end(ctx, f"dxkpi: {failures.in_a_line(error)}")

    def _end(self, ctx: click.Context, line: str):
        if ctx.params.get("debug"):
            traceback.print_exc()
        progress.write(" ".join(line.split()), level="error")
        ctx.exit(1)


def _period(_ctx, _option, given: str | None) -> str | None:
    from ingest.reading import tall

    return _checked(tall.period_of, "--period", given) if given is not None else None


def _plan_id(_ctx, _option, given: str) -> str:
    from ingest import names

    return _checked(names.refuse_plan_id, given)


def _checked(check, *arguments: str) -> str:
    try:
        check(*arguments)
    except Refused as refused:
        raise click.BadParameter(str(refused).removeprefix(f"{arguments[0]}: ")) from None
    return arguments[-1]


def _moment(_ctx, _option, given: datetime | None) -> datetime | None:
    """UTC; a time to come would hide everything that is received until then."""
    moment = given and given.replace(tzinfo=UTC)
    if moment and moment > datetime.now(UTC):
        raise click.BadParameter(f"{given} has not come yet; write when the file came, in UTC")
    return moment


def _day(_ctx, _option, given: datetime | None) -> date | None:
    from ingest.clock import HANOI

    if given and given.date() > datetime.now(HANOI).date():
        raise click.BadParameter(f"{given.date()} has not come yet; write a day until today")
    return given and given.date()


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data-dir", type=FOLDER, help="Folder of all state.")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
@click.option(
    "--log", type=click.Choice(["text", "json"]), default="text", help="How progress and errors are written."
)
@click.option(
    "--lang",
    type=click.Choice(["vi", "en"]),
    default="vi",
    show_default=True,
    help="The language of what is said of numbers.",
)
@click.version_option(package_name="dxkpi")
def main(data_dir: Path | None, debug: bool, log: str, lang: str) -> None:
    """Digital-transformation KPIs of a province: ingest, build, check, publish, explain."""
    from orchestration import texts

    if data_dir:
        os.environ["DXKPI_DATA_DIR"] = str(data_dir.resolve())
    progress.as_json = log == "json"
    texts.language = lang


@main.result_callback()
def _print(lines: Iterable | None, **_options) -> None:
    """What a command returns is what it says, a line each; each is printed as soon as it is there."""
    for line in lines or ():
        click.echo(line)


@main.command()
def run() -> None:
    """Ingest what is new, build, check and publish; with nothing new, publish nothing."""
    progress.end_at_interrupt()
    from orchestration.command import summary

    with only_one():
        _run()
    summary.show()


def _run() -> None:
    from orchestration import alerts
    from orchestration.command import main_job
    from orchestration.state import inputs
    from orchestration.texts import text

    with alerts.reporting("run"):
        main_job.receive()
        if inputs.are_released():
            click.echo(text("run.nothing_new"))
        else:
            main_job.refresh("run")


_received_at = click.option(
    "--received-at", type=click.DateTime(), callback=_moment, help="UTC; now, when it is not given."
)


@main.group()
def ingest() -> None:
    """Receive one file by hand and land it."""


@ingest.command("plan")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("--plan-id", required=True, callback=_plan_id, help="For example gia-lai-2024.")
@click.option("--org", help="Whose plan it is: an org_id or a name; as the document says, when not given.")
@click.option(
    "--year", type=click.IntRange(1990, 2100), help="Its year; as the document says, when not given."
)
@_received_at
def ingest_plan(
    files: tuple[Path, ...], plan_id: str, org: str | None, year: int | None, received_at: datetime | None
) -> Iterable:
    """Land a plan document, and say whose it is and for when. One that came in several files, such as its
    appendices apart, is given in the order of the document."""
    from orchestration.command import plans

    yield from _receive("plan", files, received_at, plan_id=plan_id, org=org and org.strip(), year=year)
    yield from plans.described(plan_id)


@ingest.command("extract")
@click.argument("source", type=click.Choice(SOURCES))
@click.argument("file", type=FILE)
@click.option("--period", required=True, callback=_period, help="2024, 2024-Q1 or 2024-03.")
@_received_at
@click.option(
    "--made-up", is_flag=True, help="An example, not figures of an office: all it feeds is marked so."
)
def ingest_extract(
    source: str, file: Path, period: str, received_at: datetime | None, made_up: bool
) -> Iterable:
    """Land one extract file of a source."""
    return _receive(source, (file,), received_at, period_id=period, is_made_up=made_up)


@main.command()
@click.argument("source", type=click.Choice(["unit_reports"]))
@click.argument("file", type=FILE)
@click.option(
    "--communes-of", metavar="DISTRICT", help="The form in which a district reports for its communes."
)
@click.option("--period", callback=_period, help="With --communes-of: of which quarter, such as 2024-Q1.")
def template(source: str, file: Path, communes_of: str | None, period: str | None) -> None:
    """Write the empty form that units fill in for a source (XLSX)."""
    from ingest.reading import tall
    from orchestration.command import report_form

    if bool(communes_of) != bool(period):
        raise click.UsageError("--communes-of and --period belong together; give both or neither")
    communes = None
    if communes_of:
        _, day = tall.period_of(file.name, period)
        communes = report_form.communes_of(communes_of, day)
    report_form.write(file, source, unit=communes_of, period_id=period, communes=communes)
    click.echo(f"{file}: form of {source}, ready to be filled in")


@main.command()
@click.argument("source", type=click.Choice(SOURCES))
@click.option("--period", required=True, callback=_period, help="2024, 2024-Q1 or 2024-03.")
def fetch(source: str, period: str) -> Iterable:
    """Fetch what a source offers for a period from its address, and land it."""
    from ingest import landing
    from ingest.fetching import downloads

    outcome = downloads.fetch(source, period)
    with only_one():
        rows = landing.land(source)
        landing.land_extracts()
    for extract in outcome.extracts:
        note = "" if extract in outcome.new else " (known already)"
        yield f"{extract.file_name}: {extract.bytes} bytes, sha256 {extract.extract_id}{note}"
    yield from (f"  landed/{table}: {count} rows in all" for table, count in rows.items())
    if outcome.refusals:
        first, *others = outcome.refusals
        raise Refused(f"{first}{f' (and {len(others)} more)' if others else ''}", first.code, first.locator)


def _receive(source: str, files: tuple[Path, ...], received_at: datetime | None, **about) -> Iterator[str]:
    from ingest import landing, receiving
    from orchestration.command import quarantine

    with only_one():
        if len(files) > 1:
            extract = receiving.receive_together(files, received_at=received_at, **about)
        else:
            extract = receiving.receive(source, files[0], received_at=received_at, **about)
        rows = landing.land(source)
        landing.land_extracts()
    yield f"{extract.file_name}: {extract.bytes} bytes, sha256 {extract.extract_id}"
    yield from (f"  landed/{table}: {count} rows in all" for table, count in rows.items())
    yield from (f"  {line}" for line in quarantine.set_aside_of(extract))


@main.command()
def build() -> None:
    """Land what was received and build the warehouse."""
    _step("build")


@main.command()
def check() -> None:
    """Judge the warehouse: expectations, findings."""
    _step("check")


@main.command()
@click.option(
    "--to", "address", metavar="URL", help="Copy the current release to postgresql://host/database."
)
@click.option(
    "--shared", is_flag=True, help="Into tables of several provinces, each seen by its own readers alone."
)
def publish(address: str | None, shared: bool) -> None:
    """Publish the warehouse as it was built and checked; or copy what is published to PostgreSQL."""
    from orchestration.state import current
    from orchestration.texts import text

    if shared and not address:
        raise click.UsageError("--shared is said of what --to names")
    if not address:
        _step("publish")
        click.echo(text("run.release", release_id=current.folder().name))
        return
    from orchestration.publication import postgres, release, shared_postgres

    folder = current.folder()
    if shared:
        province, readers = shared_postgres.publish(folder, address)
        everybody = f"of all: {shared_postgres.READERS_OF_ALL}"
        click.echo(
            f"{folder.name} -> {shared_postgres.SCHEMA}, {province} (readers: role {readers}; {everybody})"
        )
        return
    schema = postgres.publish(folder, folder.name, address, release.kept_releases())
    click.echo(f"{folder.name} -> {schema}, {postgres.CURRENT} (readers: role {postgres.READERS})")


def _step(name: str) -> None:
    progress.end_at_interrupt()
    from orchestration import alerts
    from orchestration.command import main_job

    with only_one(), alerts.reporting(name):
        main_job.refresh(name)


@main.command()
@click.argument("release", required=False)
def rollback(release: str | None) -> None:
    """Point `current` at an earlier release (the one before, when none is named)."""
    from orchestration import publication
    from orchestration.publication import lake
    from orchestration.publication.release import kept_releases
    from orchestration.state import engine

    folder = publication.rollback(folders.published(), release)
    with engine.lease():
        lake.publish(folder, kept_releases())
    click.echo(f"current -> {folder.name}")


@main.command()
@click.argument("indicator", required=False)
@click.option("--severity", type=click.Choice(["error", "warning", "info"]))
@click.option(
    "--state",
    type=click.Choice(["new", "open", "accepted", "resolved"]),
    help="Against the release before; resolved: no longer found in this one.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def findings(indicator: str | None, severity: str | None, state: str | None, as_json: bool) -> None:
    """What keeps the present data from being published, and the findings of the current release.

    With INDICATOR (a code such as II.7, or an indicator_id): those of that indicator.
    """
    from orchestration.command import summary

    summary.show_findings(indicator, severity, state, as_json)


class Matters(click.Group):
    """`matters ID` is `matters show ID`."""

    def resolve_command(self, ctx: click.Context, args: list[str]):
        return super().resolve_command(ctx, args if args[0] in self.commands else ["show", *args])


@main.group("matters", cls=Matters, invoke_without_command=True)
@click.option("--org", help="Only what this organisation has to answer (an org_id or a name).")
@click.option("--group", help="Only this group, such as “Mục tiêu” or target.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a matter.")
@click.pass_context
def matters_group(ctx: click.Context, org: str | None, group: str | None, as_json: bool) -> Iterable:
    """What somebody has to answer: findings with one cause, who must act, and what is asked.

    With an ID: that matter, with everything under it.
    """
    from orchestration.command import matters

    return matters.listed(org, group, as_json) if ctx.invoked_subcommand is None else ()


@matters_group.command("show", hidden=True)
@click.argument("matter", metavar="ID")
def matters_show(matter: str) -> Iterable:
    """One matter in full."""
    from orchestration.command import matters

    return matters.shown(matter)


_by = click.option("--by", required=True, help="Who says so.")
_text = click.option("--text", required=True, help="What they say; it is published.")


@matters_group.command("answer")
@click.argument("matter", metavar="ID")
@_by
@_text
def matters_answer(matter: str, by: str, text: str) -> Iterable:
    """Record an answer to a matter; ID may be its beginning, or its number in the list."""
    from orchestration.command import matters

    return [matters.answer("answered", matter, by, text)]


@matters_group.command("settle")
@click.argument("matter", metavar="ID")
@_by
@_text
def matters_settle(matter: str, by: str, text: str) -> Iterable:
    """Record that a matter is settled; found again after that, it is said to have returned."""
    from orchestration.command import matters

    return [matters.answer("settled", matter, by, text)]


@matters_group.command("sign")
@click.argument("period", callback=_period)
@_by
@_text
def matters_sign(period: str, by: str, text: str) -> Iterable:
    """Record that somebody signed off the current release for a period (2024, 2024-Q1 or 2024-03)."""
    from orchestration.command import matters

    return [matters.sign(period, by, text)]


@main.command()
@click.argument("indicator")
@click.option("--period", callback=_period, help="2023, 2024-Q1 or 2024-03; the latest known when not given.")
@click.option(
    "--org", help="An org_id or a name; when not given, the province, or the level that a target is set for."
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]),
    callback=_day,
    help="As known at the end of that day in Việt Nam: 2024-12-31 or 31/12/2024.",
)
def explain(indicator: str, period: str | None, org: str | None, as_of: date | None) -> Iterable:
    """How one value came about, down to line and raw text; or the reason there is none.

    INDICATOR is a code of the scorecard (IV.3, II.2.7a), an indicator_id or a target_id.
    """
    from orchestration.command import explanation

    return explanation.explain(indicator, period, org, as_of)


@main.command("changes")
@click.option("--since", metavar="RELEASE", help="Also each release between that one and the current one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each cause of a change.")
def show_changes(since: str | None, as_json: bool) -> Iterable:
    """Which values the current release changed, each with its causes."""
    from orchestration.command import changes

    return changes.lines(since, as_json)


@main.command("compare")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--to",
    "file",
    type=click.Path(path_type=Path),
    default=Path("comparison.duckdb"),
    show_default=True,
    help="The DuckDB file that is made; its page is beside it.",
)
def compare_provinces(folders: tuple[Path, ...], file: Path) -> Iterable:
    """The ratios of several provinces side by side: of one period, by one definition.

    FOLDERS are releases, or data directories with one, each of another province.
    """
    from orchestration.command import comparison

    return comparison.write(folders, file)


@main.command("health")
@click.option("--prometheus", is_flag=True, help="Metrics in the text format of Prometheus, not JSON.")
@click.pass_context
def show_health(ctx: click.Context, prometheus: bool) -> None:
    """For programs that watch: ends with 1 when nothing is published, or a run failed, is blocked or due."""
    from orchestration.command import health

    found, is_well = health.report()
    click.echo(health.as_metrics(found) if prometheus else health.as_json(found))
    ctx.exit(0 if is_well else 1)


@main.command("status")
@click.option("--source", help="Only this source.")
@click.option("--period", callback=_period, help="Only this period: 2024, 2024-Q1 or 2024-03.")
@click.option("--org", help="Each report of this organisation (an org_id or a name).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a report.")
def show_status(source: str | None, period: str | None, org: str | None, as_json: bool) -> Iterable:
    """Who has reported, and in time, by source and period; what waits; the current release."""
    from orchestration.command import status

    return status.lines(source, period, org, as_json)


@main.command("report")
@click.option(
    "--period",
    callback=_period,
    help="A quarter or a year, such as 2024-Q1; the latest that has figures when not given.",
)
@click.option("--org", help="Who reports: an org_id or a name; who set the plan, when not given.")
@click.option(
    "--output",
    "file",
    type=FILE,
    help="The file; bao_cao_PERIOD.docx here, when not given.",
)
def write_report(period: str | None, org: str | None, file: Path | None) -> Iterable:
    """Write the report of a quarter or a year of the current release as a Word document."""
    from orchestration.command import quarterly_report

    return [quarterly_report.write(period, org, file)]


@main.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "datapackage", "sdmx-csv"]),
    default="csv",
    show_default=True,
    help="CSV files, the same with a Frictionless datapackage.json, or SDMX-CSV with its structure.",
)
@click.option("--tables", help="Names of tables with commas between; all of the release when not given.")
def write_export(folder: Path, form: str, tables: str | None) -> Iterable:
    """Write the tables of the current release into FOLDER for other tools."""
    from orchestration.command import export

    return export.write(form, folder, [name.strip() for name in (tables or "").split(",") if name.strip()])


@main.command()
@click.argument("release", required=False)
def verify(release: str | None) -> Iterable:
    """Check everything on disk against what it was: raw, manifest, landed, quarantine, releases, `current`.

    Each damage is named with the way back. With RELEASE only that release is checked; with
    the path of a folder the copy of a release in it, wherever it is and whatever it is called.
    """
    if release and (Path(release) / "manifest.json").is_file():
        from orchestration import publication

        publication.verify_copy(Path(release))
        yield f"{release} is as it was published."
        return
    from orchestration.state import verification

    with only_one():
        found = verification.damages(release)
    yield from found
    if found:
        how_many = "1 damage was" if len(found) == 1 else f"{len(found)} damages were"
        raise Refused(f"{how_many} found; each line above says the way back")
    yield f"{release or 'Everything'} is as it was written."


@main.command()
@click.argument("extract", metavar="EXTRACT")
@click.option("--reason", required=True, help="Why; it is published.")
def withdraw(extract: str, reason: str) -> None:
    """Take back an extract that was received by mistake (EXTRACT: the beginning of its SHA-256).

    It stays in raw and in the history; from now on nothing of it counts, and what it replaced counts again.
    """
    from ingest import landing, manifest

    with only_one():
        taken_back = manifest.withdraw(extract, reason)
        landing.land_extracts()
    lost = "; its bytes are lost: once its landed tables are made again, earlier days lack it too"
    click.echo(
        f"{taken_back.file_name} ({taken_back.source_id}, {taken_back.period_id or taken_back.plan_id}), "
        f"sha256 {taken_back.extract_id}: withdrawn; `dxkpi run` makes a release without it"
        f"{lost if taken_back.is_given_up else ''}"
    )


@main.group("registry")
def registry_group() -> None:
    """What the registry lacks of what plans name: candidates, drafts of entries, and a check of them."""


@registry_group.command("candidates")
@click.argument("plan_id", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a candidate.")
def registry_candidates(plan_id: str | None, as_json: bool) -> Iterable:
    """Indicators of plans that the registry does not know, each with the entries most like it."""
    from orchestration.command import candidates

    return candidates.listed(plan_id, as_json)


@registry_group.command("draft")
@click.argument("plan_id")
@click.option(
    "--into",
    type=FOLDER,
    help="The folder of the draft; drafts/PLAN_ID of the data directory, when not given.",
)
def registry_draft(plan_id: str, into: Path | None) -> Iterable:
    """Write entries for a plan's candidates, each line that a person must settle marked."""
    from orchestration.command import candidates

    return candidates.draft(plan_id, into)


@registry_group.command("check")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def registry_check(folder: Path | None) -> Iterable:
    """What the linter says of the registry, what provinces add to it, and FOLDER (such as a draft)."""
    from orchestration.command import candidates

    return candidates.check(folder)


@main.group("quarantine")
def quarantine_group() -> None:
    """Files and rows that could not be read, each with the reason."""


@quarantine_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file.")
def quarantine_list(as_json: bool) -> Iterable:
    """What is set aside, and why."""
    from orchestration.command import quarantine

    return quarantine.listed(as_json)


@quarantine_group.command("show")
@click.argument("file_id", metavar="ID")
def quarantine_show(file_id: str) -> Iterable:
    """One file or its rows in full: reason, place, raw text. ID may be the beginning of the hash."""
    from orchestration.command import quarantine

    return quarantine.shown(file_id)


@quarantine_group.command("replay")
@click.argument("file_id", metavar="[ID]", required=False)
def quarantine_replay(file_id: str | None) -> Iterable:
    """Land what can be read now, after a fix; everything when no ID is given."""
    from orchestration.command import quarantine

    with only_one():
        yield from quarantine.replayed(file_id)


@main.command("demo")
@click.option("--seed", default=2024, show_default=True, help="Another seed, another year.")
@click.pass_context
def make_demo(ctx: click.Context, seed: int) -> None:
    """The same pipeline on a made-up 2024: twelve months, 17 districts, four operators.

    It has a data directory of its own: the one named by --data-dir, else `demo` inside the usual one.
    """
    progress.end_at_interrupt()
    from orchestration import demo
    from orchestration.command import summary

    if not ctx.find_root().params["data_dir"]:
        os.environ["DXKPI_DATA_DIR"] = str(folders.data_dir() / "demo")
        os.environ.pop("DAGSTER_HOME", None)  # the history of made-up data is its own too
    with only_one():
        if count := demo.prepare(seed):
            say(f"{count} made-up files are in {os.path.relpath(folders.inbox())}")
        _run()
    click.echo(f"{demo.MADE_UP}.")
    summary.show()
    for name in ("truth.csv", "faults.csv"):
        click.echo(f"  {os.path.relpath(folders.data_dir() / 'made_up' / name)}")


@main.command()
@click.option("--port", default=3000, show_default=True)
def dev(port: int) -> None:
    """Dagster's web UI on the loopback interface."""
    import dagster as dg

    from orchestration.command import main_job

    home = main_job.dagster_home()
    with dg.DagsterInstance.from_config(str(home)) as instance:
        main_job.say_what_is_lacking(instance)
    os.environ["DXKPI_DATA_DIR"] = str(folders.data_dir())
    workspace = str(folders.CHECKOUT / "workspace.yaml")
    os.execve(
        sys.executable,
        [sys.executable, "-m", "dagster", "dev", "-w", workspace, "-h", "127.0.0.1", "-p", str(port)],
        os.environ | {"DAGSTER_HOME": str(home)},
    )
