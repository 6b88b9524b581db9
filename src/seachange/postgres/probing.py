"""Statements tried in a transaction that is never committed, and what the server said to each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import msgspec
import psycopg
from psycopg import Connection
from psycopg.errors import Diagnostic

from seachange.catalog.facts import Path
from seachange.sql.quote import literal, name, path

Session = Connection[Any]

LOCK_PATIENCE, PATIENCE = "2s", "5s"
"""How long a probe waits for others, and how long it may take."""
BROKEN = "42", "0A", "XX"
"""Classes of SQLSTATE by which a body shows that it was never right, whatever the data."""
BODIES = "PL/pgSQL function", "SQL function", "PL/", 'SQL statement "SELECT 1 FROM ONLY '
"""How the context of an error begins that came from a function; the last is that of a foreign key."""
UNTRIED = "?"
"""Instead of a code, where nothing was sent."""
SETTINGS = f"""
begin;
set local lock_timeout = '{LOCK_PATIENCE}';
set local statement_timeout = '{PATIENCE}';
set local idle_in_transaction_session_timeout = '60s';
set local row_security to default;
set local client_min_messages = error;
set local check_function_bodies = on
"""
SEQUENCES = """
select n.nspname, c.relname,
  case when has_sequence_privilege(c.oid, 'usage, select') then pg_sequence_last_value(c.oid) end
from pg_sequence s
join pg_class c on c.oid = s.seqrelid
join pg_namespace n on n.oid = c.relnamespace
where c.relpersistence <> 't'
"""


class Answer(msgspec.Struct, frozen=True):
    """What came of a statement: rows, or a refusal with its SQLSTATE, the server's words and what they are about.

    `of_parent`: it was not the row itself that was refused, but one to which it must refer.
    """

    rows: tuple[tuple[Any, ...], ...] = ()
    code: str = ""
    said: str = ""
    constraint: str = ""
    column: str = ""
    table: Path = ()
    context: str = ""
    detail: str = ""
    of_parent: bool = False

    @property
    def passed(self) -> bool:
        return not self.code

    @property
    def missing(self) -> bool:
        """Whether the thing itself is not there."""
        return self.code == "42P01" and not self.context

    @property
    def state(self) -> str:
        """The SQLSTATE, where the server gave one."""
        return self.code if self.code != UNTRIED else ""

    @property
    def late(self) -> bool:
        """Whether it took too long, or had to wait too long for others."""
        return self.code in ("57014", "55P03")

    @property
    def broken(self) -> bool:
        """Whether the words are those of a body that can never work."""
        return self.code[:2] in BROKEN

    @property
    def in_body(self) -> bool:
        """Whether it was a function that failed."""
        return any(mark in self.context for mark in BODIES)

    @property
    def statement(self) -> str:
        """The statement of a body that failed."""
        _, quoted, rest = self.context.partition('SQL statement "')
        return rest.partition('"\nPL/pgSQL function')[0] if quoted else ""

    @property
    def words(self) -> str:
        """What the server said, and where it came from."""
        return f"{self.said} ({self.context.splitlines()[0]})" if self.context else self.said


class Probing:
    """A session in which things are tried.  Whatever is tried between entering and leaving `aside` is taken back."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._path = self._usual_path()

    @contextmanager
    def aside(self, schema: str = "") -> Iterator[None]:
        """A transaction that is rolled back.  Names are looked up as usual, and then in `schema`."""
        self._session.execute(SETTINGS.encode())
        try:
            self.look_in(schema)
            yield
        finally:
            if not self._session.closed:
                with suppress(psycopg.Error):
                    self._session.execute("rollback")

    def look_in(self, schema: str, only: str = "") -> None:
        """From now on look names up as usual, and then in `schema`; or in what `only` says."""
        where = only or ", ".join(one for one in (self._path, name(schema) if schema else "") if one)
        self._session.execute(f"select set_config('search_path', {literal(where)}, true)".encode())

    def attempt(self, sql: str, *, keep: bool = False) -> Answer:
        """Send a statement; with `keep`, what it did stays until `aside` is left.  Raises where the server is gone."""
        after = "" if keep else "rollback to savepoint attempt; "
        message = f"savepoint attempt; {sql}\n; {after}release savepoint attempt"
        try:
            return Answer(rows=_rows(self._session.execute(message.encode())))
        except psycopg.Error as error:
            if self._session.closed:
                raise
            self._session.execute("rollback to savepoint attempt; release savepoint attempt")
            return _refusal(error)

    def ask(self, sql: str) -> tuple[tuple[Any, ...], ...]:
        """The rows of a question about the catalogs, in or out of a transaction."""
        return tuple(self._session.execute(sql.encode()).fetchall())

    def checks(self, table: Path, constraint: str) -> str:
        """What a CHECK of a table says."""
        answer = self.attempt(
            f"select pg_get_expr(conbin, conrelid) from pg_constraint "
            f"where conrelid = {literal(path(table))}::regclass and conname = {literal(constraint)}"
        )
        return str(answer.rows[0][0]) if answer.rows else "true"

    def sequences(self) -> dict[Path, int]:
        """What each sequence gave last; 0 where it gave nothing."""
        return {(schema, name): last or 0 for schema, name, last in self.ask(SEQUENCES)}

    def _usual_path(self) -> str:
        with self._session.transaction(force_rollback=True):
            self._session.execute("set local search_path to default")
            return str(self.ask("select current_setting('search_path')")[0][0])


def _rows(cursor: psycopg.Cursor[Any]) -> tuple[tuple[Any, ...], ...]:
    """Those of the last statement that gave any."""
    found: tuple[tuple[Any, ...], ...] = ()
    while True:
        if cursor.description is not None:
            found = tuple(cursor.fetchall())
        if not cursor.nextset():
            return found


def _refusal(error: psycopg.Error) -> Answer:
    said = error.diag
    return Answer(
        code=error.sqlstate or UNTRIED,
        said=said.message_primary or str(error).strip().partition("\n")[0],
        constraint=said.constraint_name or "",
        column=said.column_name or "",
        table=(said.schema_name or "", said.table_name) if said.table_name else (),
        context=_context(said),
        detail=said.message_detail or "",
    )


def _context(said: Diagnostic) -> str:
    """A foreign key gives the query that it asks, and no context."""
    return said.context or (f'SQL statement "{said.internal_query}"' if said.internal_query else "")
