"""A page of a release in a real browser, which has no network and keeps account of what the page does."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

DESKTOP, PHONE = (1280, 800), (390, 844)
GRAVE = ("critical", "serious", "moderate")


@dataclass
class Opened:
    """A page, what it asked the network for and what it complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, file: Path, address: str = "") -> Page:
        self.page.goto(file.resolve().as_uri() + address)
        return self.page

    def height(self) -> int:
        return self.page.evaluate("document.documentElement.scrollHeight")

    def barriers(self) -> list[str]:
        """What axe finds that keeps people from using the page, but for what is minor."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{barrier['id']}: {barrier['help']}: {barrier['nodes'][0]['html'][:200]}"
            for barrier in found
            if barrier["impact"] in GRAVE
        ]

    def printed_pages(self) -> int:
        pdf = self.page.pdf(prefer_css_page_size=True)
        return len(pypdfium2.PdfDocument(BytesIO(pdf)))


@contextmanager
def browser() -> Iterator:
    """Makes pages of a size: `page = made(width, height)`."""
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no Chromium is installed (Debian's package chromium), so that no page is opened")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium,
            chromium_sandbox=False,
            args=[
                *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
                *("--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND"),
            ],
        )

        def opened(width: int, height: int) -> Opened:
            made = Opened(launched.new_page(viewport={"width": width, "height": height}))
            made.page.set_default_timeout(30_000)
            made.page.on(
                "console",
                lambda said: made.complaints.append(said.text) if said.type in ("error", "warning") else None,
            )
            made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
            made.page.on(
                "request",
                lambda sent: made.asked.append(sent.url) if not sent.is_navigation_request() else None,
            )
            return made

        yield opened
        launched.close()
