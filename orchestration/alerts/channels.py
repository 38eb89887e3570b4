"""Where digests go: always a file, a webhook and e-mail when their addresses stand in the environment.

DXKPI_ALERT_WEBHOOK    an https address that takes JSON by POST (http on this machine only)
DXKPI_ALERT_EMAIL      addresses, separated by commas; each gets a message of its own
DXKPI_SMTP_HOST        the server that takes the mail, and DXKPI_SMTP_PORT (25 when not given)
DXKPI_SMTP_STARTTLS    1: speak only encrypted to it
DXKPI_SMTP_USER        with DXKPI_SMTP_PASSWORD, which is only sent encrypted or within this machine
DXKPI_ALERT_FROM       the sender; the first recipient when not given

An address may be a secret (a webhook's often is): none gets into a log, a file or the text of an error.
"""

import hashlib
import os
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

import httpx
import stamina

from ingest.errors import Refused
from ingest.fetching import wire
from ingest.files import replace_text
from orchestration.alerts.digest import first_lines, subject, text
from orchestration.alerts.memory import folder
from orchestration.command.progress import say
from orchestration.state.data_directory import is_made_up

FILE = "file"
ON_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}
FIRST_WAIT, LONGEST_WAIT = 0.5, 2.0  # seconds between attempts
SECONDS = 8.0  # for one attempt: a run must not wait long for whoever listens
UNFIT = {400, 413, 422}  # statuses of a message that is refused for what it is
TOO_LONG = 552  # the same of a mail server
LATER = {408, 425, 429, 500, 502, 503, 504}  # another attempt may be taken


class NotDelivered(Exception):
    """Why, without any address."""


class NotTaken(NotDelivered):
    """The other side refused this very message, and will again: too long, or not as it wants it."""


class _TryAgain(Exception):
    """An attempt failed in a way that another one may not."""


def _attempted(send: Callable, message: object) -> None:
    """Send it, again where that may help. Raises NotDelivered."""
    waits = {"wait_initial": FIRST_WAIT, "wait_max": LONGEST_WAIT, "wait_jitter": FIRST_WAIT}
    try:
        stamina.RetryingCaller(attempts=3, timeout=25, **waits)(_TryAgain, send, message)
    except _TryAgain as error:
        raise NotDelivered(str(error)) from None


def write_latest(digest: dict) -> None:
    """alerts/latest.txt: what stood after the last run, whether or not anything was new."""
    _write("latest", digest)


def _write(name: str, digest: dict) -> None:
    replace_text(folder() / f"{name}.txt", text(digest))


@dataclass(frozen=True)
class File:
    """alerts/<digest_id>.txt, one for each digest that said anything new."""

    name: str = FILE
    reported_as: str = "file"

    def send(self, digest: dict, *, short: bool = False) -> None:
        _write(digest["digest_id"], digest)


@dataclass(frozen=True)
class Webhook:
    url: str = field(repr=False)
    name: str = "webhook"
    reported_as: str = "webhook (DXKPI_ALERT_WEBHOOK)"

    def send(self, digest: dict, *, short: bool = False) -> None:
        """Deliver it with a status of success. Raises NotDelivered within about half a minute."""
        body = digest | {"subject": subject(digest), "text": text(digest)}
        key = digest["digest_id"]
        if short:
            body, key = {"subject": subject(digest), "text": first_lines(digest)}, f"{key}-short"
        headers = {"User-Agent": "dxkpi", "Connection": "close", "Idempotency-Key": key}
        _attempted(self._post, httpx.Request("POST", self.url, json=body, headers=headers))

    def _post(self, request: httpx.Request) -> None:
        try:
            status = wire.deliver(request, tls=ssl.create_default_context(), seconds=SECONDS)
        except wire.Cut as cut:
            raise _TryAgain(str(cut)) from None
        except Refused as refused:
            raise NotDelivered(str(refused)) from None
        if status in LATER:
            raise _TryAgain(f"it answered with status {status}")
        if status in UNFIT:
            raise NotTaken(f"it answered with status {status}")
        if not 200 <= status < 300:
            raise NotDelivered(f"it answered with status {status}")


