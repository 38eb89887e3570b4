"""A PostgreSQL server of Debian's, in a folder and on a port of its own, run by whom it lets run it."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER, DATABASE, PASSWORD = "dxkpi", "dagster", "a password & more"
NOBODY = 65534  # the server refuses to be run by root


def program(name: str) -> str | None:
    """A program of the server; Debian keeps these off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


@contextmanager
def running() -> Iterator[int]:
    """The port of 127.0.0.1 at which an empty database DATABASE can be reached."""
    with tempfile.TemporaryDirectory(prefix="dxkpi-postgres-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        (Path(folder) / "password").write_text(PASSWORD)
        as_nobody = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
        who = (
            as_nobody if os.geteuid() == 0 else ()
        )  # not by Popen, which forks for it what may be a large process
        if who:
            for path in (folder, f"{folder}/password"):
                os.chown(path, NOBODY, NOBODY)

        def done(name: str, *arguments: str) -> None:
            subprocess.run(
                [*who, program(name), *arguments],
                cwd=folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PGPASSWORD": PASSWORD},
                stdout=subprocess.DEVNULL,
                check=True,
            )

        done("initdb", "-D", "data", "-U", USER, "--auth=scram-sha-256", "--pwfile=password", "--no-sync")
        where = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -F"
        done("pg_ctl", "-D", "data", "-l", "log", "-o", where, "--wait", "start")
        try:
            done("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", USER, DATABASE)
            yield port
        finally:
            done("pg_ctl", "-D", "data", "--mode=immediate", "--wait", "stop")
