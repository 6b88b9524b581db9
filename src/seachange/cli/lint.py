"""`seachange lint`: what a migration will do to a database, told before it is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

import click
import msgspec

from seachange.catalog.profiles import PLATFORMS
from seachange.catalog.undisturbed import undisturbed
from seachange.checks.customs import customs
from seachange.cli.output import ENDINGS, Form, Output, output, path_option
from seachange.cli.progress import progress
from seachange.config import FailOn, Linting, config
from seachange.errors import NotWritten
from seachange.lint import Ground, Linted, Wishes, advise, wishes
from seachange.lint import lint as look
from seachange.lint.files import files as read_files
from seachange.lint.files import scripts
from seachange.lint.fixing import Fixed, fixed
from seachange.lint.ground import NOWHERE
from seachange.lint.sharing import shared
from seachange.sql.migration import Migration

RUN = "run:"
SARIF, GITHUB = "sarif", "github"
NOT_READ = 2
WRITABLE = 0o222
"""The bits of a file's mode that let somebody write to it."""
NOTHING = "Name SQL files, folders of them, or - for stdin; or a state to look at, with --against."


class Asked(TypedDict):
    """What the command line says of the checks, and of what the scripts land on."""

    against: str | None
    scratch: str | None
    profile: str | None
    only: tuple[str, ...]
    exclude: tuple[str, ...]
    optional: tuple[str, ...]
    pg_version: int | None
    assume_in_transaction: bool
    fail_on: str | None
    fix: bool
    diff: bool
    measure: bool
    explain: str | None
    listing: bool


OPTIONS: tuple[Callable[[Callable[..., object]], Callable[..., object]], ...] = (
    click.option("--against", metavar="SOURCE", help="The state that the files land on; alone: look at that."),
    click.option("--only", multiple=True, metavar="CHECK", help="Only this check; may be given again."),
    click.option("--exclude", multiple=True, metavar="CHECK", help="Not this check; may be given again."),
    click.option("--with", "optional", multiple=True, metavar="CHECK", help="This optional check, too; or all."),
    click.option("--pg-version", type=int, metavar="MAJOR", help="The server's version.  [default: 18, or SOURCE's]"),
    click.option("--assume-in-transaction", is_flag=True, help="Each file is run in a transaction."),
    click.option("--measure", is_flag=True, help="Run the files on a copy of SOURCE, and see what they lock."),
    click.option("--fix", is_flag=True, help="Change in the files what a machine may change."),
    click.option("--diff", is_flag=True, help="Show what --fix would change."),
    click.option(
        "--fail-on",
        type=click.Choice([level.value for level in FailOn]),
        help="What ends with exit code 1: this or worse.  [default: error]",
    ),
    click.option("--profile", type=click.Choice(list(PLATFORMS)), help="Leave out what this platform manages."),
    click.option(
        "--scratch",
        metavar="WHERE",
        help="Where scratch databases are made: local, local:17, or a server's address.  [default: local]",
    ),
    click.option("--explain", metavar="CHECK", help="Show the page of a check, and do nothing else."),
    click.option("--list", "listing", is_flag=True, help="Show a table of all checks, and do nothing else."),
)


def _options(command: Callable[..., object]) -> Callable[..., object]:
    forms = click.Choice([*(form.value for form in Form), SARIF, GITHUB])
    for option in reversed(OPTIONS):
        command = option(command)
    command = click.option("--format", "form", type=forms, help="How to write it.  [default: by FILE, else text]")(
        command
    )
    return path_option(command)


@click.command
@click.argument("files", nargs=-1, metavar="[FILES]...")
@_options
def lint(files: tuple[str, ...], path: Path | None, form: str | None, **asked: Unpack[Asked]) -> int:
    """What FILES will do to a database: what they lock, rewrite, lose and break, and how to do it otherwise.

    FILES are SQL files, folders of them, - for stdin, or run:COMMAND, another tool's migrations.

    Exit code 1 says that something is wrong, 2 that a file cannot be read.
    """
    out, began = output(path, _usual(form)), datetime.now(UTC)
    if asked["explain"] or asked["listing"]:
        return _told_of_checks(out, asked["explain"])
    _refuse_senseless(files, asked)
    project = config(Path())
    settings = project.lint
    wanted = msgspec.structs.replace(_wishes(settings, asked), customs=customs(project))
    with undisturbed():
        changes, linted = _linted(files, wanted, asked)
    if asked["diff"]:
        return _diff(out, changes, linted)
    if asked["fix"]:
        _write(changes)
    _show(out, _form(path, form), (linted, changes), began)
    return _code(linted, FailOn(asked["fail_on"] or settings.fail_on))


def _told_of_checks(out: Output, name: str | None) -> int:
    from seachange.cli.explaining import explained, listed

    if name:
        explained(name)
    else:
        listed(out)
    return 0


