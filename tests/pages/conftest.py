"""Chromium, installed where it is missing and may be; without it these tests are skipped, and say so."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from seachange.report import Report
from seachange.report.html import html

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "chromium")
Open = Callable[..., Page]


def _chromium() -> str | None:
    if shutil.which("chromium") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(("apt-get", "update"), capture_output=True, check=False)
        subprocess.run(
            INSTALL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, capture_output=True, check=False
        )
    return shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    program = _chromium()
    if program is None:
        pytest.skip("chromium is not on this machine and could not be installed: no page was tested")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a report, or the page in a file; afterwards nothing was asked of the network, said or complained of."""
    wrong: list[str] = []
    with ExitStack() as stack:

        def give(what: Report | Path, width: int = 1280, scheme: str = "light") -> Page:
            path = what if isinstance(what, Path) else tmp_path / "report.html"
            if isinstance(what, Report):
                path.write_text(html(what))
            context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
            stack.callback(context.close)
            page = context.new_page()
            page.on("console", lambda message: wrong.append(f"console: {message.text}"))
            page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
            page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
            page.on("request", lambda request: wrong.append(request.url) if request.url != path.as_uri() else None)
            page.goto(path.as_uri())
            return page

        yield give
    assert wrong == []
