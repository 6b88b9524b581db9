"""`seachange rehearse`: a plan tried on a copy of its target."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

import click
import msgspec

from seachange.catalog.catalog import Catalog
from seachange.cli.output import output, output_options
from seachange.cli.progress import progress
from seachange.cli.sources import Reading, meant, named, reading_options, state
from seachange.errors import NotProven, NotUnderstood, StepFailed
from seachange.plan import Plan, folder
from seachange.postgres.sampling import Rows
from seachange.rehearse import Rehearsal
from seachange.rehearse import rehearse as rehearse_plan
from seachange.rehearse.report import as_json, report

AGAIN = "Make the plan again with `seachange plan`."


class Script(msgspec.Struct, frozen=True):
    """What is to be rehearsed, and where it should lead."""

    plan: Plan
    desired: Catalog
    undo: Plan | None = None


@click.command
@click.argument("plan", type=click.Path(path_type=Path))
@click.argument("target")
@click.option("--desired", metavar="SOURCE", help="The state that the plan leads to, as a source of its own.")
@click.option(
    "--undo", type=click.Path(path_type=Path), metavar="FILE", help="The plan back, rehearsed after the plan."
)
@click.option(
    "--rows",
    type=click.Choice([rows.value for rows in Rows]),
    default=Rows.SAMPLE.value,
    show_default=True,
    help="Which rows the copy has: a sample (of a small database all), all, or none.",
)
@output_options
@reading_options
def rehearse(  # noqa: PLR0913 - one for each word of the command line
    plan: Path,
    target: str,
    desired: str | None,
    undo: Path | None,
    rows: str,
    path: Path | None,
    form: str | None,
    **reading: Unpack[Reading],
) -> int:
    """Try PLAN on a copy of TARGET, which is only read: where it leads, what it locks and rewrites, whose rows survive.

    Exit code 0 says that the plan is proven, 3 that it is not, 4 that the server refused one of its steps.
    """
    out = output(path, form)
    began = datetime.now(UTC)
    script = _script(plan, undo, desired, reading)
    with progress(f"rehearsing {plan} on a copy of {named(target)}") as say:
        rehearsal = rehearse_plan(
            script.plan,
            target,
            script.desired,
            undo=script.undo,
            rows=Rows(rows),
            scratch=reading["scratch"],
            scope=meant(reading),
            desired_source=desired or "",
            say=say,
        )
    told = report(rehearsal, str(plan), named(target), script.desired)
    told = msgspec.structs.replace(told, began=began, ended=datetime.now(UTC))
    out.show(told, lambda: msgspec.json.encode(as_json(rehearsal)))
    return _code(rehearsal)


def _code(rehearsal: Rehearsal) -> int:
    if rehearsal.refused:
        return StepFailed.exit_code
    return 0 if rehearsal.proven else NotProven.exit_code


def _script(path: Path, undo: Path | None, desired: str | None, reading: Reading) -> Script:
    """What a folder says, or files.  Raises NotUnderstood where they are no plans, or none says where to."""
    if path.is_dir():
        read = folder.load(path)
        goal = state(desired, reading)[0] if desired else read.desired
        return Script(read.plan, goal, _plan(undo) if undo else read.undo)
    if desired is None:
        raise NotUnderstood(
            f"{path} does not say what the desired state is", hint="Name it as a source: --desired SOURCE."
        )
    return Script(_plan(path), state(desired, reading)[0], _plan(undo) if undo else None)


def _plan(file: Path) -> Plan:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Plan)
    except OSError as error:
        raise NotUnderstood(f"cannot read the plan {file}: {error.strerror}", hint=AGAIN) from error
    except msgspec.MsgspecError as error:
        raise NotUnderstood(f"{file} is no plan of seachange's: {error}", hint=AGAIN) from error
