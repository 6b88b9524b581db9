"""pg_dump of a database: what can be loaded elsewhere, and a second opinion on what is there."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator

import msgspec
from psycopg.conninfo import make_conninfo

from seachange.errors import Busy, NotPermitted, SeachangeError, Unreachable
from seachange.postgres.connection import parameters, shown
from seachange.postgres.installation import nearest_program
from seachange.sql import parse
from seachange.sql.script import Script, Statement, take_apart

PATIENCE = 10_000
"""Milliseconds that pg_dump waits for a table which somebody has locked."""
NO_RIGHT = "Let the role read the tables (GRANT pg_read_all_data TO …), or connect as one that may."
LOCKED = "Somebody changes the schema right now: wait until that is done, and run the same command again."
ANEW = "REVOKE USAGE ON SCHEMA public FROM PUBLIC"
MARK = b" SET (pg_attver="


class Differing(msgspec.Struct, frozen=True):
    """What pg_dump says of one side only; equal sides have nothing here."""

    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra)


def schema(conninfo: str, version: int, *options: str) -> bytes:
    """All of a database but its rows, as a script.  Raises NotPermitted where the role may not read something.

    The password goes by the environment, where others cannot see it.
    """
    fixed = ("--schema-only", "--encoding=UTF8", f"--lock-wait-timeout={PATIENCE}")
    command = [str(nearest_program("pg_dump", version // 10000)), *fixed, *options]
    done = subprocess.run(
        [*command, address(conninfo)],
        env=environment(conninfo),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise failure(done.stderr.decode(errors="replace"), shown(conninfo))
    return done.stdout


def address(conninfo: str) -> str:
    """The database as an argument, which everybody can see: without its password."""
    return f"--dbname={make_conninfo('', **parameters(conninfo) | {'password': None})}"


def environment(conninfo: str) -> dict[str, str]:
    """Where a program finds the password that `address` leaves out."""
    password = parameters(conninfo).get("password")
    return {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": str(password)} if password else {})}


def failure(said: str, place: str) -> SeachangeError:
    """What pg_dump's words mean to the person at the terminal."""
    lines = [line.removeprefix("pg_dump: ").removeprefix("error: ") for line in said.strip().splitlines()]
    words = " / ".join(lines[:3]) or "it said nothing"
    if "permission denied" in said or "row-level security" in said:
        return NotPermitted(f"pg_dump may not read all of {place}: {words}", hint=NO_RIGHT)
    if "lock timeout" in said or "could not obtain lock" in said:
        return Busy(f"pg_dump had to wait too long at {place}: {words}", hint=LOCKED)
    return Unreachable(f"pg_dump could not read {place}: {words}", hint="Its words say why.")


def differing(found: bytes, wanted: bytes) -> Differing:
    """What one dump says and the other does not; the order of statements, and of columns in a table, is no matter."""
    found, wanted = _without_marks(found), _without_marks(wanted)
    if sorted(_plain(found)) == sorted(_plain(wanted)):
        return Differing()
    here, there = (Counter(_normalised(take_apart(raw, "dump"))) for raw in (found, wanted))
    return Differing(tuple(sorted((there - here).elements())), tuple(sorted((here - there).elements())))


def _without_marks(raw: bytes) -> bytes:
    """Debian's PostgreSQL 15 keeps a mark of its own among the options of columns; it counts what was altered."""
    if MARK not in raw:
        return raw
    return b"\n".join(line for line in raw.splitlines() if not (MARK in line and line.endswith(b");")))


def _plain(raw: bytes) -> Iterator[bytes]:
    """Lines that say something, however their columns are parted."""
    return (line.rstrip(b",") for line in raw.splitlines() if line and not line.startswith((b"--", b"\\")))


def _normalised(script: Script) -> Iterator[str]:
    for statement in script.statements:
        if _tells(statement):
            yield from _without_order(statement)


def _tells(statement: Statement) -> bool:
    """Whether it says anything of the state.  From a schema public that was made anew, pg_dump first takes what that of
    every new database lets all do, whoever may use it.
    """
    words = statement.words
    return bool(words) and words[0] != "SET" and "SET_CONFIG" not in words and statement.text != ANEW


def _without_order(statement: Statement) -> Iterator[str]:
    """Columns are added at the end of a table, wherever its script has them: each is told on its own."""
    text = "\n".join(map(_in_order, parse.without_secrets(statement.text).splitlines()))
    if "TABLE" not in statement.words[:3] or statement.words[0] != "CREATE":
        yield text
        return
    first, *inner = text.splitlines()
    yield first
    yield from (f"{first} {_unnamed(line.strip().rstrip(','))}" for line in inner)


def _in_order(text: str) -> str:
    """Options in the order of their names: it tells only in which order they were set."""
    head, mark, rest = text.partition("WITH (")
    options, end, tail = rest.partition(")")
    return f"{head}{mark}{', '.join(sorted(options.split(', ')))}{end}{tail}" if end else text


def _unnamed(column: str) -> str:
    """Without the name of NOT NULL, which PostgreSQL 18 gives by what the table was called at that moment."""
    if "NOT NULL" not in column:
        return column
    words = parse.words(column)
    dropped = {
        place
        for at in range(len(words) - 3)
        if words[at] == "CONSTRAINT" and words[at + 2 : at + 4] == ("NOT", "NULL")
        for place in (at, at + 1)
    }
    return " ".join(word for place, word in enumerate(words) if place not in dropped)