def _refuse_senseless(files: tuple[str, ...], asked: Asked) -> None:
    changes = asked["fix"] or asked["diff"]
    if not files and not asked["against"]:
        raise click.UsageError(NOTHING)
    if asked["measure"] and not (files and asked["against"]):
        raise click.UsageError("--measure runs files on a copy of a state: name both, the state with --against.")
    if asked["measure"] and changes:
        raise click.UsageError("--measure looks at the files as they are: give it without --fix and --diff.")
    if changes and not files:
        raise click.UsageError("A state cannot be fixed by lint: name files.")
    if asked["fix"] and asked["diff"]:
        raise click.UsageError("--fix changes files, --diff shows what it would change: give one of them.")
    if asked["fix"] and "-" in files:
        raise click.UsageError("What comes from stdin cannot be changed there: --diff shows what would be.")
    if changes and any(name.startswith(RUN) for name in files):
        raise click.UsageError("What a command sends cannot be changed here: change what it reads.")


def _wishes(settings: Linting, asked: Asked) -> Wishes:
    settings = msgspec.structs.replace(
        settings,
        pg_version=asked["pg_version"] or settings.pg_version,
        assume_in_transaction=asked["assume_in_transaction"] or settings.assume_in_transaction,
    )
    return wishes(settings, asked["only"], asked["exclude"], asked["optional"])


def _ground(asked: Asked) -> Ground:
    if not (source := asked["against"]):
        return NOWHERE
    from seachange.cli.sources import Meaning, meant
    from seachange.lint.landing import ground
    from seachange.postgres.read import LOCAL

    scope = meant(Meaning(include=(), exclude=(), profile=asked["profile"]))
    return ground(source, scope, asked["scratch"] or LOCAL)


def _linted(files: tuple[str, ...], wanted: Wishes, asked: Asked) -> tuple[tuple[Fixed, ...], Linted]:
    placed = read_files(name for name in files if not name.startswith(RUN))
    commands = [name for name in files if name.startswith(RUN)]
    changes = asked["fix"] or asked["diff"]
    if not (asked["against"] or changes or commands):
        return (), shared(placed, wanted)
    found, unread = scripts(placed)
    with progress("looking at the state") as say:
        ground = _ground(asked)
        if commands:
            found = (*found, *_recorded(commands, ground, asked))
        if not found and not unread:
            return (), advise(wanted, ground)
        if asked["measure"]:
            ground = _tried(found, ground, asked, say)
        done, linted = fixed(found, wanted, ground) if changes else ((), look(found, wanted, ground))
    return done, msgspec.structs.replace(linted, unread=unread)


def _tried(found: Sequence[Migration], ground: Ground, asked: Asked, say: Callable[[str], None]) -> Ground:
    from seachange.lint.landing import tried
    from seachange.postgres.read import LOCAL

    return tried(found, ground, asked["against"] or "", asked["scratch"] or LOCAL, say)


def _recorded(commands: Sequence[str], ground: Ground, asked: Asked) -> tuple[Migration, ...]:
    from seachange.postgres.read import LOCAL
    from seachange.postgres.recording import recorded, state

    against = state(asked["against"] or "", ground.world.catalog)
    return recorded(commands, against, ground.version, asked["scratch"] or LOCAL)


def _write(changes: tuple[Fixed, ...]) -> None:
    """Each file whole or not at all; none of them, where one may not be written."""
    from seachange.report.place import put

    changed = [(Path(one.before.name), one.content) for one in changes if one.changed]
    for path, _ in changed:
        if not path.stat().st_mode & WRITABLE:
            raise NotWritten(f"{path} is read-only", hint="Nothing was changed.  Let it be written, or leave it out.")
    for path, content in changed:
        put(path, content)


def _diff(out: Output, changes: tuple[Fixed, ...], linted: Linted) -> int:
    out.write("".join(one.diff for one in changes if one.changed).encode())
    if linted.unread:
        return NOT_READ
    return 1 if any(one.changed for one in changes) else 0


def _usual(form: str | None) -> str | None:
    """The form as other verbs know it."""
    return Form.JSON.value if form in (SARIF, GITHUB) else form


def _form(path: Path | None, form: str | None) -> str:
    endings = {ending: usual.value for ending, usual in ENDINGS.items()} | {".sarif": SARIF}
    return form or (endings.get(path.suffix.lower()) if path else None) or Form.TEXT.value


def _show(out: Output, form: str, found: tuple[Linted, tuple[Fixed, ...]], began: datetime) -> None:
    linted, changes = found
    match form:
        case "sarif":
            from seachange.lint.sarif import sarif

            out.write(msgspec.json.format(msgspec.json.encode(sarif(linted))) + b"\n")
        case "github":
            from seachange.lint.github import commands

            out.write("".join(f"{one}\n" for one in commands(linted)).encode())
        case Form.TEXT.value:
            from seachange.lint.text import lines

            out.show_lines(lambda room: lines(linted, room, changes))
        case _:
            from seachange.lint.machine import as_json
            from seachange.lint.report import report

            told = msgspec.structs.replace(report(linted, changes), began=began, ended=datetime.now(UTC))
            out.show(told, lambda: msgspec.json.encode(as_json(linted, changes)))


def _code(linted: Linted, on: FailOn) -> int:
    if linted.unread:
        return NOT_READ
    return 1 if linted.fails(on) else 0
