"""VACUUM FULL and CLUSTER write the whole table anew while nobody can use it.

Both build another file with all rows and all indexes, under ACCESS EXCLUSIVE, and need room for it beside the old one.
Plain VACUUM makes room for new rows without stopping anybody.  Where a file has to become smaller, the extensions
pg_repack and pg_squeeze do it while others work; from PostgreSQL 19 on there is REPACK (CONCURRENTLY).
"""

from __future__ import annotations

from typing import Any

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.options import is_on
from seachange.checks.usage import reason, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import ClusterStmt, VacuumStmt
from seachange.sql.quote import name

REPACKS_SINCE = 190000
SAME = ("pgfence vacuum-full", "pgls banVacuumFull")
SAME_LATER = ("squawk prefer-repack", *SAME)


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    if isinstance(statement, VacuumStmt) and not is_on(statement.options, "full"):
        return
    tables = _tables(statement, around)
    for names in tables:
        severity = weight(names, around)
        if severity is not None:
            yield _remark(names, around, severity)
    if not tables:
        yield _remark((), around, Severity.ERROR)


def _remark(names: Path, around: Around, severity: Severity) -> Remark:
    """No name stands for all tables."""
    later = around.version >= REPACKS_SINCE
    what = spelled(names) if names else "Each table that it finds"
    return Remark(
        message=f"{what} is written anew, with all indexes, while nobody can use it."
        f"{reason(names, around) if names else ''}",
        about=spelled(names) if names else "the database",
        advice="Use REPACK (CONCURRENTLY)." if later else "Use VACUUM, or pg_repack where the file has to shrink.",
        safe=_safe(f" {spelled(names)}" if names else "", around.written.node, later=later),
        severity=severity,
        same_as=SAME_LATER if later else SAME,
    )


def _safe(table: str, statement: Any, *, later: bool) -> str:
    if not later:
        return f"VACUUM{table};"
    index = statement.indexname if isinstance(statement, ClusterStmt) else ""
    return f"REPACK (CONCURRENTLY){table}{f' USING INDEX {name(index)}' if index else ''};"


def _tables(statement: Any, around: Around) -> tuple[Path, ...]:
    """The tables that are named; none where it goes through all."""
    if isinstance(statement, ClusterStmt):
        return (around.world.path(statement.relation),) if statement.HasField("relation") else ()
    return tuple(around.world.path(each.vacuum_relation.relation) for each in statement.rels)


CHECK = Check(
    name="vacuum-full-or-cluster",
    code="LK30",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.SIZES}),
    summary="VACUUM FULL or CLUSTER, which keeps everybody from the table",
    kinds=("VacuumStmt", "ClusterStmt"),
    statement=_look,
    same_as=SAME_LATER,
)
