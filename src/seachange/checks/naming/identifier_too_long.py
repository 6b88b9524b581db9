"""A name of more than 63 bytes is cut by PostgreSQL, with no more than a notice.

What is created is then called otherwise than the script says.  Two long names that differ at their ends become one:
the second CREATE fails, or IF NOT EXISTS passes over it and an index is missing.  A tool that looks for the whole
name does not find it.  Letters that are no ASCII count two to four bytes each.

Write a shorter name.  Where names are generated, cut them yourself and add a few letters of a hash, so that they stay
apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.parse import Token, tokens

LONGEST = 63


def _look(written: Written, around: Around) -> Remarks:
    del around
    if not _may_be(written.sql):
        return
    told: set[str] = set()
    for token in tokens(written.sql):
        name = _name(token)
        size = len(name.encode())
        if size > LONGEST and name not in told:
            told.add(name)
            yield Remark(
                message=f"{name} has {size} bytes; PostgreSQL cuts it to {_cut(name)}.",
                about=name,
                at=token.start,
                advice="Write a name of at most 63 bytes.",
            )


def _may_be(sql: str) -> bool:
    """Whether any word, or anything between quotes, is that long: nearly always there is none, and nobody need scan."""
    return any(len(part) * 4 > LONGEST and len(part.encode()) > LONGEST for part in _parts(sql))


def _parts(sql: str) -> Iterator[str]:
    yield from sql.split()
    if '"' in sql:
        yield from sql.split('"')


def _name(token: Token) -> str:
    """The name that a token is; empty where it is something else."""
    if token.text[0] == '"':
        return token.text[1:-1].replace('""', '"')
    return token.text.lower() if token.text[0].isidentifier() and "'" not in token.text else ""


def _cut(name: str) -> str:
    return name.encode()[:LONGEST].decode(errors="ignore")


CHECK = Check(
    name="identifier-too-long",
    code="NM01",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="names that PostgreSQL cuts",
    statement=_look,
    same_as=("squawk identifier-too-long",),
)
