"""`seachange migrate`: plan, rehearse, back up, apply, verify and report, with one consent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

import click
import msgspec

from seachange.apply.terms import Terms
from seachange.cli.live import live
from seachange.cli.output import output, output_options
from seachange.cli.progress import progress
from seachange.cli.sources import Reading, meant, named, reading_options
from seachange.cli.terms import Agreed, agreeing, terms, terms_options
from seachange.cli.text import text
from seachange.cli.wishes import Wishing, agreed, order, wishing_options
from seachange.errors import NotProven, StepFailed
from seachange.migrate.job import carry_out, prepare
from seachange.migrate.making import Order, Where
from seachange.migrate.migration import Migration, Ready
from seachange.migrate.report import as_json, report
from seachange.plan.report import brief

RUNS = Path("seachange-runs")


class Options(Reading, Wishing, Agreed):
    """All that may be said beside the target and the desired state."""

    to: Path | None
    path: Path | None
    form: str | None


@click.command
@click.argument("target")
@click.argument("desired")
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where the plan and the documents go.  [default: seachange-runs/DATABASE-TIME]",
)
@output_options
@wishing_options
@terms_options
@reading_options
def migrate(target: str, desired: str, **options: Unpack[Options]) -> int:
    """Carry the database TARGET to the state that DESIRED holds, and prove that it arrived.

    A plan is made and tried on a copy; what it does is shown, and somebody agrees to it once.  Then TARGET is backed
    up, the plan applied and the outcome verified.  After whatever stopped it, the same command goes on.

    Exit code 0 says that TARGET is as DESIRED says and nothing is broken, 1 that it is not.
    """
    out, now, wished = output(options["path"], options["form"]), datetime.now(UTC), terms(options)
    to = options["to"] or RUNS / f"{_database(target)}-{now:%Y%m%dT%H%M%SZ}"
    ready = _ready(target, desired, options, order(options))
    if not ready.is_needed:
        click.echo(f"There is nothing to do: {named(target)} is as {named(desired)} says.")
        return 0
    _show(ready)

    def carried_out(terms: Terms) -> Migration:
        with live(ready.folder.seconds) as hears:
            return carry_out(ready, terms, hears, to=to, scratch=options["scratch"])

    migration = agreeing(carried_out, wished)
    told = msgspec.structs.replace(report(migration), began=now, ended=datetime.now(UTC))
    out.show(told, lambda: msgspec.json.encode(as_json(migration)))
    return 0 if migration.good else 1


def _ready(target: str, desired: str, options: Options, asked: Order) -> Ready:
    """Planned and tried, once more where somebody says that more was renamed."""
    with progress(f"preparing {named(target)}") as say:
        where = Where(target, desired, scratch=options["scratch"], scope=meant(options), say=say)
        ready = prepare(where, asked, strict=options["strict"], cluster=options["cluster"])
    if not (more := tuple(agreed(ready.renames))):
        return ready
    with progress(f"preparing {named(target)}") as say:
        again = msgspec.structs.replace(where, say=say)
        return prepare(
            again, msgspec.structs.replace(asked, agreed=more), strict=options["strict"], cluster=options["cluster"]
        )


def _database(target: str) -> str:
    """The last word of what it is called, which is the name of the database or of the service."""
    return named(target).rpartition("/")[2].rpartition(" ")[2]


def _show(ready: Ready) -> None:
    """What will be done, before anybody agrees to it.  Raises NotProven where the plan is not to be trusted."""
    seconds = ready.rehearsal.plan.by_stage if ready.rehearsal else {}
    click.echo(text(brief(ready.folder.plan, ready.folder.about, "Plan", seconds)), err=True)
    if ready.goes_on:
        click.echo(f"Run {ready.goes_on} did not come to its end: it goes on with this plan.\n", err=True)
    if ready.rehearsal and ready.rehearsal.refused:
        raise StepFailed("a step was refused on the copy; the findings say why", hint="Nothing was changed.")
    if ready.rehearsal and not ready.rehearsal.proven:
        raise NotProven("the plan did not prove itself on a copy; the findings say why", hint="Nothing was changed.")
