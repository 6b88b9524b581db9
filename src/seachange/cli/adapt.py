"""`seachange adapt`: a script made to fit a database that it was not written for."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

import click
import msgspec

from seachange.adapt import Adaptation, Choosing, Terms
from seachange.adapt import adapt as adapt_script
from seachange.adapt.choosing import Ask
from seachange.adapt.choosing import read as read_answers
from seachange.adapt.folder import refuse_unfit, write
from seachange.adapt.going_on import begun
from seachange.adapt.passing import LIMIT
from seachange.adapt.report import as_json, report
from seachange.apply import Outcome, apply
from seachange.apply.report import report as told_of_run
from seachange.apply.terms import Terms as Agreement
from seachange.cli.live import live
from seachange.cli.output import Form, output, output_options
from seachange.cli.progress import progress
from seachange.cli.sources import meant, named, scope_options
from seachange.cli.terms import Agreed, agreeing, terms, terms_options
from seachange.cli.text import text
from seachange.errors import NotProven, NotUnderstood
from seachange.plan.folder import Folder
from seachange.postgres.read import LOCAL, read
from seachange.postgres.recording import RUN, recorded, state
from seachange.repairs.repair import Question, Repair
from seachange.sql.migration import Migration, read_all, taken_apart

STDIN, STDIN_NAME = "-", "<stdin>"


class Wishes(TypedDict):
    """How the script is adapted."""

    map: tuple[str, ...]
    answers: Path | None
    defaults: bool
    limit: int
    to: Path | None
    apply: bool
    scratch: str


class Options(Wishes, Agreed):
    """All that may be said beside the script and its target."""

    path: Path | None
    form: str | None


@click.command
@click.argument("script")
@click.argument("target")
@click.option("--map", multiple=True, metavar="NAME=NAME", help="What the script calls NAME is called NAME here.")
@click.option("--answers", type=click.Path(path_type=Path), metavar="FILE", help="Answers to the questions, in TOML.")
@click.option("--defaults", is_flag=True, help="Take the first answer to every question.")
@click.option("--limit", type=click.IntRange(1), default=LIMIT, show_default=True, help="Seconds for a statement.")
@click.option(
    "--to", type=click.Path(path_type=Path), metavar="FOLDER", help="Write the adapted script and its papers there."
)
@click.option("--apply", is_flag=True, help="Then run it on TARGET, by way of its ledger.")
@click.option("--scratch", metavar="WHERE", default=LOCAL, show_default=True, help="Where the copy is made.")
@output_options
@terms_options
@scope_options
def adapt(script: str, target: str, **options: Unpack[Options]) -> int:
    """Make SCRIPT fit the database TARGET, and prove it on a copy.

    SCRIPT is a file, a folder of them, - for stdin, or run:COMMAND, another tool's migrations.

    Exit code 0 says that the adapted script lands, 1 that some of it is still refused or not proved, 3 that a question
    waits for an answer.
    """
    out, began = output(options["path"], options["form"]), datetime.now(UTC)
    wished = terms(options)
    if options["to"]:
        refuse_unfit(options["to"], options["answers"])
    scripts = _read(script, target, options["scratch"])
    if options["apply"]:
        _refuse_rows(scripts)
        if found := begun(scripts, target):
            click.echo(f"Run {found[0]} of this script did not come to its end: it goes on.", err=True)
            return _carried_out(found[1], target, wished)
    adaptation = _adapted(scripts, target, options)
    if options["to"]:
        write(options["to"], adaptation, script, named(target), options["answers"])
    told = report(adaptation, script, named(target), whole=out.form is not Form.TEXT)
    told = msgspec.structs.replace(told, began=began, ended=datetime.now(UTC))
    out.show(told, lambda: msgspec.json.encode(as_json(adaptation)))
    if options["apply"]:
        _refuse_unproven(adaptation)
        return _carried_out(adaptation.folder, target, wished)
    return 0 if adaptation.proven else 3 if adaptation.unanswered and not adaptation.refused else 1


def _carried_out(folder: Folder, target: str, wished: Agreement) -> int:
    """Run it; what was done is told beside the report on the script."""

    def carried_out(agreed: Agreement) -> Outcome:
        with live() as hears:
            return apply(folder, target, agreed, hears)

    outcome = agreeing(carried_out, wished)
    click.echo(text(told_of_run(outcome, "the adapted script", named(target))), err=True)
    return 0 if outcome.arrived else 1


def _adapted(scripts: tuple[Migration, ...], target: str, options: Options) -> Adaptation:
    given = read_answers(options["answers"]) if options["answers"] else {}
    ask: Ask | None = _asked if sys.stdin.isatty() and sys.stderr.isatty() and not options["defaults"] else None
    choosing = Choosing(given, ask, defaults=options["defaults"])
    with progress(f"adapting to {named(target)}") as say:
        wish = Terms(_maps(options["map"]), options["scratch"], options["limit"], meant(options), say)
        return adapt_script(scripts, target, choosing, wish)


def _read(script: str, target: str, scratch: str) -> tuple[Migration, ...]:
    """The files, what comes from stdin, or what another tool sends to a copy of the target."""
    if script == STDIN:
        found: tuple[Migration, ...] = (taken_apart(sys.stdin.buffer.read(), STDIN_NAME),)
    elif script.startswith(RUN):
        with progress(f"recording {script}") as say:
            say("reading the target")
            catalog = read(target, scratch=scratch)
            against = state(target, catalog)
            found = recorded([script], against, catalog.origin.version, scratch, whole=True)
    else:
        found = read_all([Path(script)])
    if any(one.up for one in found):
        return found
    raise NotUnderstood(
        f"{script} holds no statement to run", hint="Name the script, the folder that it is in, run:COMMAND, or -."
    )


def _refuse_rows(scripts: tuple[Migration, ...]) -> None:
    if found := next((one for script in scripts for one in script.up if one.rows is not None), None):
        raise NotUnderstood(
            f"{found.place}: rows that follow a COPY are not carried out by --apply",
            hint="Adapt it without --apply and run it with psql, or write the rows as INSERT.  Nothing was changed.",
        )


def _maps(pairs: tuple[str, ...]) -> dict[str, str]:
    found = dict(pair.partition("=")[::2] for pair in pairs)
    if wrong := [pair for pair in pairs if "=" not in pair]:
        raise NotUnderstood(
            f"--map {wrong[0]} does not say what is meant", hint="Write --map organization=core.organization."
        )
    return found


def _asked(question: Question) -> Repair:
    """Somebody at the terminal chooses."""
    click.echo(f"\n{question.asks}", err=True)
    for number, repair in enumerate(question.repairs, 1):
        click.echo(f"  {number}. {repair.name}: {repair.does} {repair.follows}".rstrip(), err=True)
    chosen = click.prompt("Which", type=click.IntRange(1, len(question.repairs)), default=1, err=True)
    return question.repairs[int(chosen) - 1]


def _refuse_unproven(adaptation: Adaptation) -> None:
    if not adaptation.proven:
        raise NotProven("the script was not applied: it did not prove itself on a copy", hint="TARGET was not changed.")
