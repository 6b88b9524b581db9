"""psql's own commands, as far as a script that describes a database needs them."""

from __future__ import annotations

import shlex

from msgspec import Struct

from seachange.errors import NotUnderstood


class Include(Struct, frozen=True):
    r"""\i and \ir: another file is read here."""

    path: str
    beside: bool  # the file that names it, not the folder we stand in


class Assign(Struct, frozen=True):
    r"""\set and \unset."""

    name: str
    value: str | None


class Connect(Struct, frozen=True):
    r"""\connect; without a database, to the one we are in."""

    database: str | None


class Send(Struct, frozen=True):
    r"""\g and \;: what stands before is a whole statement."""


class Quit(Struct, frozen=True):
    r"""\q: the rest of the file is not read."""


class Skip(Struct, frozen=True):
    """A command that only changes what psql shows."""


Command = Include | Assign | Connect | Send | Quit | Skip

_INCLUDES = {"i": False, "include": False, "ir": True, "include_relative": True}
_SHOWING = (
    "restrict unrestrict echo qecho warn pset timing encoding errverbose conninfo a C f H t T x html "
    "help h ? l list z sf sf+ sv sv+ p print o out"
)
_HINT = (
    "Understood are \\i, \\ir, \\set, \\unset, \\connect to the same database, \\g, \\q, COPY … FROM stdin, and what "
    "only changes psql's output.  Write this in SQL, or let psql run the file: run:psql -v ON_ERROR_STOP=1 -f FILE"
)
_REASONS = {
    "gexec": "it sends what a query answers, and nobody knows that before",
    "gset": "it puts what a query answers into variables, and nobody knows that before",
    "crosstabview": "it only shows rows, and is of no use in a script that nobody watches",
    "watch": "it sends a statement again and again, without end",
    "prompt": "it waits for somebody to type, and nobody is there",
    "password": "it waits for somebody to type a password, and nobody is there",
    "copy": "it reads or writes a file of its own; COPY … FROM stdin with the rows in the script is understood",
    "if": "which part of the script is run, only psql decides",
    "!": "it runs a program",
}


def understood(line: str, place: str) -> Command:
    """What the command at the beginning of `line` does.  `place` is file and line, for messages."""
    name, _, rest = line.removeprefix("\\").partition(" ") if not line.startswith("\\;") else (";", "", "")
    name = name.strip()
    if name in ("g", ";"):
        return Send()
    if name in ("q", "quit"):
        return Quit()
    if name in _SHOWING.split() or name.startswith("d"):  # all that begins with d describes
        return Skip()
    return _with_arguments(name, _arguments(rest, place), place)


def _arguments(rest: str, place: str) -> list[str]:
    try:
        return shlex.split(rest)
    except ValueError as error:
        raise NotUnderstood(f"{place}: the quotes do not match: {rest.strip()}") from error


def _with_arguments(name: str, arguments: list[str], place: str) -> Command:
    match name, arguments:
        case (("i" | "include" | "ir" | "include_relative"), [path]):
            return Include(path, beside=_INCLUDES[name])
        case "set", [variable, *values]:
            return Assign(variable, "".join(values))
        case "set", []:
            return Skip()
        case "unset", [variable]:
            return Assign(variable, None)
        case (("c" | "connect"), _):
            return _connect(arguments, place)
    reason = f": {_REASONS[name]}" if name in _REASONS else ""
    raise NotUnderstood(f"{place}: psql's \\{name} is not understood here{reason}.", hint=_HINT)


def _connect(arguments: list[str], place: str) -> Connect:
    """pg_dump writes `-reuse-previous=on "dbname='odd name'"` where the name is not a plain word."""
    if arguments and arguments[0].startswith("-reuse-previous"):
        arguments = arguments[1:]
    match arguments:
        case []:
            return Connect(None)
        case ["-"]:
            return Connect(None)
        case [database] if database.startswith("dbname="):
            return Connect(shlex.split(database.removeprefix("dbname="))[0])
        case [database] if "=" not in database and "://" not in database:
            return Connect(database)
    raise NotUnderstood(
        f"{place}: \\connect may name a database, but no other user or server.",
        hint="A script is loaded into one database.  Give the parts that belong to others as sources of their own.",
    )
