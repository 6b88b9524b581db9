"""The ledger: what was done to a database, kept in its schema `seachange`.

It only remembers.  What a run does, and when it says so, is the matter of `seachange.apply`.  Nothing here begins or
ends a transaction: a row is kept together with what it tells of where the caller says so.
"""

from __future__ import annotations

import getpass
import hashlib
import platform
import zlib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg import Connection
from psycopg.types.json import Jsonb

from seachange import __version__
from seachange.catalog import snapshot
from seachange.catalog.catalog import Catalog
from seachange.errors import NotPermitted, NotUnderstood
from seachange.plan import Plan
from seachange.plan.folder import Folder
from seachange.postgres.records import (
    Begun,
    Blocker,
    Checkpoint,
    Document,
    Kind,
    Run,
    State,
    Taken,
    Wait,
    Went,
    Why,
)
from seachange.sql import parse
from seachange.step import Step

__all__ = [
    "Begun",
    "Blocker",
    "Checkpoint",
    "Kind",
    "Ledger",
    "Run",
    "State",
    "Taken",
    "Wait",
    "Went",
    "Why",
    "identity",
    "is_there",
    "make",
]

Session = Connection[Any]

VERSION = 1
"""Which form the ledger has.  When it changes, `ledger.sql` makes the new one, and what turns the old one into it is
written here.
"""
NO_RIGHT = "The ledger is kept in the database itself: GRANT CREATE ON DATABASE … TO … lets the role make its schema."
KILLED = "it was killed"
RUN = """
select run, kind, state, plan, before, desired, after, undoes, steps, began, ended, role, system_user_name, host,
  address::text, seachange, backup, message
from seachange.runs
"""


def identity(plan: Plan) -> str:
    """What tells a plan from all others."""
    return hashlib.sha256(msgspec.json.encode(plan, order="deterministic")).hexdigest()


def is_there(session: Session) -> bool:
    """Whether the database has a ledger.  Raises NotPermitted for one of a version that we do not know."""
    row = session.execute("select pg_catalog.to_regclass('seachange.ledger') is not null").fetchone()
    if row is None or not row[0]:
        return False
    found = session.execute("select max(version) from seachange.ledger").fetchone()
    if found is not None and found[0] is not None and found[0] > VERSION:
        raise NotPermitted(
            f"the ledger of this database has form {found[0]}; this version of seachange knows form {VERSION}",
            hint="Use the version of seachange that wrote it, or a later one.",
        )
    return found is not None and found[0] is not None


def make(session: Session) -> None:
    """Make the ledger where there is none, all of it or nothing.

    Raises NotPermitted where the role may not, or where the ledger is of a version that we do not know.
    """
    if is_there(session):
        return
    text = files("seachange.postgres").joinpath("ledger.sql").read_text()
    try:
        with session.transaction():
            session.execute(text.encode())
            session.execute(
                "insert into seachange.ledger (version, made_by) values (%s, %s) on conflict do nothing",
                [VERSION, __version__],
            )
    except psycopg.errors.InsufficientPrivilege as error:
        raise NotPermitted(f"this role may not make the ledger: {error.diag.message_primary}", hint=NO_RIGHT) from error


