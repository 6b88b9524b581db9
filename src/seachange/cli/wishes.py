"""What people wish of a plan, on the command line and in seachange.toml."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypedDict

import click
import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.ref import Ref
from seachange.catalog.scope import pattern
from seachange.compare.renames import Rename
from seachange.config import config
from seachange.errors import NotUnderstood
from seachange.planner import Wishes
from seachange.planner.told import Pair, column, pair


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


def wishes(asked: Wishing, desired: Catalog, role: str, now: datetime) -> Wishes:
    """What the planner is told.  What seachange.toml says of a column that is no more is passed over."""
    kept = {name: value for name, value in config(Path()).plan.usings.items() if _is_named(name, desired)}
    said = {**kept, **dict(_halves(asked["using"], "--using"))}
    return Wishes(
        online=not asked["offline"],
        quarantine="" if asked["no_quarantine"] else now.strftime("%Y%m%d_%H%M%S"),
        usings=_usings(said, desired),
        role=role,
    )


def backwards(wished: Wishes) -> Wishes:
    """What the planner is told of the way back: what the plan made waits under a label of its own, and how values are
    converted says nothing of how they become what they were.
    """
    return msgspec.structs.replace(wished, quarantine=wished.quarantine and f"{wished.quarantine}_undo", usings={})


def told(asked: Wishing, current: Catalog, desired: Catalog) -> tuple[Pair, ...]:
    """What was renamed, as people say.  What seachange.toml says of a rename that is done already is passed over."""
    kept = [(old, new) for old, new in config(Path()).plan.renames.items() if _is_named(old, current)]
    said = [*kept, *_halves(asked["rename"], "--rename")]
    return tuple(pair(pattern(old), pattern(new), current, desired) for old, new in said)


def agreed(candidates: Iterable[Rename]) -> Iterator[Pair]:
    """Those that somebody at the terminal says were renamed."""
    for one in candidates if _is_asked() else ():
        question = f"Was {one.old} renamed to {'.'.join(one.new.names)}?  ({'; '.join(one.evidence)})"
        if click.confirm(question, default=False, err=True):
            yield one.old, one.new


def _is_asked() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _is_named(text: str, catalog: Catalog) -> bool:
    parts = pattern(text).parts
    return any(ref.names == parts for ref in catalog.facts)


def _usings(said: Mapping[str, str], desired: Catalog) -> Mapping[Ref, str]:
    return {column(pattern(name).parts, desired): expression for name, expression in said.items()}


def _halves(texts: Iterable[str], option: str) -> Iterator[tuple[str, str]]:
    """Each text at its first equals sign that is not in quotes."""
    for text in texts:
        ends = (at for at, letter in enumerate(text) if letter == "=" and text.count('"', 0, at) % 2 == 0)
        at = next(ends, 0)
        name, value = text[:at].strip(), text[at + 1 :].strip()
        if not (name and value):
            raise NotUnderstood(f"{option} {text!r} does not say what becomes what", hint=f"Write {option} NAME=VALUE.")
        yield name, value
