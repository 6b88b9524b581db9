"""`seachange plan`: what to do so that one state becomes the other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

import click
import msgspec

from seachange.catalog.catalog import Catalog
from seachange.cli.output import output, output_options
from seachange.cli.progress import progress
from seachange.cli.sources import Reading, both, meant, named, reading_options
from seachange.cli.wishes import Wishing, agreed, backwards, told, wishes, wishing_options
from seachange.compare import compare
from seachange.errors import NotProven, NotUnderstood
from seachange.finding import Finding, Severity
from seachange.plan import Plan, folder, formats
from seachange.plan.formats.place import Place
from seachange.plan.report import report
from seachange.planner import goal, is_quiet
from seachange.planner import plan as forth
from seachange.planner.told import candidates
from seachange.planner.undoing import Conditions, take_back
from seachange.postgres.renaming import renamed
from seachange.postgres.sizes import measured
from seachange.rehearse import Rehearsal, rehearse
from seachange.rehearse.rehearsal import Refusal

TO = click.option("--to", "target", type=click.Path(path_type=Path), metavar="FOLDER", help="Write the plan to FOLDER.")
AS = click.option(
    "--as", "tool", type=click.Choice(formats.TOOLS), help="Write it to FOLDER as migrations of another tool."
)

NO_CAST = "42846"


class Options(Reading, Wishing):
    """All that may be said beside the two sources."""

    target: Path | None
    tool: str | None
    path: Path | None
    form: str | None
    no_rehearse: bool


@click.command
@click.argument("current")
@click.argument("desired")
@TO
@AS
@click.option("--no-rehearse", is_flag=True, help="Do not try the plan on a copy of CURRENT first.")
@output_options
@wishing_options
@reading_options
def plan(current: str, desired: str, **options: Unpack[Options]) -> int:
    """What to do so that CURRENT becomes DESIRED, and the way back, both tried on a copy of CURRENT.

    Nothing is changed in either.  Exit code 3 says that the plan did not prove itself; then nothing is written.
    """
    out, now = output(options["path"], options["form"]), datetime.now(UTC)
    _refuse_unfit(options["target"], options["tool"])
    about = (("current", named(current)), ("desired", named(desired)))
    made = _made(current, both(current, desired, options), options, now)
    made = msgspec.structs.replace(made, about=about)
    proven = True
    if not options["no_rehearse"] and made.plan.groups:
        made, proven = _rehearsed(made, current, desired, options)
    if options["target"] and proven:
        made = _written(options["target"], options["tool"], made, now)
    shown = report(made.plan, made.undo, made.about)
    shown = msgspec.structs.replace(shown, began=now, ended=datetime.now(UTC))
    out.show(shown, lambda: msgspec.json.encode({"plan": made.plan, "undo": made.undo}, order="deterministic"))
    return 0 if proven else NotProven.exit_code


def _rehearsed(made: folder.Folder, current: str, desired: str, options: Options) -> tuple[folder.Folder, bool]:
    """With what the rehearsal found, and whether the plan proved itself.

    A conversion that somebody gave may have no way back: that is told, and does not speak against the plan.
    """
    rehearsal = _tried(made, made.undo, (current, desired), options)
    findings = made.plan.findings
    refusal = rehearsal.undo.refusal if rehearsal.undo else None
    if refusal and refusal.code == NO_CAST:
        rehearsal = _tried(made, None, (current, desired), options)
        findings += (_no_way_back(refusal),)
    findings += rehearsal.findings
    said = "proven" if rehearsal.proven else "not proven"
    about = (*made.about, ("rehearsed", f"{said}, {rehearsal.seconds:.1f} s"))
    plan = msgspec.structs.replace(made.plan, findings=findings)
    return msgspec.structs.replace(made, plan=plan, about=about), rehearsal.proven


def _tried(made: folder.Folder, undo: Plan | None, sources: tuple[str, str], options: Options) -> Rehearsal:
    current, desired = sources
    with progress(f"rehearsing on a copy of {named(current)}") as say:
        return rehearse(
            made.plan,
            current,
            made.desired,
            undo=undo,
            scratch=options["scratch"],
            scope=meant(options),
            desired_source=desired,
            say=say,
        )


def _no_way_back(refusal: Refusal) -> Finding:
    return Finding(
        check="does-not-come-back",
        severity=Severity.WARNING,
        about=f"step {refusal.number} of the undo",
        message=f"The undo stops at its step {refusal.number}: {refusal.said}",
        advice="Write into the undo's file how the values are converted back, before anybody needs it.",
    )


def _refuse_unfit(target: Path | None, tool: str | None) -> None:
    """Before anything is read."""
    if tool and not target:
        raise NotUnderstood(f"--as {tool} does not say where to write", hint="Add --to FOLDER.")
    if target and not tool:
        folder.refuse_unfit(target)


def _made(source: str, states: tuple[Catalog, Catalog], options: Options, now: datetime) -> folder.Folder:
    """The plan and the way back."""
    current, desired = states
    live = measured(source)
    wished = wishes(options, desired, live.role, now)
    pairs = told(options, current, desired)
    where = options["scratch"]
    with progress("planning"):
        first = renamed(current, pairs, where)
        compared = compare(first.catalog, desired)
    if agreed_on := tuple(agreed(compared.renames)):
        pairs += agreed_on
        with progress("planning"):
            first = renamed(current, pairs, where)
    with progress("planning"):
        plan = forth(current, desired, wished, live.sizes, first)
        last = renamed(goal(first.catalog, desired), tuple((new, old) for old, new in reversed(pairs)), where)
        conditions = Conditions(first if pairs else None, last if pairs else None, live.sizes)
        undo = take_back(plan, current, desired, backwards(wished), conditions)
    left = (one for one in compared.renames if (one.old, one.new) not in pairs and not is_quiet(one.old, first.catalog))
    findings = (*plan.findings, *compared.findings, *candidates(left))
    return folder.Folder(msgspec.structs.replace(plan, findings=findings), undo, current, desired)


def _written(target: Path, tool: str | None, made: folder.Folder, now: datetime) -> folder.Folder:
    """Write it; gives it back with what people had added there."""
    if tool:
        names = formats.write(tool, Place(target, now), made.plan, made.undo)
        return msgspec.structs.replace(made, about=(*made.about, *(("written", str(target / name)) for name in names)))
    made = folder.with_added(target, made)
    folder.write(target, made)
    return msgspec.structs.replace(made, about=(*made.about, ("written", str(target))))
