"""Runs the blocks of docs/howto.md against a release: `python docs/howto.py PUBLISHED TOOLS`, where TOOLS
is a folder with the duckdb command line and node_modules (see `make howtos`)."""

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("howto.md")
BLOCK = re.compile(r"```(python|javascript)\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"```console\n\$ duckdb (.*?)\n(.*?)```", re.DOTALL)
HERE = "data/published"  # as the page calls it


def blocks(page: str, language: str) -> list[tuple[str, str]]:
    """Code, and what it prints."""
    return [(code, shown) for found, code, shown in BLOCK.findall(page) if found == language]


def output(command: list[str], **about) -> str:
    done = subprocess.run(command, capture_output=True, text=True, **about)
    return done.stdout if done.returncode == 0 else done.stdout + done.stderr


def run_python(code: str, published: Path) -> str:
    return output([sys.executable, "-c", code.replace(HERE, str(published))])


def run_tools(published: Path, tools: Path) -> list[str]:
    """What is not printed as the page shows it."""
    page = PAGE.read_text(encoding="utf-8")
    wrong = []
    for code, shown in blocks(page, "javascript"):
        script = tools / "howto.mjs"
        script.write_text(code.replace(HERE, str(published)), encoding="utf-8")
        if (found := output(["node", script.name], cwd=tools)) != shown:
            wrong.append(f"node:\n{found}")
    for arguments, shown in COMMAND.findall(page):
        command = f"{tools / 'bin/duckdb'} {arguments.replace(HERE, str(published))}"
        if (found := output(["sh", "-c", command])) != shown:
            wrong.append(f"duckdb:\n{found}")
    return wrong


if __name__ == "__main__":
    wrong = run_tools(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute())
    print("\n".join(wrong) or "Node and the command line print what docs/howto.md shows.")
    sys.exit(bool(wrong))
