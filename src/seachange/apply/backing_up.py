"""The backup before the first step: written whole or not at all, and looked through before it counts."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from seachange.apply.terms import SILENT, Backup, Keep, Listener
from seachange.errors import NotWritten
from seachange.plan.words import size
from seachange.postgres.backup import Dump, Session, expected, refuse_lacking, tables, written
from seachange.postgres.connection import shown

PLACE = Path("seachange-backups")
FILE = ".dump"
PART = 2
"""pg_dump compresses: what it writes of rows is seldom more than this part of what they take in the database."""
TOLD = 10
"""How many times it is told how far it has come."""
ELSEWHERE = "Name another place for the backup, or a snapshot that the provider took."


def back_up(target: str, session: Session, backup: Backup, hears: Listener = SILENT) -> str:
    """What the ledger keeps about the backup: where it is and how it is restored, or that there is none.

    Raises before anything is changed, and leaves nothing half-written: NotWritten where there is no room or the place
    is taken, NotPermitted and Busy in pg_dump's words, NotProven where something is missing in what it wrote.
    """
    if backup.snapshot:
        return f"snapshot {backup.snapshot} (taken by the provider)"
    if backup.keep is Keep.NONE:
        return "none"
    rows = backup.keep is Keep.ALL
    to = (backup.to or _default(session.info.dbname)).absolute()
    with _written_whole(to) as draft:
        count, held = tables(session)
        if rows:
            _refuse_full(draft.parent, held // PART)
        dump = Dump(draft, rows, folder=to.suffix != FILE, jobs=backup.jobs)
        hears.says(f"backing up {'all' if rows else 'the schema'} of {shown(target)} to {to}")
        _dump(target, session, dump, _teller(hears, count))
    words = f"{'schema and rows' if rows else 'schema'} in {to}; restore: {restoring(to, backup.jobs)}"
    hears.says(f"backed up: {words}")
    return words


def restoring(path: Path, jobs: int) -> str:
    """The command that restores a backup into a new database."""
    return f"createdb restored && pg_restore --dbname=restored --exit-on-error --jobs={jobs} {shlex.quote(str(path))}"


def _default(database: str) -> Path:
    return PLACE / f"{database.replace('/', '_')}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


def _dump(target: str, session: Session, dump: Dump, tell: Callable[[int], None]) -> None:
    """What came or went while pg_dump read may be in the backup or not: all that was there the whole time must be."""
    before = expected(session, rows=dump.rows)
    written(target, session.info.server_version, dump, tell)
    after = expected(session, rows=dump.rows)
    wanted = {entry: name for entry, name in before.items() if entry in after}
    refuse_lacking(dump.to, session.info.server_version, wanted)


def _teller(hears: Listener, count: int) -> Callable[[int], None]:
    every = max(1, count // TOLD)

    def tell(begun: int) -> None:
        if begun % every == 0:
            hears.says(f"backing up: {begun} of {count} tables")

    return tell


@contextmanager
def _written_whole(to: Path) -> Iterator[Path]:
    """Where to write; that takes the name `to` in the end, or is gone."""
    if to.exists():
        raise NotWritten(f"{to} is there already", hint="A backup never takes the place of another: name a new one.")
    draft = to.with_name(f".{to.name}.draft")
    try:
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(draft)  # of a run that was killed
        yield draft
        os.rename(draft, to)
    except OSError as error:
        raise NotWritten(f"cannot write the backup to {to}: {error.strerror}", hint=ELSEWHERE) from error
    finally:
        _clear(draft)


def _clear(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.unlink()


def _refuse_full(place: Path, needed: int) -> None:
    free = shutil.disk_usage(place).free
    if free < needed:
        raise NotWritten(
            f"the backup needs about {size(needed)} in {place}, which has {size(free)} free", hint=ELSEWHERE
        )
