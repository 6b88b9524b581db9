"""`seachange history`: what was done to a database, and whether it is still there."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from seachange.apply.history import audit, audited, listing, one, told
from seachange.apply.history import history as runs_of
from seachange.cli.output import Output, output, output_options
from seachange.cli.progress import progress
from seachange.cli.sources import named
from seachange.compare.comparison import Comparison, as_json
from seachange.errors import NotUnderstood
from seachange.migrate.documents import handed_over, write

AUDIT = "audit"


@click.command
@click.argument("target")
@click.argument("run", required=False)
@click.option(
    "--documents",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write what is handed over after RUN to FOLDER.",
)
@output_options
def history(target: str, run: str | None, documents: Path | None, path: Path | None, form: str | None) -> int:
    """The runs in TARGET, or one RUN with its steps and waits.

    `history audit TARGET` tells which of the changes that runs have made are no longer there: exit code 1 if any.
    """
    out = output(path, form)
    if target == AUDIT:
        return _audit(run, out)
    if documents:
        write(documents, handed_over(target, _number(run or "")))
    if run is None:
        runs = runs_of(target)
        out.show(listing(runs, named(target)), lambda: msgspec.json.encode({"runs": runs}))
    else:
        found = told(target, _number(run))
        out.show(one(found, named(target)), lambda: msgspec.json.encode(found))
    return 0


def _audit(target: str | None, out: Output) -> int:
    if target is None:
        raise NotUnderstood("history audit names no database", hint="Write seachange history audit TARGET.")
    with progress(f"reading {named(target)}"):
        found = audit(target)
    machine = {"recorded": found.recorded, "runs": found.runs, "gone": as_json(Comparison(found.gone))["changes"]}
    out.show(audited(found, named(target)), lambda: msgspec.json.encode(machine))
    return 1 if found.gone else 0


def _number(text: str) -> int:
    if not text.isdecimal():
        raise NotUnderstood(f"{text!r} is no number of a run", hint="`seachange history TARGET` lists them.")
    return int(text)
