"""Runs the blocks of docs/howto.md against a release: `python docs/howto.py PUBLISHED TOOLS`, where TOOLS
is a folder with the duckdb command line, ibis and node_modules (see `make howtos`). R is the machine's."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("howto.md")
BLOCK = re.compile(r"```(python|javascript|r)\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"```console\n\$ duckdb (.*?)\n(.*?)```", re.DOTALL)
HERE = "data/published"  # as the page calls it
DASHBOARD = PAGE.with_name("dashboard")
IBIS = "import ibis"  # what is not among the packages of the project


def blocks(page: str, language: str) -> list[tuple[str, str]]:
    """Code, and what it prints."""
    return [(code, shown) for found, code, shown in BLOCK.findall(page) if found == language]


def output(command: list[str], **about) -> str:
    done = subprocess.run(command, capture_output=True, text=True, **about)
    return done.stdout if done.returncode == 0 else done.stdout + done.stderr


def run_python(code: str, published: Path, **about) -> str:
    return output([sys.executable, "-c", code.replace(HERE, str(published))], **about)


def run_tools(published: Path, tools: Path) -> list[str]:
    """What is not printed as the page shows it."""
    page = PAGE.read_text(encoding="utf-8")
    wrong = []
    for code, shown in blocks(page, "javascript"):
        script = tools / "howto.mjs"
        script.write_text(code.replace(HERE, str(published)), encoding="utf-8")
        if (found := output(["node", script.name], cwd=tools)) != shown:
            wrong.append(f"node:\n{found}")
    for code, shown in blocks(page, "python"):
        path = os.environ | {"PYTHONPATH": str(tools / "ibis")}
        if IBIS in code and (found := run_python(code, published, env=path)) != shown:
            wrong.append(f"ibis:\n{found}")
    for code, shown in blocks(page, "r"):
        if not shutil.which("Rscript"):
            print("R was not tried: it is not installed (Debian's package r-base-core).")
            continue
        script = tools / "howto.R"
        script.write_text(code.replace(HERE, str(published)), encoding="utf-8")
        path = os.environ | {"PATH": f"{tools / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        if (found := output(["Rscript", str(script)], env=path)) != shown:
            wrong.append(f"R:\n{found}")
    wrong += [f"dashboard:\n{found}" for found in build_dashboard(published, tools)]
    for arguments, shown in COMMAND.findall(page):
        command = f"{tools / 'bin/duckdb'} {arguments.replace(HERE, str(published))}"
        if (found := output(["sh", "-c", command])) != shown:
            wrong.append(f"duckdb:\n{found}")
    return wrong


def build_dashboard(published: Path, tools: Path) -> list[str]:
    """What is wrong with the dashboard that the packages of `tools` build: its rows, an address elsewhere."""
    folder = tools / "dashboard"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(DASHBOARD, folder)
    said = output(
        [str(tools / "node_modules/.bin/observable"), "build"],
        cwd=folder,
        env=os.environ | {"DXKPI_RELEASE": str(published / "current"), "OBSERVABLE_TELEMETRY_DISABLE": "1"},
    )
    data = next(folder.glob("dist/_file/data/scorecard.*.json"), None)
    if data is None:
        return [said]
    rows = json.loads(data.read_text(encoding="utf-8"))
    found = (
        [] if any(row["target_number"] == "II.7" for row in rows) else [f"II.7 is not among {len(rows)} rows"]
    )
    html = (folder / "dist/index.html").read_text(encoding="utf-8")
    return found + re.findall(r"(?:src|href)=\"(https?:[^\"]*)", html)


if __name__ == "__main__":
    wrong = run_tools(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute())
    print("\n".join(wrong) or "What was tried does what docs/howto.md shows.")
    sys.exit(bool(wrong))
