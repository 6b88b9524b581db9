"""What the server answers to all our questions, as of one moment.

They are sent in two goes, the second as soon as the first tells how large the database is, and each answer is taken in
while the server works on the next.  A large database is asked over two connections that share a snapshot, so that two
of the server's processes work on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
from psycopg import Connection, generators
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.types.numeric import OidBinaryLoader

from seachange.catalog.queries import OPENING, text_of
from seachange.errors import SeachangeError
from seachange.postgres.connection import another, refuse_pooler
from seachange.postgres.rows import Rows

BEGIN = "begin isolation level repeatable read read only"
WITHIN = "savepoint seachange_reading"
"""Instead, where a transaction is open and has done what nobody else sees."""
ALONE = "select pg_backend_pid() as backend, null::text as snapshot"
SETTLED = """
select set_config(name, value, true)
from (values ('search_path', ''), ('jit', 'off'), ('quote_all_identifiers', 'off'), ('extra_float_digits', '1'),
             ('datestyle', 'ISO, YMD'), ('intervalstyle', 'postgres'), ('timezone', 'UTC'), ('bytea_output', 'hex'),
             ('max_parallel_workers_per_gather', '0')) s(name, value)
"""
"""What the text of expressions depends on, and what only slows small queries down."""
UNHURRIED = "set local statement_timeout = 0"
"""A role's own limit is not meant for us: we read nothing but catalogs."""
OID_TYPES = ("regclass", "regtype", "regrole", "regnamespace", "regconfig")


def answers(connection: Connection[Any], early: Sequence[str], late: Sequence[str]) -> Iterator[Rows]:
    """The rows of each query, those of `early` first.

    Leaves the transaction open, for questions that follow from the answers; within a transaction that is open already,
    all of it is asked behind a savepoint.  Raises NotPermitted where a pooler in
    transaction mode stands between.
    """
    within = connection.info.transaction_status == TransactionStatus.INTRANS
    with Line(connection) as line:
        opening_query = ALONE if within else text_of(OPENING)
        line.ask(WITHIN if within else BEGIN, UNHURRIED, opening_query, SETTLED, *map(text_of, early))
        line.hear(BEGIN)
        line.hear(UNHURRIED)
        opening = line.hear(OPENING)
        line.hear(SETTLED)
        refuse_pooler(connection, opening.columns["backend"][0])
        if not (snapshot := opening.columns["snapshot"][0]):
            line.ask(*map(text_of, late), last=True)
            yield from map(line.hear, (*early, *late))
            return
        with ThreadPoolExecutor(1) as pool:
            beside = pool.submit(_share, connection, snapshot, late)
            yield from map(line.hear, early)
            yield from _rest(line, beside, late)


def _share(connection: Connection[Any], snapshot: str, names: Sequence[str]) -> list[Rows]:
    with another(connection) as second, Line(second) as line:
        before = (BEGIN, f"set transaction snapshot '{snapshot}'", UNHURRIED, SETTLED)
        line.ask(*before, *map(text_of, names), last=True)
        return [line.hear(name) for name in (*before, *names)][len(before) :]


def _rest(line: Line, beside: Future[list[Rows]], names: Sequence[str]) -> Iterator[Rows]:
    """What the other connection brought; where it was of no use - too many connections, another server - this one's."""
    try:
        yield from beside.result()
    except (SeachangeError, psycopg.Error):
        line.ask(*map(text_of, names))
        yield from map(line.hear, names)


class Line:
    """A connection over which many questions are asked before the first is answered: libpq's pipeline mode.

    psycopg's own pipeline hands out the first answer only when the last has come.  Where something goes wrong the
    connection is closed: answers may still be under way on it.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        for name in OID_TYPES:
            connection.adapters.register_loader(name, OidBinaryLoader)
        self._connection = connection
        self._pgconn = connection.pgconn
        self._ended = False
        self._pgconn.enter_pipeline_mode()

    def ask(self, *queries: str, last: bool = False) -> None:
        """Send the queries; names of objects will come as OIDs, in PostgreSQL's binary form."""
        for query in queries:
            self._pgconn.send_query_params(query.encode(), None, result_format=Format.BINARY)
        if last:
            self._end()
        else:
            self._pgconn.send_flush_request()
            self._connection.wait(generators.send(self._pgconn))

    def hear(self, query: str) -> Rows:
        """The next answer, of which `query` is the name."""
        *_, result = self._connection.wait(generators.fetch_many(self._pgconn))
        if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            raise psycopg.errors.error_from_result(result)
        return self._rows(query, result)

    def __enter__(self) -> Line:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if failed:
            self._connection.close()
            return
        if not self._ended:
            self._end()
        self._connection.wait(generators.fetch_many(self._pgconn))
        self._pgconn.exit_pipeline_mode()

    def _end(self) -> None:
        """Say that nothing more will be asked, along with the last question: that saves a round trip."""
        self._ended = True
        self._pgconn.pipeline_sync()
        self._connection.wait(generators.send(self._pgconn))

    def _rows(self, query: str, result: PGresult) -> Rows:
        transformer = Transformer(self._connection)
        transformer.set_pgresult(result)
        names = [(result.fname(n) or b"").decode() for n in range(result.nfields)]
        columns = tuple(zip(*transformer.load_rows(0, result.ntuples, tuple), strict=True)) or ((),) * len(names)
        types = {name: result.ftype(n) for n, name in enumerate(names)}
        return Rows(query, dict(zip(names, columns, strict=True)), types)
