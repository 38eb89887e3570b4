"""Fetching extracts from the addresses of the registry, politely and safely.

Every request of a source goes through one transport: to allowed hosts only, over TLS (or on this machine),
asked again where that can help, bounded in bytes and in time. What is asked for is the source's business.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import stamina

from ingest import files, folders, manifest, receiving, registry
from ingest.errors import NotNow, Refused
from ingest.fetching import credentials, wire
from ingest.registry.models import Address, Source
from ingest.sources import SOURCES

log = logging.getLogger(__name__)

ON_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}
REDIRECTS = {301, 302, 303, 307, 308}
LATER = {408, 425, 429, 500, 502, 503, 504}  # another time may be better
LONGEST_VALIDATOR = 1000  # bytes of an ETag; a longer one would be refused when it is sent back


@dataclass(frozen=True, kw_only=True)
class Settings(wire.Bounds):
    """How often to ask, and how long to wait. The defaults suit a slow office line and a patient person."""

    attempts: int = 5
    first_wait_seconds: float = 1  # doubled with every attempt
    jitter_seconds: float = 1
    longest_wait_seconds: float = 60
    longest_retry_after_seconds: float = 300  # a server that asks for more is asked another time
    redirects: int = 5


PATIENT = Settings()


def _tell(details: stamina.instrumentation.RetryDetails) -> None:
    log.info("%s, asked again in %.1f s", details.caused_by, details.wait_for)


# Left alone, stamina prints to wherever structlog does, which is where results go.
stamina.instrumentation.set_on_retry_hooks([_tell])


@dataclass(frozen=True)
class Outcome:
    """What was received, what of it was not known before, and what was refused on the way."""

    extracts: list[manifest.Extract] = field(default_factory=list)
    new: list[manifest.Extract] = field(default_factory=list)
    refusals: list[Refused] = field(default_factory=list)


def fetch(source_id: str, period_id: str, settings: Settings = PATIENT) -> Outcome:
    """Fetch a source's extracts for a period and receive each that came whole.

    Downloads are held in memory until they are whole, so an interrupted one leaves nothing. Raises Refused
    when nothing can be asked for; what is refused later stands in the outcome, beside what went well.
    """
    source = _source(source_id)
    memory = Memory()
    outcome = Outcome()
    bodies = []
    with client(source, settings, memory) as asking:
        for address in _addresses(source):
            try:
                for name, body in _checked(source, SOURCES[source_id].download(asking, address, period_id)):
                    bodies.append((name, body))
            except Refused as refused:
                outcome.refusals.append(refused)
    known = {extract.extract_id for extract in manifest.extracts()}
    now = manifest.moment()  # one delivery, however many bodies
    for name, body in bodies:
        try:
            extract = receiving.receive_body(
                source_id, name, body, received_at=now, unattended=True, period_id=period_id
            )
        except Refused as refused:
            outcome.refusals.append(refused)
            continue
        outcome.extracts.append(extract)
        if extract.extract_id not in known:
            outcome.new.append(extract)
    memory.keep(outcome.extracts)
    return outcome


def client(source: Source, settings: Settings, memory: "Memory") -> httpx.Client:
    """A client for one source. It takes nothing from the machine's own settings (proxies, netrc)."""
    return httpx.Client(
        transport=Transport(source, settings, memory),
        headers={"User-Agent": "dxkpi", "Accept-Encoding": wire.ACCEPTED, "Connection": "close"},
        follow_redirects=True,
        max_redirects=settings.redirects,
        trust_env=False,
    )


