"""The verbs together, and what becomes of errors: a sentence and an advice, never a traceback for what people did."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from importlib import import_module

import click

from seachange import __version__
from seachange.errors import SeachangeError
from seachange.report.lines import clean

VERBS = {
    "compare": "What differs between two states.",
    "plan": "What to do so that one state becomes the other.",
    "snapshot": "Write a state to a file.",
    "drift": "What has moved since a snapshot.",
    "rehearse": "Try a plan on a copy of its target.",
    "migrate": "Carry a database to another state: plan, back up, apply, verify.",
    "apply": "Carry out a plan on its target.",
    "lint": "What a migration will do to a database, told before it is run.",
    "adapt": "Make a script fit a database that it was not written for.",
    "verify": "Whether a database is what it should be.",
    "undo": "Take back what a run did.",
    "purge": "Drop for good what waits in the quarantine.",
    "status": "Who is at work in a database, and what is left to do there.",
    "history": "What was done to a database, and whether it is still there.",
    "doctor": "Which servers, programs, extensions and rights are found.",
}
"""Each verb is a module here of the same name, which holds a command of that name."""
TRACE = "SEACHANGE_DEBUG"
STOPPED = 130
OUR_FAULT = 70


class Verbs(click.Group):
    """Imports a verb when it is called for, so that none waits for what another needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command = getattr(import_module(f"seachange.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group("seachange", cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="seachange %(version)s")
def cli() -> None:
    """Carries a PostgreSQL database from the state it is in to the state it should be in, and proves that it arrived.

    A SOURCE is a database (postgresql://…, service=…, host=… dbname=…), a .sql file or a folder of them, a dump that
    pg_dump made, a .snapshot, or run:COMMAND, another tool's migrations.

    Exit codes: 0 done or equal, 1 differs, 2 not understood, 3 refused, 4 a statement failed, 5 busy, 6 unreachable.
    """


def main(arguments: Sequence[str]) -> int:
    """The exit code of a command line."""
    try:
        return _obey(arguments)
    except SeachangeError as error:
        _tell(error.message, error.advice)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as stop:
        for note in getattr(stop.__cause__ or stop, "__notes__", ()):
            _tell("stopped", note)
        return STOPPED
    except Exception as error:
        return _own_up(error)


def _obey(arguments: Sequence[str]) -> int:
    try:
        code = cli.main(list(arguments), prog_name="seachange", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return code if isinstance(code, int) else 0


def _tell(message: str, advice: str) -> None:
    for line in (f"seachange: {message}", advice):
        if line:
            click.echo(clean(line, "\n"), err=True)


def _own_up(error: Exception) -> int:
    """For what we did not foresee."""
    if os.environ.get(TRACE):
        traceback.print_exception(error)
    said = " ".join(str(error).split())
    _tell(
        f"this is a mistake of seachange's own: {type(error).__name__}: {said}",
        f"Run it again with {TRACE}=1 to see where, and please report it.",
    )
    return OUR_FAULT
