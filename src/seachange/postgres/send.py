"""Statements sent in as few messages as can be, so that we still know which of them failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import psycopg
from psycopg import Connection, generators
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from psycopg.rows import TupleRow

from seachange.errors import Unreachable
from seachange.sql.script import Statement

Session = Connection[TupleRow]

_SEPARATOR = "\n;\n"
_MOST = 5000  # statements in a message: each has a result that is kept until the last has come


class Failed(Exception):
    """The server refused `statement`, at character `offset` of it if it told; nothing of its message has happened."""

    def __init__(self, statement: Statement, error: psycopg.Error, offset: int | None = None) -> None:
        self.statement = statement
        self.error = error
        self.offset = offset
        super().__init__(str(error))

    @property
    def code(self) -> str:
        return self.error.sqlstate or ""


def messages(statements: Sequence[Statement]) -> tuple[tuple[Statement, ...], ...]:
    """`statements` in groups that can be sent as one; each group is a transaction if none is open."""
    return tuple(
        tuple(statements[i] for i in numbers[start : start + _MOST])
        for _, group in groupby(range(len(statements)), key=lambda i: _apart(statements[i], i))
        for numbers in [list(group)]
        for start in range(0, len(numbers), _MOST)
    )


def _apart(statement: Statement, number: int) -> int:
    """Equal for neighbours that may be sent together."""
    return -1 if statement.words[:1] not in ((), ("COPY",)) else number


def send(session: Session, message: Sequence[Statement]) -> None:
    """One group of `messages`.  Raises Failed, or Unreachable when the server is gone."""
    try:
        if message[0].rows is None:
            _send_text(session, message)
        else:
            _send_rows(session, message[0], message[0].rows)
    except psycopg.Error as error:
        if session.closed:
            raise Unreachable(f"{message[0].place}: the server went away: {error}") from error
        raise Failed(message[0], error) from error


def _send_rows(session: Session, statement: Statement, rows: bytes) -> None:
    with session.cursor() as cursor, cursor.copy(statement.text.encode()) as copy:
        copy.write(rows)


def _send_text(session: Session, message: Sequence[Statement]) -> None:
    session.pgconn.send_query(_SEPARATOR.join(statement.text for statement in message).encode())
    results = session.wait(generators.execute(session.pgconn))
    if results[-1].status == ExecStatus.COPY_IN:
        results[-1] = session.wait(generators.copy_end(session.pgconn, b"no rows follow"))
    if results[-1].status == ExecStatus.COPY_OUT:
        results[-1] = _let_out(session)
    if results[-1].status == ExecStatus.FATAL_ERROR:
        _fail(message, results)


def _let_out(session: Session) -> PGresult:
    """Rows that a script writes to psql's output, where nobody looks."""
    while isinstance(row := session.wait(generators.copy_from(session.pgconn)), memoryview):
        row.release()
    return row


def _fail(message: Sequence[Statement], results: Sequence[PGresult]) -> None:
    """Each statement before the one that failed has sent one result; text that does not parse has sent none."""
    error = error_from_result(results[-1])
    position = error.diag.statement_position
    if position is None:
        raise Failed(message[min(len(results), len(message)) - 1], error)
    statement, start = max(_starting_by(message, int(position) - 1), key=itemgetter(1))
    raise Failed(statement, error, int(position) - 1 - start)


def _starting_by(message: Sequence[Statement], position: int) -> Iterator[tuple[Statement, int]]:
    """The statements that begin at or before a character of the message, and where."""
    start = 0
    for statement in message:
        if start <= position:
            yield statement, start
        start += len(statement.text) + len(_SEPARATOR)
