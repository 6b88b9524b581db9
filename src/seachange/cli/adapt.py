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
from seachange.adapt.choosing import Ask, read
from seachange.adapt.folder import write
from seachange.adapt.passing import LIMIT
from seachange.adapt.report import as_json, report
from seachange.apply import apply
from seachange.cli.live import live
from seachange.cli.output import output, output_options
from seachange.cli.progress import progress
from seachange.cli.sources import meant, named, scope_options
from seachange.cli.terms import Agreed, agreeing, terms, terms_options
from seachange.errors import NotProven, NotUnderstood
from seachange.postgres.read import LOCAL
from seachange.repairs.repair import Question, Repair
from seachange.sql import migration


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
@click.argument("script", type=click.Path(path_type=Path))
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
def adapt(script: Path, target: str, **options: Unpack[Options]) -> int:
    """Make SCRIPT, a file or a folder of them, fit the database TARGET, and prove it on a copy.

    Exit code 0 says that the adapted script lands, 1 that some of it is still refused or not proved, 3 that a question
    waits for an answer.
    """
    out, began = output(options["path"], options["form"]), datetime.now(UTC)
    wished = terms(options)
    adaptation = _adapted(script, target, options)
    if options["to"]:
        write(options["to"], adaptation, str(script), named(target))
    told = report(adaptation, str(script), named(target))
    told = msgspec.structs.replace(told, began=began, ended=datetime.now(UTC))
    out.show(told, lambda: msgspec.json.encode(as_json(adaptation)))
    if options["apply"]:
        _refuse_unproven(adaptation)
        with live() as hears:
            outcome = agreeing(lambda agreed: apply(adaptation.folder, target, agreed, hears), wished)
        return 0 if outcome.arrived else 1
    return 0 if adaptation.proven else 3 if adaptation.unanswered and not adaptation.refused else 1


def _adapted(script: Path, target: str, options: Options) -> Adaptation:
    scripts = [migration.read(path) for path in _paths(script)]
    given = read(options["answers"]) if options["answers"] else {}
    ask: Ask | None = _asked if sys.stdin.isatty() and sys.stderr.isatty() and not options["defaults"] else None
    choosing = Choosing(given, ask, defaults=options["defaults"])
    with progress(f"adapting {script} to {named(target)}") as say:
        wish = Terms(_maps(options["map"]), options["scratch"], options["limit"], meant(options), say)
        return adapt_script(scripts, target, choosing, wish)


def _paths(script: Path) -> list[Path]:
    if not script.is_dir():
        return [script]
    if found := sorted(script.glob("*.sql")):
        return found
    raise NotUnderstood(f"{script} holds no .sql file", hint="Name the script, or the folder that it is in.")


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
