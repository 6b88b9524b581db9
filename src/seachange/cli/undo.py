"""`seachange undo`: what a run did is taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

import click
import msgspec

from seachange.apply.outcome import Outcome
from seachange.apply.report import as_json, report
from seachange.apply.terms import Terms
from seachange.cli.live import live
from seachange.cli.output import output, output_options
from seachange.cli.progress import progress
from seachange.cli.sources import named, scope_options
from seachange.cli.terms import Agreed, agreeing, terms, terms_options
from seachange.cli.text import text
from seachange.errors import NotProven
from seachange.migrate.undoing import Back, carry_out, rehearsed, way_back
from seachange.plan.report import brief
from seachange.postgres.making import LOCAL
from seachange.rehearse import Rehearsal


class Options(Agreed):
    """All that may be said beside the target and the run."""

    no_rehearse: bool
    scratch: str
    path: Path | None
    form: str | None


@click.command
@click.argument("target")
@click.argument("run", type=int, required=False)
@click.option("--no-rehearse", is_flag=True, help="Do not try the way back on a copy of TARGET first.")
@click.option(
    "--scratch", metavar="WHERE", default=LOCAL, show_default=True, help="Where it is tried: local, beside, an address."
)
@output_options
@terms_options
@scope_options
def undo(target: str, run: int | None, **options: Unpack[Options]) -> int:
    """Take back what RUN did to TARGET, by default the latest run that is not taken back.

    A run that did not come to its end is taken back as far as it came.  What was put into the quarantine comes back
    with its rows; what cannot come back is said before.
    """
    out, began, wished = output(options["path"], options["form"]), datetime.now(UTC), terms(options)
    with progress(f"reading {named(target)}"):
        back = way_back(target, run, wished.scope, scratch=options["scratch"])
    if not options["no_rehearse"] and back.folder.plan.groups and not back.goes_on:
        back = _rehearsed(back, target, wished, options["scratch"])
    else:
        told(back)

    def carried_out(agreed: Terms) -> Outcome:
        with live(back.folder.seconds) as hears:
            return carry_out(back, target, agreed, hears)

    outcome = agreeing(carried_out, wished)
    shown = report(outcome, f"the way back from run {back.run.run}", named(target))
    shown = msgspec.structs.replace(shown, title="Undo", began=began, ended=datetime.now(UTC))
    out.show(shown, lambda: msgspec.json.encode(as_json(outcome)))
    return 0 if outcome.arrived else 1


def told(back: Back, rehearsal: Rehearsal | None = None) -> None:
    """Show the way back before anybody agrees to it."""
    folder, seconds = back.folder, rehearsal.plan.by_stage if rehearsal else {}
    click.echo(text(brief(folder.plan, folder.about, "The way back", seconds)), err=True)


def _rehearsed(back: Back, target: str, wished: Terms, scratch: str) -> Back:
    with progress(f"rehearsing on a copy of {named(target)}") as say:
        folder, rehearsal = rehearsed(back, target, wished.scope, scratch=scratch, say=say)
    back = msgspec.structs.replace(back, folder=folder)
    told(back, rehearsal)
    if not rehearsal.proven:
        raise NotProven(
            f"the way back from run {back.run.run} did not prove itself on a copy",
            hint="Nothing was changed.  The findings say why; --no-rehearse goes on in spite of them.",
        )
    return back
