"""A portal to test against: a small server on the loopback interface that answers like the real services.

POST /jsp/rest.jsp   pages of records: an array of objects, as the portal sends, or what `shape` makes of it
GET  /<name>         a file, with ETag and Last-Modified
Faults are put into `faults` and are used up one a request, the normal answer following; `always` never is.
"""

import contextlib
import functools
import gzip
import hashlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

CHANGED = "Fri, 05 Apr 2024 01:00:00 GMT"
ERROR_PAGE = (
    "<!DOCTYPE html><html><body><h1>Hệ thống đang bảo trì</h1><p>Vui lòng quay lại sau.</p></body></html>"
)

Fault = Callable[["Answer"], None]


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    params: dict
    at: float


@dataclass
class Portal:
    """What is offered and how it goes wrong. `asked` holds every request that came."""

    records: list[dict] = field(default_factory=list)
    shape: Callable[[list[dict]], object] = list
    page_size: int = 100
    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    always: Fault | None = None
    seconds: float = 0  # taken over every answer
    asked: list[Asked] = field(default_factory=list)
    url: str = ""


@contextlib.contextmanager
def running(portal: Portal, certificate: Path | None = None):
    """Serve until the end of the block; over TLS when there is a file with a key and its certificate."""
    server = _Server(("127.0.0.1", 0), functools.partial(Answer, portal))
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    portal.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.ended = threading.Event()

    def handle_error(self, request, client_address):
        """A client that hangs up is what these tests are about."""


class Answer(BaseHTTPRequestHandler):
    """One request and its answer, right or wrong."""

    protocol_version = "HTTP/1.1"

    def __init__(self, portal: Portal, *arguments):
        self.portal = portal
        super().__init__(*arguments)

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._answer()

    def do_POST(self):
        self._answer()

    def _answer(self):
        form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.params = json.loads(parse_qs(form)["params"][0]) if form else {}
        told = Asked(self.command, self.path, dict(self.headers), self.params, time.monotonic())
        self.portal.asked.append(told)
        self.pause(self.portal.seconds)
        fault = self.portal.always or (self.portal.faults.pop(0) if self.portal.faults else None)
        with contextlib.suppress(OSError):
            (fault or Answer.rightly)(self)

    def rightly(self):
        body = self.body()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if body is _MISSING:
            self.send(404, b"")
        elif self.command == "POST":
            self.send(200, body, **{"Content-Type": "application/json;charset=UTF-8"})
        elif self.headers.get("If-None-Match") == tag:
            self.send(304, b"", ETag=tag)
        else:
            self.send(200, body, **{"ETag": tag, "Last-Modified": CHANGED})

    def body(self) -> bytes:
        if self.path != "/jsp/rest.jsp":
            return self.portal.files.get(self.path, _MISSING)
        first = (int(self.params["pageIndex"]) - 1) * self.portal.page_size
        page = self.portal.records[first : first + self.portal.page_size]
        return json.dumps(self.portal.shape(page), ensure_ascii=False).encode()

    def send(self, status: int, body: bytes, length: int | None = None, **headers: str):
        self.start(status, **{"Content-Length": str(len(body) if length is None else length)}, **headers)
        self.wfile.write(body)

    def start(self, status: int, *more: bytes, **headers: str):
        """`more` are lines of the header as they are."""
        self.close_connection = True
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self._headers_buffer += [line + b"\r\n" for line in more]
        self.send_header("Connection", "close")
        self.end_headers()

    def pause(self, seconds: float):
        self.server.ended.wait(seconds)

    @property
    def is_over(self) -> bool:
        return self.server.ended.is_set()


_MISSING = b"no such file"


# Oddities: answers that are right all the same.


def with_headers(*lines: bytes) -> Fault:
    def answer_so(answer: Answer):
        body = answer.body()
        answer.start(200, *lines, **{"Content-Length": str(len(body))})
        answer.wfile.write(body)

    return answer_so