class Ledger:
    """The ledger of the database that `session` works in; it must be there."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # Runs

    def runs(self) -> tuple[Run, ...]:
        """All runs, the latest first."""
        return self._runs("order by run desc")

    def latest(self) -> Run | None:
        """The run that began last."""
        return next(iter(self._runs("order by run desc limit 1")), None)

    def run(self, number: int) -> Run:
        """Raises NotUnderstood where there is none of that number."""
        for found in self._runs("where run = %s", number):
            return found
        raise NotUnderstood(f"there is no run {number}", hint="`seachange history` lists them.")

    def _runs(self, which: str, *values: object) -> tuple[Run, ...]:
        rows = self._session.execute((RUN + which).encode(), values).fetchall()
        return tuple(_struct(Run, row) for row in rows)

    def begin(self, kind: Kind, folder: Folder, found: Catalog, undoes: int | None = None) -> int:
        """Keep a new run and the states that it lies between; its number.

        Whoever begins one holds the lock of runs: what the ledger still has for running was killed.
        """
        self._session.execute(
            "update seachange.runs set state = 'stopped', message = %s where state = 'running'", [KILLED]
        )
        for catalog in (found, folder.desired):
            self._keep(catalog)
        document = Document(_without_secrets(folder.plan), _without_secrets(folder.undo), folder.about, folder.seconds)
        row = self._session.execute(
            """
            insert into seachange.runs
              (kind, state, plan, folder, before, desired, undoes, steps, system_user_name, host, seachange)
            values (%s, 'running', %s, %s, %s, %s, %s, %s, %s, %s, %s) returning run
            """,
            [
                kind.value,
                identity(folder.plan),
                zlib.compress(msgspec.json.encode(document)),
                found.fingerprint,
                folder.desired.fingerprint,
                undoes,
                sum(1 for _ in folder.plan.steps),
                _user(),
                platform.node(),
                __version__,
            ],
        ).fetchone()
        assert row is not None
        return int(row[0])

    def resume(self, run: int) -> None:
        """A run that did not end goes on."""
        self._session.execute("update seachange.runs set state = 'running', message = '' where run = %s", [run])

    def backed_up(self, run: int, where: str) -> None:
        """Keep where the backup is."""
        self._session.execute("update seachange.runs set backup = %s where run = %s", [where, run])

    def end(self, run: int, state: State, message: str = "", after: Catalog | None = None) -> None:
        """Keep how a run ended, and the state that was read back."""
        if after is not None:
            self._keep(after)
        self._session.execute(
            "update seachange.runs set state = %s, message = %s, after = %s, ended = clock_timestamp() where run = %s",
            [state.value, message, after.fingerprint if after else None, run],
        )

    def folder(self, run: int) -> Folder:
        """The plan of a run, the way back, and the states that it lies between.

        Steps that people wrote by hand are without their secrets: a plan that has such is not the one that was begun.
        """
        row = self._session.execute(
            "select folder, before, desired from seachange.runs where run = %s", [run]
        ).fetchone()
        assert row is not None
        document = msgspec.json.decode(zlib.decompress(row[0]), type=Document)
        return Folder(
            document.plan,
            document.undo,
            self.catalog(row[1]),
            self.catalog(row[2]),
            tuple(document.about),
            document.seconds,
        )

    def labels(self) -> Mapping[str, int]:
        """The run of each label that names in the quarantine end with, by the plans that put something there."""
        rows = self._session.execute("select run, folder from seachange.runs order by run desc").fetchall()
        plans = ((run, msgspec.json.decode(zlib.decompress(folder), type=Document).plan) for run, folder in rows)
        return {plan.quarantine: run for run, plan in plans if plan.quarantine}

    # States

    def _keep(self, catalog: Catalog) -> None:
        known = self._session.execute(
            "select from seachange.catalogs where fingerprint = %s", [catalog.fingerprint]
        ).fetchone()
        if known is None:
            self._session.execute(
                "insert into seachange.catalogs (fingerprint, facts, content) values (%s, %s, %s)",
                [catalog.fingerprint, len(catalog), zlib.compress(snapshot.dump(catalog))],
            )

    def catalog(self, fingerprint: str) -> Catalog:
        """A state that was kept."""
        row = self._session.execute(
            "select content from seachange.catalogs where fingerprint = %s", [fingerprint]
        ).fetchone()
        if row is None:
            raise NotUnderstood(f"the ledger has no state {fingerprint}", hint="Somebody changed the ledger by hand.")
        return snapshot.load(zlib.decompress(row[0]), f"state {fingerprint} of the ledger")

    # Steps

    def steps(self, run: int) -> Mapping[int, Taken]:
        """The steps of a run that were begun, by their numbers."""
        rows = self._session.execute(
            """
            select number, stage, subject, sql, state, attempts, began, seconds, waited, rows, message
            from seachange.steps where run = %s order by number
            """,
            [run],
        ).fetchall()
        return {row[0]: _struct(Taken, row) for row in rows}

    def went(self, run: int, steps: Iterable[Went]) -> None:
        """Keep how steps went, in one statement.  Of a step that was sent before, attempts and waits add up."""
        rows = [_row(one) for one in steps]
        if rows:
            self._session.execute(WENT, [run, Jsonb(rows)])

    def reached(self, run: int, number: int) -> Checkpoint | None:
        """How far the backfill of a step has come."""
        row = self._session.execute(
            "select reached, rows from seachange.checkpoints where run = %s and number = %s", [run, number]
        ).fetchone()
        return Checkpoint(tuple(row[0]), row[1]) if row else None

    def reach(self, run: int, number: int, checkpoint: Checkpoint) -> None:
        """Keep how far the backfill of a step has come."""
        self._session.execute(
            """
            insert into seachange.checkpoints (run, number, reached, rows) values (%s, %s, %s, %s)
            on conflict (run, number) do update
            set reached = excluded.reached, rows = excluded.rows, at = clock_timestamp()
            """,
            [run, number, Jsonb(list(checkpoint.reached)), checkpoint.rows],
        )

    # Waits

    def waited(self, run: int, wait: Wait) -> None:
        """Keep that a run had to wait, and for whom."""
        self._session.execute(
            "insert into seachange.waits (run, step, why, began, seconds, blockers) values (%s, %s, %s, %s, %s, %s)",
            [run, wait.step, wait.why.value, wait.began, wait.seconds, Jsonb(msgspec.to_builtins(wait.blockers))],
        )

    def waits(self, run: int) -> tuple[Wait, ...]:
        """Each time that a run had to wait, in order."""
        rows = self._session.execute(
            "select step, why, began, seconds, blockers from seachange.waits where run = %s order by wait", [run]
        ).fetchall()
        return tuple(
            Wait(step, Why(why), began, seconds, msgspec.convert(blockers, tuple[Blocker, ...]))
            for step, why, began, seconds, blockers in rows
        )

    # Reports

    def keep_report(self, run: int, name: str, content: bytes) -> None:
        """Keep a report under the name of its file; a later one of the same name takes its place."""
        self._session.execute(
            """
            insert into seachange.reports (run, name, content) values (%s, %s, %s)
            on conflict (run, name) do update set content = excluded.content, made = clock_timestamp()
            """,
            [run, name, zlib.compress(content)],
        )

    def reports(self, run: int) -> Mapping[str, bytes]:
        """The reports on a run, by the names of their files."""
        rows = self._session.execute(
            "select name, content from seachange.reports where run = %s order by name", [run]
        ).fetchall()
        return {name: zlib.decompress(content) for name, content in rows}


WENT = """
insert into seachange.steps (run, number, stage, subject, sql, state, attempts, began, seconds, waited, rows, message)
select %s, number, stage, subject, sql, state, attempts, began, seconds, waited, rows, message
from pg_catalog.jsonb_to_recordset(%s) as t (
  number integer, stage text, subject text, sql text, state text, attempts integer, began timestamp with time zone,
  seconds double precision, waited double precision, rows bigint, message text)
