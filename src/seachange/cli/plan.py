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
from seachange.cli.wishes import Wishing, agreed, order, wishing_options
from seachange.errors import NotProven, NotUnderstood
from seachange.migrate.making import Where, made, tried
from seachange.plan import folder, formats
from seachange.plan.formats.place import Place
from seachange.plan.report import report

TO = click.option("--to", "target", type=click.Path(path_type=Path), metavar="FOLDER", help="Write the plan to FOLDER.")
AS = click.option(
    "--as", "tool", type=click.Choice(formats.TOOLS), help="Write it to FOLDER as migrations of another tool."
)


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
    ready = msgspec.structs.replace(_made(current, both(current, desired, options), options, now), about=about)
    proven = True
    if not options["no_rehearse"] and ready.plan.groups:
        with progress(f"rehearsing on a copy of {named(current)}") as say:
            where = Where(current, desired, scratch=options["scratch"], scope=meant(options), say=say)
            ready, rehearsal = tried(ready, where)
        proven = rehearsal.proven
    if options["target"] and proven:
        ready = _written(options["target"], options["tool"], ready, now)
    shown = report(ready.plan, ready.undo, ready.about)
    shown = msgspec.structs.replace(shown, began=now, ended=datetime.now(UTC))
    out.show(shown, lambda: msgspec.json.encode({"plan": ready.plan, "undo": ready.undo}, order="deterministic"))
    return 0 if proven else NotProven.exit_code


def _refuse_unfit(target: Path | None, tool: str | None) -> None:
    """Before anything is read."""
    if tool and not target:
        raise NotUnderstood(f"--as {tool} does not say where to write", hint="Add --to FOLDER.")
    if target and not tool:
        folder.refuse_unfit(target)


def _made(source: str, states: tuple[Catalog, Catalog], options: Options, now: datetime) -> folder.Folder:
    """The plan and the way back, once more where somebody says that more was renamed."""
    asked = order(options)
    with progress("planning"):
        found = made(source, states, asked, now, options["scratch"])
    if more := tuple(agreed(found.compared.renames)):
        with progress("planning"):
            found = made(source, states, msgspec.structs.replace(asked, agreed=more), now, options["scratch"])
    return found.folder


def _written(target: Path, tool: str | None, made: folder.Folder, now: datetime) -> folder.Folder:
    """Write it; gives it back with what people had added there."""
    if tool:
        names = formats.write(tool, Place(target, now), made.plan, made.undo)
        return msgspec.structs.replace(made, about=(*made.about, *(("written", str(target / name)) for name in names)))
    made = folder.with_added(target, made)
    folder.write(target, made)
    return msgspec.structs.replace(made, about=(*made.about, ("written", str(target))))