class Transport(httpx.BaseTransport):
    """Carries the requests of one source. What it returns is whole, and either a success or a redirect.

    Raises Refused for everything else. The credential is added last, so that no object of httpx holds it.
    """

    def __init__(self, source: Source, settings: Settings, memory: "Memory"):
        self._source = source
        self._settings = settings
        self._memory = memory
        self._home = httpx.URL(source.address.url if source.address else "")
        self._credential = credentials.header(source)
        self._secrets = credentials.secrets(self._credential)
        self._tls = httpx.create_ssl_context()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        settings = self._settings
        tries = stamina.retry_context(
            on=self._again_after,
            attempts=settings.attempts,
            timeout=None,
            wait_initial=settings.first_wait_seconds,
            wait_max=settings.longest_wait_seconds,
            wait_jitter=settings.jitter_seconds,
        )
        count = 0
        try:
            self._check(request.url)
            for attempt in tries:
                count = attempt.num
                with attempt:
                    reply = self._once(request)
        except wire.Cut as cut:
            asked = (
                f"asked {count} times"
                if self._again_after(cut) is not False
                else f"and says: not for {cut.wait:.0f} seconds"
            )
            raise NotNow(str(self._refused(request, f"{cut}, {asked}; fetch it later"))) from None
        except Refused as refused:
            raise self._refused(request, str(refused), refused.code) from None
        return reply

    def _once(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        headers = self._memory.conditions(url) if request.method == "GET" else []
        if self._credential and _origin(request.url) == _origin(self._home):
            headers.append((b"Authorization", self._credential.encode("ascii")))
        reply = wire.exchange(
            request,
            headers,
            self._settings,
            self._tls,
        )
        headers_sent = b"\n".join(part for header in reply.headers.raw for part in header)
        if credentials.are_in(self._secrets, [headers_sent, reply.content]):
            raise Refused(
                "the reply repeats the credential that was sent; nothing of it is kept; tell its owner"
            )
        # The client would send cookies back, and can send none of other letters.
        usable = [each for each in reply.headers.raw if each[0].lower() != b"set-cookie" or each[1].isascii()]
        reply.headers = httpx.Headers(usable)
        if reply.status_code == 304 and headers:
            return httpx.Response(200, content=self._memory.body(url), request=request)
        if reply.status_code == 200:
            self._memory.hear(url, reply)
        elif reply.status_code in LATER:
            raise wire.Cut(f"answered {reply.status_code}", _pause(reply.headers.get("retry-after", "")))
        elif reply.status_code not in REDIRECTS or "location" not in reply.headers:
            raise Refused(f"answered {reply.status_code}; {self._advice(reply.status_code)}")
        return reply

    def _again_after(self, error: Exception) -> bool | float:
        if not isinstance(error, wire.Cut):
            return False
        if error.wait is None:
            return True
        return error.wait <= self._settings.longest_retry_after_seconds and error.wait

    def _check(self, url: httpx.URL) -> None:
        if url.userinfo:
            raise Refused("an address holds no credential; name its environment variable in credentials_env")
        if url.host not in self._source.allowed_hosts:
            raise Refused(
                f"leads to {url.host}, which is not among the allowed hosts; if it should be, add it to "
                f"allowed_hosts of {self._source.locator}"
            )
        if url.scheme != "https" and not (url.scheme == "http" and url.host in ON_THIS_MACHINE):
            raise Refused("is not https; nothing is asked for or sent in the open")

    def _advice(self, status: int) -> str:
        if status in (401, 403):
            return (
                f"check the credential in {self._source.credentials_env or 'credentials_env of sources.yml'}"
            )
        return f"check the address of {self._source.locator}"

    def _refused(self, request: httpx.Request, why: str, *code: str) -> Refused:
        return Refused(f"{self._source.id}: {_shown(request.url)}: {why}", *code)


class Memory:
    """What servers stated about replies that were kept: with it they need not send them again unchanged.

    Stands beside the raw manifest. An address is known by its hash, for a redirect may carry a token in it.
    """

    def __init__(self):
        self._file = folders.raw() / "validators.json"
        self._kept = self._read()
        self._heard = {}
        self._extracts = {extract.sha256: extract for extract in manifest.extracts()}

    def conditions(self, url: str) -> list[tuple[bytes, bytes]]:
        """Headers that ask for the reply only if it has changed; none when the old one is not at hand."""
        known = self._kept.get(_key(url), {})
        extract = self._extracts.get(known.get("extract_id"))
        if not extract or not manifest.is_sound(extract):
            return []
        asked = {"etag": b"If-None-Match", "last_modified": b"If-Modified-Since"}
        return [(header, known[name].encode("latin-1")) for name, header in asked.items() if name in known]

    def body(self, url: str) -> bytes:
        return manifest.raw_bytes(self._extracts[self._kept[_key(url)]["extract_id"]])

    def hear(self, url: str, reply: httpx.Response) -> None:
        sent = {name.lower(): value for name, value in reply.headers.raw}
        validators = {"etag": sent.get(b"etag", b""), "last_modified": sent.get(b"last-modified", b"")}
        # Every byte is a letter of latin-1, and is the same byte again when it is sent back.
        usable = {name: value for name, value in validators.items() if 0 < len(value) <= LONGEST_VALIDATOR}
        if usable:
            texts = {name: value.decode("latin-1") for name, value in usable.items()}
            self._heard[_key(url)] = texts | {"extract_id": hashlib.sha256(reply.content).hexdigest()}

    def keep(self, extracts: list[manifest.Extract]) -> None:
        """Remember what was heard of these extracts. What was refused is forgotten, and sent again."""
        kept = {extract.sha256 for extract in extracts}
        new = {key: validators for key, validators in self._heard.items() if validators["extract_id"] in kept}
        if new:
            text = json.dumps(self._read() | new, indent=1)
            files.replace_file(self._file, lambda draft: draft.write_text(text, encoding="utf-8"))

    def _read(self) -> dict:
        """Nothing when it is missing or damaged: everything is sent again then."""
        try:
            return json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}


def _source(source_id: str) -> Source:
    sources = {source.id: source for source in registry.load(*folders.registries()).sources}
    source = sources.get(source_id)
    if not source or not source.address or not hasattr(SOURCES.get(source_id), "download"):
        raise Refused(
            f"sources.yml: {source_id}: has no address to fetch from; give it one, or receive its file with "
            f"dxkpi ingest extract {source_id} FILE"
        )
    return source


def _addresses(source: Source) -> list[Address]:
    """One address, or one for each who reports."""
    address = source.address
    if address is None or "{reporter}" not in address.url:
        return [address] if address else []
    return [
        address.model_copy(update={"url": address.url.replace("{reporter}", reporter)})
        for reporter in source.reporters
    ]


def _checked(source: Source, bodies: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    try:
        yield from bodies
    except httpx.TooManyRedirects:
        raise Refused(
            f"{source.id}: is redirected again and again; check the address of {source.locator}"
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OverflowError) as error:
        # A redirect may lead to what is no host or port. Its text may hold an address with a token in it.
        raise Refused(
            f"{source.id}: cannot be asked ({type(error).__name__}); check the address of {source.locator}"
        ) from None


def _pause(retry_after: str) -> float | None:
    """Seconds of a Retry-After: a number of them, or a date; None when it is neither."""
    if retry_after.isascii() and retry_after.isdecimal():
        return min(float(retry_after[:20]), 1e9)
    try:
        then = parsedate_to_datetime(retry_after)
        return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _origin(url: httpx.URL) -> tuple:
    return url.scheme, url.host, url.port


def _shown(url: httpx.URL) -> str:
    """An address for people: without what may be a credential."""
    return f"{url.scheme}://{url.host}{f':{url.port}' if url.port else ''}{url.path}"


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()
