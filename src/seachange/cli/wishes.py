"""What people wish of a plan, on the command line and in seachange.toml."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypedDict

import click

from seachange.compare.renames import Rename
from seachange.config import config
from seachange.errors import NotUnderstood
from seachange.migrate.making import Order
from seachange.planner.told import Pair


class Wishing(TypedDict):
    """How the plan is to be."""

    rename: tuple[str, ...]
    using: tuple[str, ...]
    offline: bool
    no_quarantine: bool


OPTIONS = (
    click.option("--rename", multiple=True, metavar="OLD=NEW", help="OLD was renamed; may be given again."),
    click.option(
        "--using", multiple=True, metavar="COLUMN=EXPRESSION", help="What a column's values become; may be given again."
    ),
    click.option("--offline", is_flag=True, help="Plain steps, for when nobody uses the database."),
    click.option("--no-quarantine", is_flag=True, help="Drop tables and columns with their rows, for good."),
)


def wishing_options(command: Callable[..., object]) -> Callable[..., object]:
    """The options of every verb that makes a plan."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def order(asked: Wishing) -> Order:
    """What people ask for, here and in seachange.toml."""
    project = config(Path()).plan
    return Order(
        renames=tuple(_halves(asked["rename"], "--rename")),
        usings=tuple(_halves(asked["using"], "--using")),
        done_renames=tuple(project.renames.items()),
        done_usings=tuple(project.usings.items()),
        online=not asked["offline"],
        quarantine=not asked["no_quarantine"],
    )


def agreed(candidates: Iterable[Rename]) -> Iterator[Pair]:
    """Those that somebody at the terminal says were renamed."""
    for one in candidates if _is_asked() else ():
        question = f"Was {one.old} renamed to {'.'.join(one.new.names)}?  ({'; '.join(one.evidence)})"
        if click.confirm(question, default=False, err=True):
            yield one.old, one.new


def _is_asked() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _halves(texts: Iterable[str], option: str) -> Iterator[tuple[str, str]]:
    """Each text at its first equals sign that is not in quotes."""
    for text in texts:
        ends = (at for at, letter in enumerate(text) if letter == "=" and text.count('"', 0, at) % 2 == 0)
        at = next(ends, 0)
        name, value = text[:at].strip(), text[at + 1 :].strip()
        if not (name and value):
            raise NotUnderstood(f"{option} {text!r} does not say what becomes what", hint=f"Write {option} NAME=VALUE.")
        yield name, value
