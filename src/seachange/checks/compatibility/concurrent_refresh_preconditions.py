"""REFRESH MATERIALIZED VIEW CONCURRENTLY needs a unique index on plain columns, and rows to begin with.

It compares the new rows with the old ones by that index.  Without one - or with one that has a predicate or an
expression, or that is not valid - it is refused with 55000; while the view was never filled, with 0A000.  A job that
refreshes it fails from then on, and the view grows old.

Make a unique index on columns that tell the rows apart, and refresh the view once without CONCURRENTLY.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Index, MaterializedView
from seachange.catalog.ref import Ref
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.unknown import unknown
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import RefreshMatViewStmt


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, RefreshMatViewStmt)
    if not statement.concurrent:
        return
    names = around.world.path(statement.relation)
    view = around.world.get(Ref("materialized view", names))
    if view is None and not around.world.known:
        yield from unknown(around, CHECK.name, "whether materialized views can be refreshed concurrently")
    if isinstance(view, MaterializedView):
        if not view.populated:
            yield Remark(
                message=f"{spelled(names)} was never filled, so it cannot be refreshed concurrently (0A000).",
                about=spelled(names),
                advice="Refresh it once without CONCURRENTLY.",
                safe=f"REFRESH MATERIALIZED VIEW {spelled(names)};",
            )
        elif not _is_comparable(names, around.world):
            yield _remark(names)


def _stands(state: State) -> Remarks:
    world = World(state.catalog)
    for view in state.catalog.of(MaterializedView):
        if not _is_comparable(view.names, world):
            yield _remark(view.names)


def _is_comparable(view: tuple[str, ...], world: World) -> bool:
    return any(_serves(index) for index in world.indexes(view))


def _serves(index: Index) -> bool:
    return index.unique and index.valid and index.predicate is None and "" not in index.columns


def _remark(names: tuple[str, ...]) -> Remark:
    return Remark(
        message=f"{spelled(names)} has no unique index on plain columns, so no refresh of it is concurrent (55000).",
        about=spelled(names),
        advice="Make a unique index on the columns that tell its rows apart.",
    )


CHECK = Check(
    name="concurrent-refresh-preconditions",
    code="CM15",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="materialized views that cannot be refreshed concurrently",
    kinds=("RefreshMatViewStmt",),
    statement=_look,
    state=_stands,
    same_as=("advisor matview-no-unique-index",),
)
