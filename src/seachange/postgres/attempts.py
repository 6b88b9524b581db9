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
from seachange.errors import NotPermitted, NotUnderstood
from seachange.postgres.adjust import Target
from seachange.postgres.extract import extract
from seachange.postgres.send import Failed, send
from seachange.repairs.case import Copy, Rows
from seachange.repairs.refusal import SKIPPED, Refusal, Sort
from seachange.sql.script import Statement

Session = Connection[Any]

_POINT = "seachange_attempt"
_OURSELVES = "reset session authorization; reset role"
_BEYOND = frozenset({("CREATE", "DATABASE"), ("DROP", "DATABASE"), ("ALTER", "SYSTEM")}) | {
    (verb, "TABLESPACE") for verb in ("CREATE", "ALTER", "DROP")
}
_BY_HAND = "Take it out of the script, and run it by hand where it is needed."
_EXTENSIONS = "select name from pg_available_extensions"


class Attempts:
    """One session with a copy.  It may be within a transaction that the script itself opened."""

    def __init__(self, session: Session, limit: int, home: str = "", *, own_server: bool = True) -> None:
        """`limit`: seconds after which a statement is stopped.  `home` is what the database is called that the copy is
        of.  `own_server`: roles may be made on the server of the copy.
        """
        self.session = session
        self._limit, self._home = limit, home
        self._place = Target(session, own_server=own_server)
        self._skipped: list[Refusal] = []
        self._known: Catalog | None = None
        self._tried: dict[tuple[str, ...], Catalog | Refusal] = {}
        session.add_notice_handler(self._hear)

    def attempt(self, statement: Statement) -> tuple[Refusal, ...]:
        """What was said against a statement: an error, or notices that it was passed over.  Empty: it passed."""
        self._skipped.clear()
        try:
            wanted = _confined(self._place.adjusted(statement, self._home), statement)
        except (NotPermitted, NotUnderstood) as error:
            return (Refusal(code="", said=error.message.rstrip("."), hint=error.advice),)
        if refused := wanted and self._sent(wanted, point=statement.words[:1] != ("SAVEPOINT",)):
            return (refused,)
        self._known, self._tried = None, {}
        return tuple(self._skipped)

    def _sent(self, statement: Statement, *, point: bool) -> Refusal | None:
        """What was said against it.  A savepoint of the script's own stands outside of ours, or it would go with it."""
        self._stop_in_time()
        held = point and self._in_transaction()
        if held:
            self.session.execute(f"savepoint {_POINT}")
        try:
            send(self.session, (statement,))
        except Failed as failed:
            if held:
                self.session.execute(f"rollback to {_POINT}; release {_POINT}")
            return refusal(failed.error.diag, failed.code, statement.text)
        if held and self._in_transaction() and not _takes_point(statement):
            self.session.execute(f"release {_POINT}")
        return None

    def _stop_in_time(self) -> None:
        """Scripts that a dump program wrote lift every limit of the session, so it is set each time."""
        self.session.execute(f"set statement_timeout = '{self._limit}s'".encode())

    def _hear(self, said: Diagnostic) -> None:
        """Notices are gone as soon as they have been heard."""
        if said.sqlstate in SKIPPED:
            self._skipped.append(refusal(said, said.sqlstate or "", "", Sort.SKIPPED))

    def begin(self) -> None:
        """Open a transaction, as a tool does around a file."""
        self.session.execute("begin")

    def commit(self) -> None:
        """Commit what is open, as the tool does, or as a script does that forgot to."""
        if self._in_transaction():
            self.session.execute("commit")

    def end(self) -> None:
        """Commit what is left open, and be who we were, with the settings that we had."""
        self.commit()
        self.session.execute(_OURSELVES)
        self.session.execute("reset all")

    def _in_transaction(self) -> bool:
        return self.session.info.transaction_status != TransactionStatus.IDLE

    @property
    def copy(self) -> Copy:
        """What repairs may ask and try."""
        return Copy(catalog=self.catalog, ask=self.ask, what_if=self.what_if)

    def catalog(self) -> Catalog:
        """The state now; it is read once until a statement passes."""
        if self._known is None:
            self._known = extract(self.session)
        return self._known

    def ask(self, query: str) -> Rows | Refusal:
        """The rows of a query, or what was said against it."""
        with self._taken_back():
            try:
                return tuple(self.session.execute(query.encode()).fetchall())
            except psycopg.Error as error:
                return refusal(error.diag, error.sqlstate or "", query)

    def what_if(self, statements: Sequence[str]) -> Catalog | Refusal:
        """The state that `statements` lead to, or what was said against one of them; all is taken back."""
        asked = tuple(statements)
        if asked not in self._tried:
            self._tried[asked] = self._lead_to(asked)
        return self._tried[asked]

    def _lead_to(self, statements: Sequence[str]) -> Catalog | Refusal:
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


def _takes_point(statement: Statement) -> bool:
    """Whether a savepoint goes with it that was made right before: RELEASE and ROLLBACK TO an older one, AND CHAIN."""
    return statement.words[:1] in (("RELEASE",), ("ROLLBACK",), ("ABORT",), ("COMMIT",), ("END",))


def _confined(adjusted: Statement | None, statement: Statement) -> Statement | None:
    """What is sent of a statement; None where its effect is there already.  Raises NotPermitted for what is done to
    whole databases and servers.
    """
    if statement.words[:2] in _BEYOND:
        raise NotPermitted(
            f"{' '.join(statement.words[:2])} is not confined to the database: it was not tried", hint=_BY_HAND
        )
    return adjusted


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
