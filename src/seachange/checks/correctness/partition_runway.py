"""A table parted by time refuses rows when its last partition ends (23514), and that day comes by itself.

With a DEFAULT partition the rows go there instead, and stand in the way of the partition that comes too late.  Told
where the last partition ends within thirty days.

Have partitions made ahead, by a job that runs more often than they are needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table, TableColumn
from seachange.catalog.ref import Ref
from seachange.checks.around import State
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.nodes import A_Const, AlterTableStmt, ColumnRef
from seachange.sql.quote import literal
from seachange.sql.tree import NotParsed, expression, inner, tree

_AHEAD = "30 days"
_TIMES = ("date", "timestamp")


def _state(state: State) -> Remarks:
    ends: dict[Path, list[str]] = {}
    for table in state.catalog.of(Table):
        if table.bound and table.parents and _by_time(state.catalog, table.parents[0]):
            ends.setdefault(table.parents[0], []).extend(_end(table.bound))
    queries = [_query(parent, found) for parent, found in ends.items() if found and "MAXVALUE" not in found]
    if queries:
        yield Remark(
            message="How long the partitions reach, depends on the day.",
            advice="Have partitions made ahead by a job.",
            asks=Question("\nunion all\n".join(queries)),
        )


def _by_time(catalog: Catalog, parent: Path) -> bool:
    """Whether a table is parted by the ranges of one column that is a date or a time stamp."""
    table = catalog.get(Ref("table", parent))
    key = table.partition_key if isinstance(table, Table) else None
    if not key or not key.startswith("RANGE "):
        return False
    node = expression(key.removeprefix("RANGE "))
    if not isinstance(node, ColumnRef) or len(node.fields) != 1:
        return False
    column = catalog.get(Ref("table column", (*parent, node.fields[0].string.sval)))
    return isinstance(column, TableColumn) and column.type.startswith(_TIMES)


def _end(bound: str) -> Iterator[str]:
    """Where a partition ends, as its bound has it; MAXVALUE where it never does."""
    try:
        statement = tree(f"ALTER TABLE t ATTACH PARTITION p {bound}")
    except NotParsed:
        return
    assert isinstance(statement, AlterTableStmt)
    spec = inner(getattr(statement.cmds[0].alter_table_cmd, "def")).bound
    for datum in spec.upperdatums:
        node = inner(datum)
        if isinstance(node, A_Const) and node.HasField("sval"):
            yield node.sval.sval
        elif isinstance(node, ColumnRef):
            yield node.fields[0].string.sval.upper()


def _query(parent: Path, ends: list[str]) -> str:
    last = max(ends)
    message = f"The last partition of {spelled(parent)} ends at {last}; from then on it refuses rows."
    return (
        f"select {literal(spelled(parent))}, {literal(message)}"
        f" where {literal(last)}::timestamptz < now() + interval {literal(_AHEAD)}"
    )


CHECK = Check(
    name="partition-runway",
    code="CO31",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG, Needs.ACTIVITY}),
    summary="tables whose last partition ends soon",
    state=_state,
)
