"""A statement that writes a large table or its indexes anew needs as much free disk as they take now.

The old files stay until the transaction ends, the new ones are written beside them, and the write-ahead log gets all of
it once more.  A disk that runs full stops the whole server.  How much is free no query tells; what the statement needs
is known, and where that is a quarter of the database or more, somebody should look first.
"""

from __future__ import annotations

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Question, Remark, Remarks, Verdict
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.rules.rule import SMALL_BYTES
from seachange.sql.migration import Written
from seachange.sql.quote import literal, path

SHARE = 4
"""What part of the database a table must be: one quarter."""
ASKED = """
select relation::regclass::text as about, pg_size_pretty(pg_total_relation_size(relation)) as needs
from (select to_regclass({table}) as relation) found
where pg_total_relation_size(relation) > greatest({small}, pg_database_size(current_database()) / {share})
"""


def _look(written: Written, around: Around) -> Remarks:
    for table in sorted(around.effects.rewrites | around.effects.builds):
        if around.sizes and not _is_large(table, around):
            continue
        yield Remark(
            message=f"As much disk as {spelled(table)} takes with its indexes must be free to write it anew.",
            about=spelled(table),
            advice="See how much is free on the server's disk, and on those of its standbys.",
            safe=f"SELECT pg_size_pretty(pg_total_relation_size({literal(path(table))}));",
            verdict=Verdict.FLAGGED if around.sizes else Verdict.UNKNOWN,
            asks=None if around.sizes else _question(table),
        )


def _is_large(table: Path, around: Around) -> bool:
    size = around.sizes.get(table)
    whole = sum(each.bytes for each in around.sizes.values())
    return size is not None and size.bytes > max(SMALL_BYTES, whole // SHARE)


def _question(table: Path) -> Question:
    return Question(ASKED.format(table=literal(path(table)), small=SMALL_BYTES, share=SHARE))


CHECK = Check(
    name="disk-headroom",
    code="RW18",
    severity=Severity.WARNING,
    needs=frozenset({Needs.SIZES}),
    summary="a statement that needs as much disk again as a large table takes",
    kinds=("AlterTableStmt", "IndexStmt", "ReindexStmt", "ClusterStmt", "VacuumStmt", "RefreshMatViewStmt"),
    statement=_look,
)
