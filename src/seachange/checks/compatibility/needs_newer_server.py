"""The statement is written for a newer PostgreSQL than the one it lands on.

An older server does not know the words and refuses them with 42601, or does not know the function, type or setting:
42883, 42704.  Known are, among others: since 15 MERGE, NULLS NOT DISTINCT, security_invoker, row filters and column
lists of publications; since 16 STORAGE in CREATE TABLE and any_value(); since 17 SET EXPRESSION, RETURNING of MERGE,
JSON_TABLE and transaction_timeout; since 18 VIRTUAL columns, NOT ENFORCED, NOT NULL ... NOT VALID, WITHOUT OVERLAPS,
uuidv7(), and OLD and NEW in RETURNING.

Write it in the words of the older server, or leave it out there.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.newness import newer
from seachange.finding import Severity
from seachange.sql.migration import Written

MAJOR = 10_000


def _look(written: Written, around: Around) -> Remarks:
    if written.node is None:
        return
    for version, what in _told_once(newer(written.node, around.world, around.version // MAJOR)):
        yield Remark(
            message=f"{what} is new in PostgreSQL {version}; this server is {around.version // MAJOR}.",
            about=what,
            advice="Write it in the words of the older server, or leave it out there.",
        )


def _told_once(found: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield from dict.fromkeys(found)


CHECK = Check(
    name="needs-newer-server",
    code="CM17",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="what the server is too old for",
    statement=_look,
)
