"""Questions that checks have for a database: asked in transactions that cannot write, and that give up soon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from msgspec import Struct
from psycopg import Connection

from seachange.postgres.connection import opened
from seachange.postgres.source import Live, parse

LIMIT = "10s"
"""How long one may take."""
MOST = 100
"""Rows of an answer that are told."""


class Answer(Struct, frozen=True):
    """The rows of an answer, each what it is about and what is to be said of it; or why there is none."""

    rows: tuple[tuple[str, ...], ...] = ()
    refusal: str = ""


def asking(source: str) -> Callable[[str], Answer] | None:
    """Asks a database.  It is connected to when the first question comes; None for what is no database."""
    match parse(source):
        case Live(conninfo):
            return _Asked(conninfo)
    return None


class _Asked:
    """A connection that is made when it is needed, and answers that are given again."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: Connection[Any] | None = None
        self._known: dict[str, Answer] = {}

    def __call__(self, question: str) -> Answer:
        if question not in self._known:
            self._known[question] = self._answer(question)
        return self._known[question]

    def _answer(self, question: str) -> Answer:
        if self._connection is None:
            self._connection = opened(self._conninfo)
        try:
            with self._connection.transaction():
                self._connection.execute("set transaction read only")
                self._connection.execute(f"set local statement_timeout = '{LIMIT}'".encode())
                self._connection.execute("set local lock_timeout = '1s'")
                rows = self._connection.execute(question.encode()).fetchmany(MOST)
        except psycopg.Error as error:
            return Answer(refusal=str(error).partition("\n")[0])
        return Answer(tuple(tuple("" if value is None else str(value) for value in row) for row in rows))

    def __del__(self) -> None:
        if self._connection is not None:
            self._connection.close()
