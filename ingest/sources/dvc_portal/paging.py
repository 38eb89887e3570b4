"""Fetching the national portal's reports, page by page."""

import json
from collections.abc import Iterator

import httpx

from ingest.errors import Refused
from ingest.fetching import addresses
from ingest.reading import replies
from ingest.registry.models import Address
from ingest.sources.dvc_portal.records import without_rank

PAGES_AT_MOST = 50  # of 100 units each; the country has some 3,300 communes, and one province is asked for
PAGES_BYTES = 32 << 20  # of all pages together; read, JSON takes up to twenty times its bytes


def download(client: httpx.Client, address: Address, period_id: str) -> Iterator[tuple[str, bytes]]:
    """All pages as one file, once an empty page has ended them. Raises Refused when no end comes.

    One page stays as it was received. The records of several go into one array, letter by letter the same;
    envelopes follow one another in one. With a page that is neither they only follow one another, so that
    nobody can take them for the whole.
    """
    name = f"dvc_portal-{period_id}.json"
    if not address.page_size:
        yield name, client.request(**addresses.request(address, period_id)).content
        return
    pages: list[bytes] = []
    seen: set[str] = set()
    size, exchange, is_full = 0, None, False
    for page in range(1, PAGES_AT_MOST + 1):
        body = client.request(**addresses.request(address, period_id, page)).content
        size += len(body)
        if size > PAGES_BYTES:
            raise Refused(
                f"{name}: page {page}: makes more than {PAGES_BYTES >> 20} MiB with those before; check the "
                "address",
                "too_large",
            )
        found = replies.opened(name, body)
        exchange = found.exchange if found and exchange is None else exchange
        if found is None or found.exchange != exchange:
            yield name, b"\n".join([*pages, body])
            if pages:
                raise Refused(
                    f"{name}: page {page}: an array was expected, as on the pages before; fetch again"
                )
            return
        if not found.records:
            # an empty page proves that a full one before it was the last
            yield name, _joined([*pages, body] if is_full else pages) if pages else body
            return
        is_full = found.is_full
        keys = {json.dumps(without_rank(record), sort_keys=True) for record in found.records}
        again = seen & keys
        if again:
            raise Refused(
                f"{name}: page {page}: repeats a record of a page before; the pages are not to be trusted"
            )
        seen |= keys
        pages.append(body)
    raise Refused(f"{name}: more than {PAGES_AT_MOST} pages and no end; check the address and its page_size")


def _joined(pages: list[bytes]) -> bytes:
    if len(pages) == 1:
        return pages[0]
    texts = [page.decode(json.detect_encoding(page)).strip() for page in pages]
    are_arrays = all(text.startswith("[") for text in texts)
    return f"[{','.join(text[1:-1].strip() if are_arrays else text for text in texts)}]".encode()
