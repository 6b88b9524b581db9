"""pg_dump of a database into a file or folder that it can be restored from, and whether all is in it."""

from __future__ import annotations

import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg import Connection

from seachange.errors import Busy, NotProven, NotWritten, SeachangeError, Unreachable
from seachange.postgres.connection import shown
from seachange.postgres.dump import LOCKED, address, environment, failure
from seachange.postgres.installation import nearest_program

Session = Connection[Any]
Entry = tuple[int, int]
"""The class and the number of an object; class 0 is its rows."""

LOCK_WAIT = 10_000
"""Milliseconds that pg_dump waits for a table which somebody has locked."""
ROWS_OF = "pg_dump: dumping contents of table "
NO_SPACE = "No space left on device"
KEPT = 20
"""Of what pg_dump says, the last lines."""
SIZES = """
select count(*) filter (where c.relkind = 'r'), coalesce(sum(pg_catalog.pg_table_size(c.oid)), 0)::int8
from pg_catalog.pg_class c
where c.relkind in ('r', 'm') and c.relpersistence <> 't' and c.oid >= 16384
"""
SHOWN = 10


class Dump(msgspec.Struct, frozen=True):
    """What pg_dump is to write: to `to`, as a file or a folder, with rows or without."""

    to: Path
    rows: bool
    folder: bool
    jobs: int

    @property
    def options(self) -> tuple[str, ...]:
        """As pg_dump takes them."""
        form = ("--format=directory", f"--jobs={self.jobs}") if self.folder else ("--format=custom",)
        fixed = ("--verbose", "--no-password", f"--lock-wait-timeout={LOCK_WAIT}", f"--file={self.to}")
        return (*form, *fixed, *(() if self.rows else ("--schema-only",)))


def tables(session: Session) -> tuple[int, int]:
    """How many tables there are, and the bytes that their rows take.  Raises Busy where one is locked."""
    try:
        with session.transaction():
            session.execute(f"set local lock_timeout = {LOCK_WAIT}".encode())
            row = session.execute(SIZES).fetchone()
    except psycopg.errors.LockNotAvailable as error:
        raise Busy(f"the backup cannot begin: {error.diag.message_primary} (SQLSTATE 55P03)", hint=LOCKED) from error
    return (int(row[0]), int(row[1])) if row else (0, 0)


def written(conninfo: str, version: int, dump: Dump, tell: Callable[[int], None]) -> None:
    """Have pg_dump write it; `tell` hears how many tables' rows have been begun.

    Raises NotPermitted, Busy, NotWritten or Unreachable in pg_dump's words; what it wrote until then is still there.
    """
    command = (str(program("pg_dump", version)), *dump.options, address(conninfo))
    last: deque[str] = deque(maxlen=KEPT)
    running = subprocess.Popen(
        command,
        env=environment(conninfo),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        umask=0o077,
    )
    with running:
        try:
            last.extend(_heard(running, tell))
        except BaseException:
            running.terminate()
            raise
    if running.returncode:
        raise _failure([line for line in last if "error:" in line] or list(last), conninfo, dump.to)


def _heard(running: subprocess.Popen[bytes], tell: Callable[[int], None]) -> Iterator[str]:
    assert running.stderr is not None
    begun = 0
    for raw in running.stderr:
        line = raw.decode(errors="replace").rstrip()
        if line.startswith(ROWS_OF):
            begun += 1
            tell(begun)
        yield line


def _failure(lines: Sequence[str], conninfo: str, to: Path) -> SeachangeError:
    if any(NO_SPACE in line for line in lines):
        return NotWritten(
            f"the backup does not fit into {to.parent}: {NO_SPACE.lower()}",
            hint="Make room there, or name another place for the backup.",
        )
    return failure("\n".join(lines), shown(conninfo))


def expected(session: Session, *, rows: bool) -> Mapping[Entry, str]:
    """What a backup must hold, in words."""
    text = files("seachange.postgres").joinpath("backup.sql").read_text()
    found = session.execute(text.encode(), {"rows": rows}).fetchall()
    return {(int(kind), int(number)): str(name) for kind, number, name in found}


def refuse_lacking(path: Path, version: int, wanted: Mapping[Entry, str]) -> None:
    """Raise NotProven where pg_restore cannot list the backup, or where something is not in its list."""
    listed = subprocess.run(
        [str(program("pg_restore", version)), "--list", str(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        said = listed.stderr.decode(errors="replace").strip()
        raise NotProven(f"pg_restore cannot read the backup: {said}", hint="Nothing was changed.  Run it again.")
    there = frozenset(_entries(listed.stdout.decode(errors="replace")))
    if lacking := [name for entry, name in wanted.items() if entry not in there]:
        more = f" and {len(lacking) - SHOWN} more" if len(lacking) > SHOWN else ""
        raise NotProven(
            f"{len(lacking)} of {len(wanted)} objects are not in the backup: {', '.join(lacking[:SHOWN])}{more}",
            hint="Nothing was changed.  If nobody changes the schema meanwhile, please report it.",
        )


def _entries(listed: str) -> Iterator[Entry]:
    """A line is `215; 1259 16386 TABLE public orders postgres`."""
    for line in listed.splitlines():
        number, _, rest = line.partition("; ")
        if number.isdigit():
            kind, oid, _ = rest.split(" ", 2)
            yield int(kind), int(oid)


def program(name: str, version: int) -> Path:
    """pg_dump or pg_restore for a server of `version`: an older one does not know what is there."""
    major = version // 10000
    try:
        return nearest_program(name, major)
    except Unreachable as error:
        raise Unreachable(error.message, hint=f"On Debian: apt install postgresql-client-{major}.") from error
