"""The built site, served on this machine, and a browser that tells what went wrong on a page."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

SITE = Path(__file__).resolve().parents[3] / "dist/site"
#: Pages that are the report of an estimate.
REPORTS = ("-python.html", "-r.html")
#: Written by rustdoc and by the report of an estimate, not by this site's theme.
FOREIGN = ("reference/rust/api/", *REPORTS)


def paths() -> list[str]:
    """Every page of the site, as its address under the root; of rustdoc's the first ones of each crate."""
    files = sorted(SITE.rglob("*.html"))
    assert files, f"there is no site in {SITE}: run `make site`"
    found = (str(file.relative_to(SITE)).removesuffix("index.html") for file in files)
    return [path for path in found if path != "404.html" and not repeated(path)]


def repeated(path: str) -> bool:
    """Whether a page is one of rustdoc's hundreds below the start of a crate and the list of its items."""
    name = path.partition("reference/rust/api/")[2].partition("/")[2]
    return name not in ("", "all.html")


def own_paths() -> list[str]:
    """The pages that the theme makes."""
    return [path for path in paths() if not any(mark in path for mark in FOREIGN)]


def reports() -> list[str]:
    """The pages that are the report of an estimate."""
    found = [path for path in paths() if path.endswith(REPORTS)]
    assert found
    return found


def base() -> str:
    """The folder of its host that the site is served in, for which its page for unknown addresses is made."""
    settings = (Path(__file__).resolve().parents[1] / "mkdocs.yml").read_text()
    found = re.search(r"(?m)^site_url: (.*)", settings)
    assert found
    return urlsplit(found[1]).path


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files as a host of static sites does, and says nothing."""

    def translate_path(self, path: str) -> str:
        """The file of an address; outside of the site's folder there is none."""
        if not path.startswith(base()):
            return str(SITE / "none")
        return super().translate_path("/" + path.removeprefix(base()))

    def send_error(self, code: int, *_: object) -> None:
        """Answer what is not there with the site's own page for it."""
        body = (SITE / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the site is served."""
    handler = functools.partial(Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{base()}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


class Visit:
    """A page that is open, and all faults that the browser met."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.faults = page, address, []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._asked)
        page.on("response", self._answered)

    def go(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(self.address + path, wait_until="load", timeout=120_000)
        return self.page

    def _said(self, message: object) -> None:
        # Rustdoc has Chromium load fonts ahead of pages that do not use them.
        idle = message.text.startswith("A preload for")
        if message.type in ("error", "warning") and not idle:
            self.faults.append(f"console: {message.text}")

    def _asked(self, request: object) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.faults.append(f"another host: {request.url}")

    def _answered(self, response: object) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """A fresh page on a desktop."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield Visit(page, address)
    page.close()


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Visit]:
    """A fresh page, 360 pixels wide."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    yield Visit(page, address)
    page.close()
