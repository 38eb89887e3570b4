"""From an address of the registry to the request it stands for."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import httpx

from ingest.errors import Refused
from ingest.reading import tall
from ingest.registry.models import Address


def request(address: Address, period_id: str, page: int = 1) -> dict:
    """Method, URL and form for this period and page, as `httpx.Client.request` takes them."""
    start, _ = tall.period_of(address.url, period_id)
    year, _, part = period_id.partition("-")
    named = {
        "year": year,
        "quarter": part[1] if part.startswith("Q") else "0",
        "month": f"{start.month}" if part.isdecimal() else "0",
        "period": period_id,
        "page": f"{page}",
    }
    form = {name: _filled(value, named) for name, value in address.form.items()}
    return {"method": address.method, "url": _filled(address.url, named), "data": form or None}


def download(client: httpx.Client, address: Address, period_id: str) -> Iterator[tuple[str, bytes]]:
    """The one file that is at an address."""
    reply = client.request(**request(address, period_id))
    yield file_name(address, period_id), reply.content


def file_name(address: Address, period_id: str) -> str:
    """What a fetched file is called: the last part of its address."""
    path = urlsplit(request(address, period_id)["url"]).path
    return PurePosixPath(unquote(path)).name[-100:] or period_id


def _filled(value: str | int | dict, named: dict[str, str]) -> str:
    if isinstance(value, dict):
        return json.dumps({key: _filled(v, named) for key, v in value.items()}, ensure_ascii=False)
    try:
        return str(value).format_map(named)
    except (KeyError, ValueError, IndexError):
        raise Refused(
            f"sources.yml: address: {value!r} holds more than {', '.join(named)} in braces"
        ) from None
