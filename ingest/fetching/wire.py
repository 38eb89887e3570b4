"""One HTTP exchange: a reply comes whole, within its bounds in bytes and in time, or not at all.

Whom to ask, whether to ask again and what a reply means is not decided here.
"""

import contextlib
import io
import logging
import ssl
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import httpcore
import httpx

from ingest.errors import Refused

# Left to themselves these write addresses and headers of replies, whatever a server has put into them.
for talkative in ("httpcore", "httpx"):
    logging.getLogger(talkative).setLevel(logging.WARNING)

ACCEPTED = "gzip"  # of all codings, the one that is unpacked here, under a limit
MEMBERS_AT_MOST = 10_000  # of a gzip body; servers send one, and one for each 64 KB at most
PIECE = 16 * 1024  # bytes unpacked at once; what follows a member's end is copied, so pieces are small
# Whatever else a server says may be anything, a credential too.
CODINGS = {"br", "compress", "deflate", "zstd"}


class Cut(Exception):
    """No whole reply came. Asking again may help; `wait` says after how many seconds, when it is known."""

    def __init__(self, why: str, wait: float | None = None):
        super().__init__(why)
        self.wait = wait


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How long a reply may take and how large it may be."""

    connect_seconds: float = 10
    silence_seconds: float = 30  # between two pieces of a reply
    reply_seconds: float = 300
    received_bytes: int = 128 * 1024**2  # the largest extract to be expected has 100 MB
    unpacked_bytes: int = 256 * 1024**2  # more is not read anyway


def exchange(
    request: httpx.Request,
    headers: list[tuple[bytes, bytes]],
    bounds: Bounds,
    tls: ssl.SSLContext,
) -> httpx.Response:
    """Send a request on a connection of its own and return the reply with its body, unpacked.

    Its headers stay bytes: some servers write file names into them as they please. Raises Cut when the reply
    did not come whole and in time, Refused when it must not be asked for again.
    """
    deadline = time.monotonic() + bounds.reply_seconds
    timeouts = dict.fromkeys(("connect", "pool"), bounds.connect_seconds)
    timeouts |= dict.fromkeys(("read", "write"), bounds.silence_seconds)
    with _cuts(), httpcore.ConnectionPool(tls, network_backend=_Watched(deadline)) as pool:
        reply_to = pool.stream(
            request.method,
            str(request.url),
            headers=[*request.headers.raw, *headers],
            content=request.read(),
            extensions={"timeout": timeouts},
        )
        with reply_to as reply:
            sent = httpx.Headers(reply.headers)
            body = _body(reply, sent, bounds.received_bytes)
            _whole(reply, sent, body)
        body = _unpacked(body, sent.get("content-encoding", "identity"), bounds.unpacked_bytes, deadline)
    kept = [(name, value) for name, value in reply.headers if name.lower() not in _OF_THE_WIRE]
    return httpx.Response(reply.status, headers=kept, content=body, request=request)


def deliver(request: httpx.Request, *, tls: ssl.SSLContext, seconds: float) -> int:
    """Send a request on a connection of its own and return the status of the reply, its body left unread.

    Raises Cut when no reply came in time, Refused when the other side cannot be trusted.
    """
    watched = _Watched(time.monotonic() + seconds)
    with _cuts(), httpcore.ConnectionPool(tls, network_backend=watched) as pool:
        reply_to = pool.stream(
            request.method,
            str(request.url),
            headers=request.headers.raw,
            content=request.read(),
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds)},
        )
        with reply_to as reply:
            return reply.status


# Headers that speak of the body as it was on the wire.
_OF_THE_WIRE = {b"content-encoding", b"content-length", b"transfer-encoding"}


@contextlib.contextmanager
def _cuts() -> Iterator[None]:
    try:
        yield
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        if isinstance(error.__cause__ or error.__context__, ssl.SSLCertVerificationError):
            raise Refused(
                "its certificate cannot be trusted; ask its owner, or name the file of the authority that "
                "signed it in SSL_CERT_FILE"
            ) from None
        raise Cut("no connection came about") from None
    except httpcore.TimeoutException:
        raise Cut("no whole reply came in time") from None
    except httpcore.NetworkError:
        raise Cut("the connection failed") from None
    except httpcore.ProtocolError:
        raise Cut("the reply was cut off or is not HTTP") from None


def _body(reply: httpcore.Response, headers: httpx.Headers, limit: int) -> bytes:
    size = int(headers.get("content-length", "0"))  # digits, and few of them, or the reply is no HTTP
    body = io.BytesIO()  # a list of pieces would take many times their bytes where chunks are tiny
    if size <= limit:
        for piece in reply.iter_stream():
            body.write(piece)
            if body.tell() > limit:
                break
    if max(size, body.tell()) > limit:
        raise Refused(
            f"the reply is larger than {limit:,} bytes; check that the address is right", "too_large"
        )
    return body.getvalue()


def _whole(reply: httpcore.Response, headers: httpx.Headers, body: bytes) -> None:
    """A length that is too small cuts the end off unseen, so what comes behind it is looked for."""
    if "transfer-encoding" in headers or not body:
        return
    if "content-length" not in headers:
        if not _shows_its_end(body):
            raise Refused(
                "the reply says neither its length nor where it ends, so a part may be missing; download it "
                "by hand, compare it, and use dxkpi ingest extract",
                "truncated",
            )
        return
    stream = reply.extensions["network_stream"]
    begins_and_ends = len(stream.last) > len(body) and stream.last.endswith(b"\n" + body)
    if not (body.endswith(stream.last) or begins_and_ends) or stream.goes_on():
        raise Cut("more was sent than the length that was declared")


def _shows_its_end(body: bytes) -> bool:
    """JSON and ZIP files (XLSX too) cannot lose their end unnoticed; tables of text can."""
    text = body.strip()
    is_json = text[:1] + text[-1:] in (b"[]", b"{}")
    return is_json or (body.startswith(b"PK") and b"PK\x05\x06" in body[-65_557:])


def _unpacked(body: bytes, coding: str, limit: int, deadline: float) -> bytes:
    coding = coding.strip().lower()
    if coding == "identity":
        return body
    if coding not in ("gzip", "x-gzip"):
        shown = repr(coding) if coding in CODINGS else "something else"
        raise Refused(f"the reply is packed as {shown}, which was not asked for; gzip was")
    unpacked = io.BytesIO()
    packed = memoryview(body)
    at = members = 0
    while at < len(packed):
        members += 1
        if members > MEMBERS_AT_MOST:
            raise Refused(
                f"the reply is packed in more than {MEMBERS_AT_MOST:,} pieces; nothing of it is kept",
                "zip_bomb",
            )
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            _left(deadline, None)
            piece = packed[at : at + PIECE]
            if not piece:
                raise Cut("the packed reply was cut off")
            try:
                unpacked.write(member.decompress(piece, limit + 1 - unpacked.tell()))
            except zlib.error:
                raise Cut("the reply is said to be gzip and is not") from None
            at += len(piece) - len(member.unused_data)
            if unpacked.tell() > limit:
                raise Refused(
                    f"the reply unpacks to more than {limit:,} bytes; nothing of it is kept", "zip_bomb"
                )
    return unpacked.getvalue()


class _Watched(httpcore.SyncBackend):
    """Connections that end at a fixed moment, however slowly they drip."""

    def __init__(self, deadline: float):
        self._deadline = deadline

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        left = _left(self._deadline, timeout)
        stream = super().connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(stream, self._deadline)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: float):
        self._stream = stream
        self._deadline = deadline
        self.last = b""

    def read(self, max_bytes, timeout=None):
        self.last = self._stream.read(max_bytes, _left(self._deadline, timeout))
        return self.last

    def write(self, buffer, timeout=None):
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self):
        self._stream.close()

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        left = _left(self._deadline, timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info):
        return self._stream.get_extra_info(info)

    def goes_on(self) -> bool:
        """True when more bytes come. The server was asked to close, which ends the wait at once."""
        try:
            return bool(self.read(1, timeout=1))
        except (httpcore.TimeoutException, httpcore.NetworkError):
            return False


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left if timeout is None else min(left, timeout)
