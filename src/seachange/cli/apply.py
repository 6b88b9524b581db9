"""`seachange apply`: a plan carried out on its target."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

import click
import msgspec

from seachange.apply import apply as apply_plan
from seachange.apply.outcome import Outcome
from seachange.apply.report import as_json, report
from seachange.apply.terms import Terms
from seachange.cli.live import live
from seachange.cli.output import output, output_options
from seachange.cli.sources import named, scope_options
from seachange.cli.terms import Agreed, agreeing, terms, terms_options
from seachange.errors import NotUnderstood
from seachange.plan import folder
from seachange.postgres.ledger import State
from seachange.step import Stage


class Options(Agreed):
    """All that may be said beside the plan and its target."""

    stage: int | None
    path: Path | None
    form: str | None


@click.command
@click.argument("plan", type=click.Path(path_type=Path))
@click.argument("target")
@click.option("--stage", type=int, metavar="N", help="Only this stage, whatever of it has something to do.")
@output_options
@terms_options
@scope_options
def apply(plan: Path, target: str, **options: Unpack[Options]) -> int:
    """Carry out PLAN on TARGET, or what is left of it: after whatever stopped it, the same command goes on.

    Exit code 0 says that TARGET is as the plan should leave it, 1 that it is not, 4 that the server refused a step.
    """
    out, began = output(options["path"], options["form"]), datetime.now(UTC)
    wished = msgspec.structs.replace(terms(options), stage=_stage(options["stage"]))
    made = folder.load(plan)

    def carried_out(agreed: Terms) -> Outcome:
        with live(made.seconds) as hears:
            return apply_plan(made, target, agreed, hears)

    outcome = agreeing(carried_out, wished)
    told = report(outcome, str(plan), named(target))
    told = msgspec.structs.replace(told, began=began, ended=datetime.now(UTC))
    out.show(told, lambda: msgspec.json.encode(as_json(outcome)))
    return 0 if outcome.arrived or outcome.state is State.STOPPED else 1


def _stage(number: int | None) -> Stage | None:
    if number is None:
        return None
    try:
        return Stage(number)
    except ValueError as error:
        stages = ", ".join(f"{stage.value} {stage.name.lower()}" for stage in Stage)
        raise NotUnderstood(f"there is no stage {number}", hint=f"The stages are: {stages}.") from error
