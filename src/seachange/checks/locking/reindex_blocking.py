"""REINDEX stops writers until the index is built, and readers, too.

The table is locked in SHARE mode, so that writers wait; and each index in ACCESS EXCLUSIVE mode.  Planning a query
needs a glance at every index of the table: readers wait as long as one of them is built anew.  REINDEX CONCURRENTLY
builds beside the old index and swaps them.  It must not be in a transaction block; if it fails, an index whose name
ends with _ccnew or _ccold is left and to be dropped.  System catalogs and indexes of exclusion constraints are not
built so.
"""

from __future__ import annotations

from typing import Any

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.editing import behind_word, with_edits
from seachange.checks.online import OUTSIDE
from seachange.checks.options import is_on
from seachange.checks.usage import in_block, labour, reason
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    REINDEX_OBJECT_DATABASE,
    REINDEX_OBJECT_INDEX,
    REINDEX_OBJECT_SCHEMA,
    REINDEX_OBJECT_TABLE,
    ReindexStmt,
)

_WORDS = {
    REINDEX_OBJECT_INDEX: "INDEX",
    REINDEX_OBJECT_TABLE: "TABLE",
    REINDEX_OBJECT_SCHEMA: "SCHEMA",
    REINDEX_OBJECT_DATABASE: "DATABASE",
}
_OF_SERVER = frozenset({"pg_catalog", "pg_toast"})


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, ReindexStmt)
    word = _WORDS.get(statement.kind)
    if word is None or is_on(statement.params, "concurrently") or statement.relation.schemaname in _OF_SERVER:
        return
    names = _table(statement, around)
    severity = labour(names, around) if names else Severity.ERROR
    if severity is None:
        return
    said = any(option.def_elem.defname == "concurrently" for option in statement.params)
    edits = () if said else behind_word(written, [word], "CONCURRENTLY", "others go on while the index is built")
    about = spelled(names) if names else statement.name or "the database"
    yield Remark(
        message=f"Nobody can use {about if names else f'the tables of {about}'} until the new indexes are built."
        f"{reason(names, around) if names else ''}",
        about=about,
        advice="Reindex concurrently, outside of a transaction block.",
        safe=f"{OUTSIDE}\n{with_edits(written, edits)};" if edits else "",
        edits=() if in_block(around) else edits,
        severity=severity,
    )


def _table(statement: Any, around: Around) -> Path | None:
    """The table whose indexes are built anew, as far as that is known; None where they are those of many tables."""
    if statement.kind not in (REINDEX_OBJECT_INDEX, REINDEX_OBJECT_TABLE):
        return None
    names = around.world.path(statement.relation)
    fact = around.world.at(names)
    return fact.table if isinstance(fact, Index) else names


CHECK = Check(
    name="reindex-blocking",
    code="LK04",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.SIZES}),
    summary="REINDEX that stops writers and readers",
    kinds=("ReindexStmt",),
    statement=_look,
    same_as=(
        "squawk require-concurrent-reindex",
        "pgfence reindex-non-concurrent",
        "pgls requireConcurrentReindex",
    ),
)