def in_tiny_chunks(answer: Answer):
    body = answer.body()
    answer.start(200, **{"Transfer-Encoding": "chunked"})
    answer.wfile.write(b"".join(b"1;x=y\r\n%c\r\n" % byte for byte in body) + b"0\r\nX-Trailer: 1\r\n\r\n")


def in_members(answer: Answer):
    """gzip of some members one after another, as the format allows."""
    body = answer.body()
    members = (gzip.compress(body[start : start + 7]) for start in range(0, len(body), 7))
    answer.send(200, b"".join(members), **{"Content-Encoding": "gzip"})


def after_interim_answers(answer: Answer):
    answer.wfile.write(b"HTTP/1.1 102 Processing\r\n\r\n" * 20)
    answer.rightly()


# Faults. Each takes the answer that is due and spoils it in one way.


def head(*lines: bytes) -> Fault:
    """An answer of these lines and nothing else."""
    return lambda answer: answer.wfile.write(b"\r\n".join([*lines, b"", b""]))


def endless(begins: bytes, goes_on: bytes, pause: float = 0.0) -> Fault:
    def fault(answer: Answer):
        answer.close_connection = True
        answer.wfile.write(begins)
        while not answer.is_over:
            answer.wfile.write(goes_on)
            answer.pause(pause)

    return fault


_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
trickled_chunks = endless(_CHUNKED, b"1\r\n[\r\n", 0.02)
endless_chunks = endless(_CHUNKED, b"2\r\n[[\r\n" * 5000)
endless_chunk_head = endless(_CHUNKED, b"1;" + b"x" * 5000)
endless_trailers = endless(_CHUNKED + b"0\r\n", b"X: y\r\n" * 500)
endless_headers = endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 500)
endless_interim_answers = endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)


def redirect_ever_further(answer: Answer):
    answer.send(307, b"", Location=f"{answer.path}/a{'b' * 5000}")


def packed_in_very_many(piece: bytes, members: int) -> Fault:
    body = gzip.compress(piece) * members
    return lambda answer: answer.send(200, body, **{"Content-Encoding": "gzip"})


def says(body: bytes) -> Fault:
    return lambda answer: answer.send(200, body, **{"Content-Type": "application/json"})


def repeats_the_credential_as(written: Callable[[str], str | bytes], *, packed: bool = False) -> Fault:
    """Its last part as some program writes it, within an answer that is right for the rest."""

    def fault(answer: Answer):
        secret = written(answer.headers.get("Authorization", "none").split()[-1])
        secret = secret.encode() if isinstance(secret, str) else secret
        body = answer.body() + b" " + secret + b" "
        if packed:
            half = len(body) - len(secret) // 2
            body = gzip.compress(body[:half]) + gzip.compress(body[half:])
        answer.send(200, body, **({"Content-Encoding": "gzip"} if packed else {}))

    return fault


def later(status: int, retry_after: str | timedelta | None = "0") -> Fault:
    """Try again after so many seconds, or not before a date."""

    def fault(answer: Answer):
        told = retry_after
        if isinstance(told, timedelta):
            told = format_datetime(datetime.now(UTC) + told, usegmt=True)
        answer.send(status, b"", **({"Retry-After": told} if told else {}))

    return fault


def refuses(status: int) -> Fault:
    return lambda answer: answer.send(status, b"")


def silence(answer: Answer):
    while not answer.is_over:
        answer.pause(0.1)


def slow_drip(answer: Answer):
    """Each byte comes well before anybody would call it a silence; all of them would take for ever."""
    answer.start(200, **{"Content-Length": "1000000"})
    while not answer.is_over:
        answer.wfile.write(b"[")
        answer.pause(0.02)


def slow_headers(answer: Answer):
    answer.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not answer.is_over:
        answer.wfile.write(b"x")
        answer.pause(0.02)


