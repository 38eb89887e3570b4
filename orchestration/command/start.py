"""The command as it is installed: Ctrl-C ends it in one line, also while it loads."""

import gc
import os
import signal
import sys

INTERRUPTED = 128 + signal.SIGINT
# How many objects come before a search for those that nobody holds any more: of dbt's and Dagster's, which
# stay for the whole run, the usual 700 cost a tenth of its CPU.
GARBAGE = 50_000, 20, 100


def main() -> None:
    gc.set_threshold(*GARBAGE)
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:  # as of what a shell runs in the background
        signal.signal(signal.SIGINT, _end)
    from orchestration.command.main import main as command

    command()


def _end(*_: object) -> None:
    line = "dxkpi: interrupted"
    write = getattr(sys.modules.get("orchestration.command.progress"), "write", None)  # if it is loaded
    if write:
        write(line, level="error")
    else:
        print(line, file=sys.stderr, flush=True)
    os._exit(INTERRUPTED)
