"""The command as it is installed: Ctrl-C ends it in one line, also while it loads."""

import os
import signal
import sys

INTERRUPTED = 128 + signal.SIGINT


def main() -> None:
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