def cut_connection(answer: Answer):
    """Half of the body, then a reset."""
    body = answer.body()
    answer.start(200, **{"Content-Length": str(len(body))})
    answer.wfile.write(body[: len(body) // 2])
    answer.wfile.flush()
    answer.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    answer.connection.close()


def cut_chunks(answer: Answer):
    """Chunks that stop without the last one."""
    body = answer.body()[:-20]
    answer.start(200, **{"Transfer-Encoding": "chunked"})
    answer.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))


def hangs_up(answer: Answer):
    """Not a byte."""
    answer.connection.close()


def truncated(answer: Answer):
    """Half of the body, correctly sent."""
    body = answer.body()
    answer.send(200, body[: len(body) // 2])


def truncated_without_length(answer: Answer):
    body = answer.body()
    answer.start(200)
    answer.wfile.write(body[: len(body) // 2])


def without_length(answer: Answer):
    answer.start(200)
    answer.wfile.write(answer.body())


def length_too_long(answer: Answer):
    body = answer.body()
    answer.send(200, body, length=len(body) + 7)


def length_too_short(answer: Answer):
    """The number of letters in place of the number of bytes, as programs without Unicode say it."""
    body = answer.body()
    answer.send(200, body, length=len(body.decode()))


def length_too_short_and_the_rest_later(answer: Answer):
    body = answer.body()
    answer.start(200, **{"Content-Length": str(len(body) - 9)})
    answer.wfile.write(body[:-9])
    answer.wfile.flush()
    answer.pause(0.2)
    answer.wfile.write(body[-9:])


def html_page(answer: Answer):
    answer.send(200, ERROR_PAGE.encode(), **{"Content-Type": "text/html"})


def empty_page(answer: Answer):
    answer.send(200, b"[]")


def no_bytes(answer: Answer):
    answer.send(200, b"")


def not_http(answer: Answer):
    answer.wfile.write(b"+OK ready\r\n")


def changed_fields(answer: Answer):
    answer.send(200, answer.body().replace(b"_TOTAL", b"_MOI"))


def redirect(to: str, status: int = 302) -> Fault:
    return lambda answer: answer.send(status, b"", Location=to)


def redirect_nowhere(answer: Answer):
    answer.send(302, b"")


def endless_paging(answer: Answer):
    """New records on every page, for ever."""
    page = answer.params["pageIndex"]
    answer.send(200, json.dumps([{"TEN": f"Đơn vị {page}-{n}", "HS_TOTAL": "1"} for n in range(3)]).encode())


def same_page(answer: Answer):
    """The first page, whichever is asked for."""
    answer.params["pageIndex"] = "1"
    answer.rightly()


def packed(answer: Answer):
    """gzip, as asked for."""
    answer.send(200, gzip.compress(answer.body()), **{"Content-Encoding": "gzip"})


def packed_and_cut(answer: Answer):
    answer.send(200, gzip.compress(answer.body())[:-12], **{"Content-Encoding": "gzip"})


def said_to_be_packed(answer: Answer):
    answer.send(200, answer.body(), **{"Content-Encoding": "gzip"})


def packed_otherwise(answer: Answer):
    answer.send(200, b"\x1b\x2f", **{"Content-Encoding": "br"})


def gzip_bomb(answer: Answer):
    """16 KB that unpack to 16 MB."""
    answer.send(200, BOMB, **{"Content-Encoding": "gzip"})


BOMB = gzip.compress(b"[" + b" " * (1 << 24))


def too_large(answer: Answer):
    answer.start(200, **{"Transfer-Encoding": "chunked"})
    while not answer.is_over:
        answer.wfile.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")


def said_to_be_too_large(answer: Answer):
    answer.start(200, **{"Content-Length": str(1 << 40)})


def repeats_the_credential(answer: Answer):
    """An error page for programmers that shows the request."""
    body = json.dumps([{"TEN": answer.headers.get("Authorization", "none"), "HS_TOTAL": "1"}])
    answer.send(200, body.encode())
