"""On which terms a plan is applied: the options, and the questions that they leave open."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import time
from pathlib import Path
from typing import TypedDict, TypeVar

import click
import msgspec

from seachange.apply.consent import WORDS, granted
from seachange.apply.terms import Backup, Keep, Terms, Window
from seachange.cli.sources import Meaning, meant
from seachange.errors import NotAgreed, NotUnderstood

T = TypeVar("T")

STANDARD = Terms()
SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "": 1.0}
BYTES = {"kB": 1024.0, "MB": 1024.0**2, "GB": 1024.0**3, "TB": 1024.0**4, "B": 1.0, "": 1.0}


def amount(units: Mapping[str, float]) -> Callable[[str], float]:
    """Reads a number with a unit behind it: 500ms, 2s, 64MB."""

    def read(text: str) -> float:
        unit = next(unit for unit in units if text.endswith(unit))
        try:
            number = float(text.removesuffix(unit))
        except ValueError:
            number = -1.0
        if not 0 <= number < float("inf"):
            known = ", ".join(filter(None, units))
            raise click.BadParameter(f"{text!r} is no amount; write a number with one of {known} behind it.")
        return number * units[unit]

    return read


class Agreement(TypedDict):
    """What somebody says yes to, how long the run waits, and what is saved before."""

    yes_to: str
    patience: float
    hold: float
    max_lag: float | None
    window: str | None
    share: float
    backup: str
    backup_to: Path | None
    snapshot: str
    jobs: int


class Agreed(Agreement, Meaning):
    """The same, with the part of the target that is meant."""


OPTIONS = (
    click.option(
        "--yes-to", default="", metavar="RISKS", help=f"Go on in spite of: {', '.join(sorted(WORDS))}; or all."
    ),
    click.option(
        "--patience",
        type=amount(SECONDS),
        default="10min",
        metavar="TIME",
        show_default=True,
        help="How long a step is tried until it gets its locks.",
    ),
    click.option(
        "--hold",
        type=amount(SECONDS),
        default="2s",
        metavar="TIME",
        show_default=True,
        help="How long others may wait behind a step at most.",
    ),
    click.option("--max-lag", type=amount(BYTES), metavar="SIZE", help="Pause while a standby is this far behind."),
    click.option("--window", metavar="HOURS", help="Pause outside of these hours, such as 22:00-05:00."),
    click.option(
        "--share",
        type=click.FloatRange(0, 1, min_open=True),
        default=STANDARD.share,
        show_default=True,
        help="The part of the time that a backfill works.",
    ),
    click.option(
        "--backup",
        type=click.Choice([keep.value for keep in Keep]),
        default=STANDARD.backup.keep.value,
        show_default=True,
        help="What is saved before the first step: the schema, all with the rows, or nothing.",
    ),
    click.option(
        "--backup-to", type=click.Path(path_type=Path), metavar="PATH", help="Where it is saved.  [default: beside you]"
    ),
    click.option("--snapshot", default="", metavar="NAME", help="The snapshot that your provider took instead."),
    click.option(
        "--jobs",
        type=click.IntRange(1),
        default=STANDARD.backup.jobs,
        show_default=True,
        help="How many tables are saved at once.",
    ),
)


def terms_options(command: Callable[..., object]) -> Callable[..., object]:
    """The options of every verb that changes a database."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def terms(asked: Agreed) -> Terms:
    """The terms that the options mean.  Raises NotUnderstood before anything is read."""
    lag = asked["max_lag"]
    return Terms(
        agreed=agreed_to(asked["yes_to"]),
        backup=Backup(Keep(asked["backup"]), asked["backup_to"], asked["snapshot"], asked["jobs"]),
        patience=asked["patience"],
        hold=asked["hold"],
        max_lag=None if lag is None else int(lag),
        window=_window(asked["window"]) if asked["window"] else None,
        share=asked["share"],
        scope=meant(asked),
    )


def agreeing(carry_out: Callable[[Terms], T], wished: Terms) -> T:
    """What `carry_out` gives.  Where a yes is missing and somebody is at the terminal, they are asked for it."""
    try:
        return carry_out(wished)
    except NotAgreed as refusal:
        if not (refusal.words and sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        click.echo(refusal.message, err=True)
        if not click.confirm("Go on with it?", default=False, err=True):
            raise
        return carry_out(msgspec.structs.replace(wished, agreed=wished.agreed.union(refusal.words)))


def agreed_to(text: str) -> frozenset[str]:
    """The risks that a list of words means.  Raises NotUnderstood for a word that is none."""
    try:
        return granted(word.strip() for word in text.split(","))
    except LookupError as error:
        raise NotUnderstood(
            f"--yes-to {error.args[0]} is no risk that can be agreed to",
            hint=f"The words are {', '.join(sorted(WORDS))}, with commas between them, or all.",
        ) from error


def _window(text: str) -> Window:
    begin, dash, end = text.partition("-")
    try:
        window = Window(time.fromisoformat(begin.strip()), time.fromisoformat(end.strip()))
    except ValueError:
        window = None
    if not dash or window is None or window.begin == window.end:
        raise NotUnderstood(f"--window {text} does not say from when to when", hint="Write it as 22:00-05:00.")
    return window
