"""Two indexes of a table are alike: each write keeps both, and queries use one.

Same method, same columns with the same operator classes, order and collation, same condition. One of them costs disk,
memory and time with each INSERT and with each UPDATE that is not HOT, and gives nothing. Where one of both is unique
or a constraint's, that one stays.
"""

from __future__ import annotations

from collections import defaultdict

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, MaterializedView, Table
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import brought
from seachange.checks.keys import is_kept, shape
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written


def _state(state: State) -> Remarks:
    for kind in (Table, MaterializedView):
        for relation in state.whole.of(kind):
            yield from _judge(relation.names, state.whole)


def _look(written: Written, around: Around) -> Remarks:
    del written
    for index in brought(around, Index):
        yield from _judge(index.table, around.end, index)


def _judge(table: Path, whole: Whole, added: Index | None = None) -> Remarks:
    alike: defaultdict[tuple[object, ...], list[Index]] = defaultdict(list)
    for index in whole.indexes(table):
        alike[shape(index)].append(index)
    for indexes in alike.values():
        kept = sorted(indexes, key=lambda index: (not index.constraint, not index.unique, index.names))
        spare = [index for index in kept[1:] if not is_kept(index, whole)]
        if spare and (added is None or added in indexes):
            names = ", ".join(spelled(index.names[-1:]) for index in kept)
            yield Remark(
                message=f"The indexes {names} of {spelled(table)} are alike.",
                about=spelled(table),
                advice="Drop what nothing needs.",
                safe="\n".join(f"DROP INDEX CONCURRENTLY {spelled(index.names)};" for index in spare),
            )


CHECK = Check(
    name="duplicate-index",
    code="PF02",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="indexes that are alike",
    kinds=("IndexStmt", "AlterTableStmt", "CreateStmt"),
    statement=_look,
    state=_state,
    same_as=("advisor duplicate-index", "splinter 0009", "pghero duplicate_indexes"),
)
