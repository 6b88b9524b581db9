"""`seachange purge`: what waits in the quarantine goes for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec

from seachange.apply.terms import Terms
from seachange.cli.output import output, output_options
from seachange.cli.progress import progress
from seachange.cli.terms import agreed_to, agreeing
from seachange.errors import NotUnderstood
from seachange.migrate.purging import Waits, waits
from seachange.migrate.purging import purge as drop
from seachange.plan.words import size
from seachange.postgres.source import named
from seachange.report import Figure, Report, Table

UNITS = {"h": "hours", "d": "days", "w": "weeks"}


@click.command
@click.argument("target")
@click.argument("run", type=int, required=False)
@click.option("--older-than", "age", metavar="AGE", help="Only what plans of longer ago put there: 12h, 30d, 8w.")
@click.option("--yes-to", default="", metavar="RISKS", help="Go on in spite of: loses-data; or all.")
@output_options
def purge(  # noqa: PLR0913 - one for each word of the command line
    target: str, run: int | None, age: str | None, yes_to: str, path: Path | None, form: str | None
) -> int:
    """Show what waits in the quarantine of TARGET, all or that of RUN, and drop it where somebody agrees.

    What is dropped cannot come back by `seachange undo`.
    """
    out, began = output(path, form), datetime.now(UTC)
    with progress(f"counting what waits in {named(target)}"):
        meant = waits(target, run, _age(age))
    out.show(_report(named(target), meant, began), lambda: msgspec.json.encode(meant))
    if not meant:
        return 0

    def dropped(terms: Terms) -> None:
        with progress("dropping it"):
            drop(target, meant, terms.agreed)

    agreeing(dropped, Terms(agreed=agreed_to(yes_to)))
    click.echo(f"It is gone for good: {_much(meant)}.", err=True)
    return 0


def _age(text: str | None) -> timedelta | None:
    if text is None:
        return None
    number, unit = text[:-1], text[-1:]
    if unit not in UNITS or not number.isdecimal():
        raise NotUnderstood(f"--older-than {text} is no age", hint="Write it as 12h, 30d or 8w.")
    return timedelta(**{UNITS[unit]: int(number)})


def _report(target: str, meant: tuple[Waits, ...], began: datetime) -> Report:
    rows = tuple(
        (
            str(one.run or "?"),
            f"{one.heap.since:%Y-%m-%d %H:%M}" if one.heap.since else one.heap.label,
            kept.kind,
            kept.name,
            f"{kept.rows:,}" if kept.rows is not None else "",
            size(kept.bytes),
        )
        for one in meant
        for kept in one.heap.kept
    )
    return Report(
        title="Quarantine",
        verdict=f"In the quarantine wait {_much(meant)}." if meant else "Nothing waits in the quarantine.",
        good=True,
        about=(("target", target),),
        figures=(
            Figure("objects", f"{len(rows):,}"),
            Figure("rows", f"{sum(one.heap.rows for one in meant):,}"),
        ),
        sections=(Table("What waits", ("run", "since", "kind", "name", "rows", "size"), rows, numeric=2),)
        if rows
        else (),
        began=began,
        ended=datetime.now(UTC),
    )


def _much(meant: tuple[Waits, ...]) -> str:
    objects = sum(len(one.heap.kept) for one in meant)
    rows = sum(one.heap.rows for one in meant)
    noun = "object" if objects == 1 else "objects"
    return f"{objects:,} {noun} with {rows:,} rows, {size(sum(one.heap.bytes for one in meant))}"