@dataclass(frozen=True)
class Mail:
    """One recipient, so that one who is refused keeps nobody else from getting the message."""

    recipient: str = field(repr=False)
    sender: str = field(repr=False)
    host: str = field(repr=False)
    port: int
    starttls: bool
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    reported_as: str = "e-mail (DXKPI_ALERT_EMAIL)"

    @property
    def name(self) -> str:
        return f"email-{hashlib.sha256(self.recipient.encode()).hexdigest()[:8]}"

    def send(self, digest: dict, *, short: bool = False) -> None:
        """Hand it over to the server. Raises NotDelivered."""
        message = EmailMessage()
        message["Subject"] = subject(digest)
        message["From"], message["To"] = self.sender, self.recipient
        message["Date"] = format_datetime(datetime.fromisoformat(digest["made_at"]))
        message["Message-ID"] = f"<{digest['digest_id']}{'-short' if short else ''}@dxkpi>"
        message.set_content(first_lines(digest) if short else text(digest))
        _attempted(self._hand_over, message)

    def _hand_over(self, message: EmailMessage) -> None:
        try:
            # A name of its own: smtplib would ask the network for this machine's.
            with smtplib.SMTP(self.host, self.port, "[127.0.0.1]", timeout=SECONDS) as server:
                if self.starttls:
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            ((code, _),) = refused.recipients.values()
            raise _failure(code, f"the recipient was refused with code {code}") from None
        except smtplib.SMTPResponseException as answer:
            raise _failure(answer.smtp_code, f"the server answered with code {answer.smtp_code}") from None
        except smtplib.SMTPNotSupportedError:
            raise NotDelivered("the server offers no STARTTLS or no login") from None
        except OSError as error:  # smtplib's own among them
            raise _TryAgain(f"the server could not be spoken to ({type(error).__name__})") from None


Channel = File | Webhook | Mail


def configured() -> list[Channel]:
    """The channels that are set up, of a demo only the file. What is set up wrongly is reported and left
    out."""
    usable: list[Channel] = [File()]
    for of_environment in () if is_made_up() else (_webhook, _mail):
        try:
            usable += of_environment()
        except Refused as refused:
            say(f"alerts: {refused}")
    return usable


def _failure(code: int, why: str) -> Exception:
    if code == TOO_LONG:
        return NotTaken(why)
    return NotDelivered(why) if code >= 500 else _TryAgain(why)


def _webhook() -> list[Webhook]:
    url = _variable("DXKPI_ALERT_WEBHOOK")
    if not url:
        return []
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        parts = httpx.URL("")
    is_here = parts.scheme == "http" and parts.host in ON_THIS_MACHINE
    if not (is_here or (parts.scheme == "https" and parts.host)):
        raise Refused("DXKPI_ALERT_WEBHOOK: must be an address that begins with https://")
    return [Webhook(url)]


def _mail() -> list[Mail]:
    recipients = [address.strip() for address in _variable("DXKPI_ALERT_EMAIL").split(",") if address.strip()]
    if not recipients:
        return []
    host, port = _variable("DXKPI_SMTP_HOST"), _variable("DXKPI_SMTP_PORT") or "25"
    if not host:
        raise Refused("DXKPI_ALERT_EMAIL: needs DXKPI_SMTP_HOST, the server that takes the mail")
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise Refused(f"DXKPI_SMTP_PORT: {port!r} is no port; write a number such as 587")
    for address in recipients:
        if "@" not in address or any(sign.isspace() or not sign.isprintable() for sign in address):
            raise Refused("DXKPI_ALERT_EMAIL: holds something that is no address; separate them by commas")
    sender, password = _variable("DXKPI_ALERT_FROM") or recipients[0], _variable("DXKPI_SMTP_PASSWORD")
    if not sender.isprintable():
        raise Refused("DXKPI_ALERT_FROM: holds a line break or another sign that no sender has")
    if not password.isascii():
        raise Refused("DXKPI_SMTP_PASSWORD: has a letter outside ASCII, which mail servers do not take")
    starttls, user = _variable("DXKPI_SMTP_STARTTLS") == "1", _variable("DXKPI_SMTP_USER")
    if user and not starttls and host not in ON_THIS_MACHINE:
        raise Refused("DXKPI_SMTP_USER: the password is not sent in the clear; set DXKPI_SMTP_STARTTLS=1")
    return [Mail(address, sender, host, int(port), starttls, user, password) for address in recipients]


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip()
