"""What the manual shows at a terminal is what a terminal shows."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.docs.pages import ALL, DOCS, Typed, consoles, label
from tests.plugins.servers import Server

SHOWN = [page for page in ALL if any(consoles(page))]
WORKED = (0, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the reader of the manual is: among its examples."""
    return Path(shutil.copytree(DOCS / "examples", tmp_path / "examples"))


def test_there_is_something_to_run() -> None:
    assert {"README.md", "docs/getting-started.md"} <= {label(page) for page in SHOWN}


@pytest.mark.newest
@pytest.mark.parametrize("page", SHOWN, ids=label)
def test_console_prints_what_the_page_says(page: Path, server: Server, folder: Path) -> None:
    for typed in consoles(page):
        assert answer(typed, server, folder) == typed.printed, typed.command


@pytest.mark.newest
def test_doctor_has_the_sections_that_its_page_shows(server: Server, database: str, folder: Path) -> None:
    _, shown = (DOCS / "reference" / "doctor.md").read_text().split("$ seachange doctor service=shop\n")
    printed = answer(Typed(shlex.join(["seachange", "doctor", database]), ()), server, folder)
    assert sections(printed) == sections(shown.partition("```")[0].splitlines())


def sections(lines: Iterable[str]) -> list[str]:
    """The headings of a report in the terminal: all that is not indented, but for the verdict."""
    return [line for line in lines if line and not line.startswith(" ")][:-1]


def answer(typed: Typed, server: Server, folder: Path) -> tuple[str, ...]:
    """What a command line prints, where `server` is the PostgreSQL that is found first."""
    program, *arguments = shlex.split(typed.command)
    assert program == "seachange", "only seachange is run; other commands stand in a block of sh"
    done = subprocess.run(
        [sys.executable, "-m", "seachange", *arguments],
        cwd=folder,
        env={**os.environ, "SEACHANGE_SERVERS": str(server.installation.bin), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in WORKED, done.stderr
    return tuple(line.rstrip() for line in done.stdout.splitlines())
