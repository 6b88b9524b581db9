"""Reading the states that the command line names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

import click

from seachange.catalog.catalog import Catalog
from seachange.cli.progress import progress
from seachange.postgres.connection import shown
from seachange.postgres.read import read


class Reading(TypedDict, total=False):
    """What was asked for beyond the source itself, as `read` takes it."""

    cluster: bool
    strict: bool
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    profile: str | None
    scratch: str | None


OPTIONS = (
    click.option("--strict", is_flag=True, help="Refuse a database that holds something no kind describes."),
    click.option("--cluster", is_flag=True, help="Include what belongs to the server: roles, tablespaces."),
    click.option("--include", multiple=True, metavar="PATTERN", help="Only what matches; may be given again."),
    click.option("--exclude", multiple=True, metavar="PATTERN", help="Not what matches; may be given again."),
    click.option("--profile", metavar="NAME", help="Leave out what a platform manages: supabase, neon, rds."),
    click.option("--scratch", metavar="WHERE", help="Where scratch databases are made: beside, or a server's address."),
)


def reading_options(command: Callable[..., object]) -> Callable[..., object]:
    """The options of every verb that reads states."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def state(source: str, reading: Reading) -> Catalog:
    """The state that a source holds."""
    asked: dict[str, Any] = {name: value for name, value in reading.items() if value}
    with progress(f"reading {named(source)}"):
        return read(source, **asked)


def named(source: str) -> str:
    """What to call a source where others can read it: an address has no password then."""
    is_address = source.startswith(("postgresql://", "postgres://")) or "=" in source
    if source.startswith("run:") or Path(source).exists() or not is_address:
        return source
    return shown(source)
