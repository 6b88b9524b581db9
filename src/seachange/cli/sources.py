"""Reading the states that the command line names, and of them what is meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

import click

from seachange.catalog.catalog import Catalog
from seachange.catalog.profiles import PLATFORMS, profile
from seachange.catalog.scope import Scope, pattern, scoped, unmatched
from seachange.cli.progress import progress
from seachange.config import config
from seachange.errors import NotUnderstood
from seachange.postgres.read import LOCAL, read_both, read_with_token
from seachange.postgres.source import named as named


class Meaning(TypedDict):
    """Which part of a state is meant."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]
    profile: str | None


class Reading(Meaning):
    """How sources are read, and which part of them is meant."""

    strict: bool
    cluster: bool
    scratch: str


SCOPE = (
    click.option("--include", multiple=True, metavar="PATTERN", help="Only what matches; may be given again."),
    click.option("--exclude", multiple=True, metavar="PATTERN", help="Not what matches; may be given again."),
    click.option("--profile", type=click.Choice(list(PLATFORMS)), help="Leave out what this platform manages."),
)
OPTIONS = (
    click.option("--strict", is_flag=True, help="Refuse a database that holds something no kind describes."),
    click.option("--cluster", is_flag=True, help="Include what belongs to the server: roles, tablespaces."),
    *SCOPE,
    click.option(
        "--scratch",
        metavar="WHERE",
        default=LOCAL,
        show_default=True,
        help="Where scratch databases are made: local, local:17, beside, or a server's address.",
    ),
)


def reading_options(command: Callable[..., object]) -> Callable[..., object]:
    """The options of every verb that reads a state."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def scope_options(command: Callable[..., object]) -> Callable[..., object]:
    """The options of every verb that works on a part of a database."""
    for option in reversed(SCOPE):
        command = option(command)
    return command


def both(current: str, desired: str, reading: Reading) -> tuple[Catalog, Catalog]:
    """The part that is meant of both states."""
    asked = _asked(reading)
    with progress(f"reading {named(current)} and {named(desired)}"):
        found = read_both(current, desired, **_how(reading))
    _refuse_unmatched(asked, found)
    meant = _meant(asked, reading)
    return scoped(found[0], meant), scoped(found[1], meant)


def state(source: str, reading: Reading) -> tuple[Catalog, str | None]:
    """The part that is meant of a state, and the server's word for where its catalogs stood."""
    asked = _asked(reading)
    with progress(f"reading {named(source)}"):
        catalog, token = read_with_token(source, **_how(reading))
    _refuse_unmatched(asked, (catalog,))
    return scoped(catalog, _meant(asked, reading)), token


def meant(reading: Meaning) -> Scope:
    """The part that people asked for, without what the platform keeps for itself."""
    return _meant(_asked(reading), reading)


class How(TypedDict):
    """How sources are read, as `read` has it."""

    strict: bool
    cluster: bool
    scratch: str


def _how(reading: Reading) -> How:
    return How(strict=reading["strict"], cluster=reading["cluster"], scratch=reading["scratch"])


def _asked(reading: Meaning) -> Scope:
    """What people asked for, here and in seachange.toml.  Raises NotUnderstood before anything is read."""
    project = config(Path())
    return Scope(
        tuple(map(pattern, reading["include"] or project.include)),
        tuple(map(pattern, (*reading["exclude"], *project.exclude))),
    )


def _meant(asked: Scope, reading: Meaning) -> Scope:
    """Without what the platform keeps for itself."""
    return Scope(asked.include, (*asked.exclude, *profile(reading["profile"] or config(Path()).profile)))


def _refuse_unmatched(asked: Scope, found: tuple[Catalog, ...]) -> None:
    if lost := unmatched(asked, found):
        raise NotUnderstood(
            f"nothing matches {', '.join(lost)}",
            hint="A pattern is a path such as shop.order*, before it perhaps a kind: index:shop.ix_*.",
        )
