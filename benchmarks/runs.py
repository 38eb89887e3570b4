"""CPU, time and events of each step of a run: a made-up year in one go, nothing new, one extract restated.

Each run is a process of its own; its CPU is that of it and of what it starts. `benchmarks/runs.py FOLDER`
keeps the made-up year in FOLDER, or uses the one that is there.
"""

import collections
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESTATED = "tong_hop_2024-12.json"  # the portal's monthly summary of December
FIELD = "HTN_TRUCTUYEN_TOTAL"  # dossiers filed online, as a string
ENDS = ("PIPELINE_START", "STEP_SUCCESS", "PIPELINE_SUCCESS")
NAMED = {"PIPELINE_START": "start of a run and its plan", "PIPELINE_SUCCESS": "end of a run"}


def main(data: Path) -> None:
    if not (data / "published").is_dir():
        measure("a made-up year in one go", data, "demo")
    measure("nothing new", data, "run")
    restate(data)
    measure("one extract restated", data, "run")


def measure(title: str, data: Path, command: str) -> None:
    """Run the command in a process that notes its steps, and print them."""
    started = time.perf_counter()
    told = subprocess.run(
        [sys.executable, __file__, "--watched", str(data), command],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(told.stdout.splitlines()[-1])
    seconds = time.perf_counter() - started
    print(f"\n{title}: {found['cpu']:.1f} s of CPU, {seconds:.1f} s, {found['events']} events\n")
    print("| step | CPU s | s |\n| --- | ---: | ---: |")
    for step, cpu, seconds in found["steps"]:
        print(f"| {step} | {cpu:.2f} | {seconds:.2f} |")


def restate(data: Path) -> None:
    """Lay a report of the portal into the inbox that says one dossier less than the last one."""
    from ingest import inbox

    lines = (data / "raw/manifest.jsonl").read_text(encoding="utf-8").splitlines()
    about = [one for one in map(json.loads, lines) if one["file_name"].endswith(RESTATED)]
    last = max(about, key=lambda one: one["received_at"])
    records = json.loads((data / "raw/dvc_portal" / f"{last['extract_id']}.json").read_text(encoding="utf-8"))
    records[0][FIELD] = str(int(records[0][FIELD]) - 1)
    file = data / "inbox/dvc_portal/2024-12" / f"{len(about)}_{RESTATED}"
    file.parent.mkdir(parents=True, exist_ok=True)
    note = {key: last[key] for key in ("publisher", "citation", "is_made_up")}
    moment = f"2025-02-{len(about):02}T02:00:00+00:00"
    file.with_name(file.name + inbox.NOTE).write_text(
        json.dumps(note | {"received_at": moment}), encoding="utf-8"
    )
    file.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")


def watched(data: str, command: str) -> None:
    """Run the command here and print, as JSON, what each step took."""
    from orchestration.command import main as commands
    from orchestration.command import progress

    moments: list[tuple[str, float, float]] = []
    events: collections.Counter = collections.Counter()
    tell = progress.Progress.emit

    def emit(handler, record) -> None:
        event = getattr(record, "dagster_event", None)
        events[event.event_type_value if event else "log"] += 1
        if event and event.event_type_value in ENDS:
            name = event.step_key or NAMED[event.event_type_value]
            moments.append((name, cpu(), time.perf_counter()))
        tell(handler, record)

    progress.Progress.emit = emit
    begun = ("", 0.0, time.perf_counter())
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        commands.main(["--data-dir", data, command], standalone_mode=False)
    finally:
        sys.stdout = out
    moments.append(("after the last run", cpu(), time.perf_counter()))
    pairs = zip([begun, *moments], moments, strict=False)
    steps = [(name, now - then, at - before) for (_, then, before), (name, now, at) in pairs]
    print(json.dumps({"cpu": cpu(), "events": sum(events.values()), "steps": steps}))


def cpu() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    if sys.argv[1:2] == ["--watched"]:
        watched(*sys.argv[2:])
    elif sys.argv[1:]:
        main(Path(sys.argv[1]).resolve())
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(Path(folder))
