"""Statements of a script tried one by one in a scratch copy; one that is refused leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.errors import Diagnostic
from psycopg.pq import TransactionStatus

from seachange.catalog.catalog import Catalog
from seachange.postgres.extract import extract
from seachange.postgres.send import Failed, send
from seachange.repairs.case import Copy, Rows
from seachange.repairs.refusal import SKIPPED, Refusal, Sort
from seachange.sql.script import Statement

Session = Connection[Any]

_POINT = "seachange_attempt"
_EXTENSIONS = "select name from pg_available_extensions"


class Attempts:
    """One session with a copy.  It may be within a transaction that the script itself opened."""

    def __init__(self, session: Session, limit: int) -> None:
        """`limit`: seconds after which a statement is stopped."""
        self.session = session
        self._notices: list[Diagnostic] = []
        session.add_notice_handler(self._notices.append)
        session.execute(f"set statement_timeout = '{limit}s'".encode())

    def attempt(self, statement: Statement) -> tuple[Refusal, ...]:
        """What was said against a statement: an error, or notices that it was passed over.  Empty: it passed."""
        self._notices.clear()
        held = self._in_transaction()
        if held:
            self.session.execute(f"savepoint {_POINT}")
        try:
            send(self.session, (statement,))
        except Failed as failed:
            if held:
                self.session.execute(f"rollback to {_POINT}; release {_POINT}")
            return (refusal(failed.error.diag, failed.code, statement.text),)
        if held and self._in_transaction():
            self.session.execute(f"release {_POINT}")
        skipped = (said for said in self._notices if said.sqlstate in SKIPPED)
        return tuple(refusal(said, said.sqlstate or "", statement.text, Sort.SKIPPED) for said in skipped)

    def end(self) -> None:
        """Commit what the script left open, as its runner would, and lift our limit."""
        if self._in_transaction():
            self.session.execute("commit")
        self.session.execute("reset statement_timeout")

    def _in_transaction(self) -> bool:
        return self.session.info.transaction_status != TransactionStatus.IDLE

    @property
    def copy(self) -> Copy:
        """What repairs may ask and try."""
        return Copy(catalog=lambda: extract(self.session), ask=self.ask, what_if=self.what_if)

    def ask(self, query: str) -> Rows | Refusal:
        """The rows of a query, or what was said against it."""
        with self._taken_back():
            try:
                return tuple(self.session.execute(query.encode()).fetchall())
            except psycopg.Error as error:
                return refusal(error.diag, error.sqlstate or "", query)

    def what_if(self, statements: Sequence[str]) -> Catalog | Refusal:
        """The state that `statements` lead to, or what was said against one of them; all is taken back."""
        with self._taken_back():
            for sql in statements:
                try:
                    self.session.execute(sql.encode())
                except psycopg.Error as error:
                    return refusal(error.diag, error.sqlstate or "", sql)
            return extract(self.session)

    @contextmanager
    def _taken_back(self) -> Iterator[None]:
        held = self._in_transaction()
        self.session.execute(f"savepoint {_POINT}" if held else "begin")
        try:
            yield
        finally:
            self.session.execute(f"rollback to {_POINT}; release {_POINT}" if held else "rollback")


def search_path(session: Session) -> str:
    """Where this role looks for names without a schema, unless a script says otherwise."""
    with session.transaction(force_rollback=True):
        session.execute("set local search_path to default")
        row = session.execute("show search_path").fetchone()
    return str(row[0]) if row else ""


def available(session: Session) -> frozenset[str]:
    """The extensions that could be installed on a server."""
    return frozenset(str(name) for (name,) in session.execute(_EXTENSIONS))


def refusal(said: Diagnostic, code: str, text: str, sort: Sort = Sort.ERROR) -> Refusal:
    """What the server said of a statement, with its place in bytes."""
    position = int(said.statement_position) - 1 if said.statement_position else None
    return Refusal(
        code=code,
        said=said.message_primary or "",
        detail=said.message_detail or "",
        hint=said.message_hint or "",
        context=said.context or "",
        at=None if position is None else len(text[:position].encode()),
        schema=said.schema_name or "",
        table=said.table_name or "",
        column=said.column_name or "",
        type=said.datatype_name or "",
        constraint=said.constraint_name or "",
        sort=sort,
    )
