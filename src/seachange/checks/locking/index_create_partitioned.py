"""CREATE INDEX on a partitioned table lets nobody write to any partition until all indexes are built.

PostgreSQL refuses CREATE INDEX CONCURRENTLY for the table itself, on every version.  The way around: an index of the
table alone, which is there at once and not yet valid; an index of each partition, built concurrently; and each of them
attached, which needs an instant.  With the last one the index of the table becomes valid.  Partitions that are made
meanwhile get theirs unasked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.online import OUTSIDE, steps
from seachange.checks.usage import is_partitioned, labour, leaves, reason
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import IndexStmt
from seachange.sql.parse import tokens
from seachange.sql.quote import name, path


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, IndexStmt)
    names = around.world.path(statement.relation)
    if statement.concurrent or not statement.relation.inh or not is_partitioned(names, around):
        return
    severity = labour(names, around)
    if severity is not None:
        yield Remark(
            message=f"Nobody can write to {spelled(names)} or any of its partitions until all are indexed."
            f"{reason(names, around)}",
            about=spelled(names),
            advice="Build the index of each partition concurrently, and attach them to one of the table alone.",
            safe=steps(*_apart(statement, names, written, around)),
            severity=severity,
        )


def _apart(statement: Any, names: Path, written: Written, around: Around) -> Iterator[str]:
    """The index of the table alone, then one of each partition."""
    unique, index = "UNIQUE " if statement.unique else "", statement.idxname or f"{names[-1]}_idx"
    rest = _behind_table(written)
    yield f"CREATE {unique}INDEX {name(index)} ON ONLY {spelled(names)} {rest};"
    for leaf in leaves(names, around):
        own = f"{leaf[-1]}_{index}"
        yield f"{OUTSIDE}\nCREATE {unique}INDEX CONCURRENTLY {name(own)} ON {spelled(leaf)} {rest};"
        yield f"ALTER INDEX {path((*names[:-1], index))} ATTACH PARTITION {path((*leaf[:-1], own))};"


def _behind_table(written: Written) -> str:
    """What follows the name of the table: method, columns, options."""
    words = tokens(written.text)
    on = next(at for at, word in enumerate(words) if word.text.upper() == "ON")
    at = on + 2
    while words[at].text == ".":
        at += 2
    return written.text.encode()[words[at].start :].decode()


CHECK = Check(
    name="index-create-partitioned",
    code="LK02",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG, Needs.SIZES}),
    summary="CREATE INDEX on a partitioned table, which stops all who write to any partition",
    kinds=("IndexStmt",),
    statement=_look,
    same_as=("pg-schema-diff ACQUIRES_SHARE_LOCK",),
)