on conflict (run, number) do update set state = excluded.state, attempts = steps.attempts + excluded.attempts - 1,
  seconds = excluded.seconds, waited = steps.waited + excluded.waited, rows = excluded.rows, message = excluded.message
"""


S = TypeVar("S", bound=msgspec.Struct)


def _struct(kind: type[S], row: Sequence[object]) -> S:
    """The columns of a row are the fields of a struct."""
    return msgspec.convert(dict(zip(kind.__struct_fields__, row, strict=True)), kind)


def _row(one: Went) -> dict[str, object]:
    return {
        "number": one.number,
        "stage": one.step.stage.name.lower(),
        "subject": str(one.step.subject or ""),
        "sql": parse.without_secrets(one.step.sql),
        "state": one.state.value,
        "attempts": one.attempts,
        "began": one.began.isoformat(),
        "seconds": one.seconds,
        "waited": one.waited,
        "rows": one.rows,
        "message": one.message,
    }


def _without_secrets(plan: Plan) -> Plan:
    """What people wrote by hand may hold a password."""
    groups = (
        msgspec.structs.replace(group, steps=tuple(map(_masked, group.steps))) if group.file else group
        for group in plan.groups
    )
    return msgspec.structs.replace(plan, groups=tuple(groups))


def _masked(step: Step) -> Step:
    return msgspec.structs.replace(step, sql=parse.without_secrets(step.sql))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no name for this user on this machine
        return ""
