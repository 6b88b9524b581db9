"""Materialized views.  One whose query changes is filled beside the one that readers know, and takes its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from seachange.catalog.catalog import Catalog, compared
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, MaterializedView, MaterializedViewColumn
from seachange.catalog.facts.told import Comment, Grant, Owner, Revoke, Told
from seachange.catalog.ref import Ref
from seachange.rules.columns import TRAITS, changed_options, locked
from seachange.rules.defaults import born_otherwise
from seachange.rules.index_replacement import renamed
from seachange.rules.indexing import index_sql, is_there, set_statistics
from seachange.rules.names import free_name
from seachange.rules.privileges import Deed, parties
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.rules.told import comment_on, give
from seachange.sql.quote import name, path
from seachange.step import Held, Lock, Stage, Step

VIEWS = ("view", "materialized view", "view column", "materialized view column")


def create_materialized_view(view: MaterializedView, around: Context) -> Steps:
    """Filled at once where it replaces one that readers know; else at the end, when all that it calls is there."""
    at_once = view.populated and view.ref in around.goes
    columns = list(around.desired.parts(view.names, MaterializedViewColumn))
    yield Step(
        sql=_create(view, filled=at_once),
        stage=Stage.VIEWS,
        makes=frozenset({view.ref, *(column.ref for column in columns)}),
    )
    for column in columns:
        yield from _traits(column, around)
    if view.cluster_on:
        yield from cluster(view, view, around)
    if view.populated and not at_once:
        yield _refresh(view, around)


def _create(view: MaterializedView, *, filled: bool) -> str:
    using = f" USING {name(view.access_method)}" if view.access_method not in (None, "heap") else ""
    options = f" WITH ({', '.join(changed_options((), view.options)[1])})" if view.options else ""
    space = f" TABLESPACE {name(view.tablespace)}" if view.tablespace else ""
    return (
        f"CREATE MATERIALIZED VIEW {path(view.names)}{using}{options}{space} AS\n{view.definition.rstrip(';')}\n"
        f"WITH {'' if filled else 'NO '}DATA"
    )


def _refresh(view: MaterializedView, around: Context) -> Step:
    return Step(
        sql=f"REFRESH MATERIALIZED VIEW {path(view.names)}{'' if view.populated else ' WITH NO DATA'}",
        stage=Stage.VALIDATION,
        alters=frozenset({view.ref}),
        follows=_read(view, around),
        locks=locked(view.names, around),
    )


def _read(view: MaterializedView, around: Context) -> frozenset[Ref]:
    """The materialized views that it reads from, be it by others."""
    queue, found = [view.ref], set[Ref]()
    while queue:
        for used in around.desired.uses(queue.pop()):
            if used not in found and used.kind in VIEWS:
                found.add(used)
                queue.append(used)
    read = {Ref("materialized view", used.names[:2]) for used in found if used.kind.startswith("materialized")}
    return frozenset(read - {view.ref})


def drop_materialized_view(view: MaterializedView, around: Context) -> Steps:
    yield Step(
        sql=f"DROP MATERIALIZED VIEW {path(view.names)}",
        stage=Stage.REMOVE,
        takes=frozenset({view.ref}),
        locks=(Held(view.names, Lock.ACCESS_EXCLUSIVE),),
    )


def reset_storage(old: MaterializedView, new: MaterializedView, around: Context) -> Steps:
    gone, here = changed_options(old.options, new.options)
    if here:
        yield _alter(new, f"SET ({', '.join(here)})", around)
    if gone:
        yield _alter(new, f"RESET ({', '.join(gone)})", around)


def reaccess(old: MaterializedView, new: MaterializedView, around: Context) -> Steps:
    yield _alter(new, f"SET ACCESS METHOD {name(new.access_method or 'heap')}", around)


def respace(old: MaterializedView, new: MaterializedView, around: Context) -> Steps:
    yield _alter(new, f"SET TABLESPACE {name(new.tablespace or 'pg_default')}", around)


def cluster(old: MaterializedView, new: MaterializedView, around: Context) -> Steps:
    action = f"CLUSTER ON {name(new.cluster_on)}" if new.cluster_on else "SET WITHOUT CLUSTER"
    index = frozenset({Ref("index", (new.names[0], new.cluster_on))} if new.cluster_on else ())
    yield Step(
        sql=f"ALTER MATERIALIZED VIEW {path(new.names)} {action}",
        stage=Stage.CONSTRAINTS,
        alters=frozenset({new.ref}),
        follows=index,
        locks=locked(new.names, around),
    )


def fill(old: MaterializedView, new: MaterializedView, around: Context) -> Steps:
    yield _refresh(new, around)


def _alter(view: MaterializedView, action: str, around: Context) -> Step:
    return Step(
        sql=f"ALTER MATERIALIZED VIEW {path(view.names)} {action}",
        stage=Stage.VIEWS,
        alters=frozenset({view.ref}),
        locks=locked(view.names, around),
    )


def redefine(old: MaterializedView, new: MaterializedView, around: Context) -> Steps:
    """Its successor is filled and indexed before anybody sees it.  Then they change names, and the old one goes."""
    alters = (_columns(new, around.desired) & _columns(new, around.current)) | {new.ref}
    beside, retired = (free_name(new.names, ending, around) for ending in ("new", "old"))
    indexes = {index: free_name(index.names, "new", around) for index in _kept_indexes(old, around)}
    yield Step(
        sql=_create(msgspec.structs.replace(new, names=beside), filled=new.populated),
        stage=Stage.VIEWS,
        alters=alters,
        follows=_read(new, around) | around.desired.uses(new.ref),
        undone=f"NOT {is_there(beside)} AND NOT {is_there(retired)}",
    )
    for step in _furnish(new, beside, indexes, around):
        yield msgspec.structs.replace(step, alters=alters, undone=step.undone or is_there(beside))
    yield from _in_one(new, list(_swap(new, (beside, retired), indexes, around)), around)
    yield Step(
        sql=f"DROP MATERIALIZED VIEW {path(retired)}",
        stage=Stage.REMOVE,
        alters=alters,
        takes=_columns(new, around.current) - _columns(new, around.desired),
        follows=frozenset(index.ref for index in around.current.indexes_of(old.names)) & around.goes,
        undone=is_there(retired),
    )


def _in_one(view: MaterializedView, swap: list[Step], around: Context) -> Steps:
    """The steps as one transaction.  What was said of columns that go is unsaid before."""
    free = frozenset({Ref("index", view.names, ("free",))})
    here, there = _columns(view, around.current), _columns(view, around.desired)
    unsaid = frozenset(told.ref for column in here - there for told in around.current.said_of(column)) & around.goes
    for number, step in enumerate(swap):
        yield msgspec.structs.replace(
            step,
            stage=Stage.VIEWS,
            alters=frozenset({view.ref}),
            makes=(there - here) | free if number == 0 else frozenset(),
            takes=free if number == len(swap) - 1 else frozenset(),
            follows=unsaid if number == 0 else frozenset(),
        )


def _columns(view: MaterializedView, catalog: Catalog) -> frozenset[Ref]:
    return frozenset(column.ref for column in catalog.parts(view.names, MaterializedViewColumn))


def _kept_indexes(view: MaterializedView, around: Context) -> list[Index]:
    indexes = around.desired.indexes_of(view.names)
    return [index for index in indexes if index.ref in around.current and index.ref not in around.goes]


def _furnish(view: MaterializedView, beside: Path, indexes: Mapping[Index, Path], around: Context) -> Steps:
    """All that is quicker to have before than after."""
    for column in around.desired.parts(view.names, MaterializedViewColumn):
        yield from _traits(msgspec.structs.replace(column, names=(*beside, column.names[-1])), around)
    for index, called in indexes.items():
        there = msgspec.structs.replace(index, names=called, table=beside)
        undone = f"{is_there(beside)} AND NOT {is_there(called)}"
        yield Step(sql=index_sql(there, around), stage=Stage.INDEXES, undone=undone)
        yield from set_statistics(Index(names=called), there, around)
    if view.populated:
        yield Step(sql=f"ANALYZE {path(beside)}", stage=Stage.VIEWS)


def _swap(
    view: MaterializedView, names: tuple[Path, Path], indexes: Mapping[Index, Path], around: Context
) -> Iterator[Step]:
    beside, retired = names
    held = locked(view.names, around)
    yield renamed("MATERIALIZED VIEW", view.names, retired, locks=held, undone=is_there(beside))
    yield renamed("MATERIALIZED VIEW", beside, view.names, undone=is_there(beside))
    for index, called in indexes.items():
        yield renamed("INDEX", index.names, free_name(index.names, "old", around), undone=is_there(called))
        yield renamed("INDEX", called, index.names, undone=is_there(called))
        yield from _said(index.ref, around)
    if view.cluster_on:
        yield from cluster(view, view, around)
    yield from _said(view.ref, around)
    yield from born_otherwise({view.ref}, around)
    for column in sorted(_columns(view, around.desired)):
        yield from _said(column, around)


def _said(ref: Ref, around: Context) -> Steps:
    """What is said of the old one is said of the new one: first who owns it, last who may use it."""
    for told in sorted((told for told in around.desired.said_of(ref) if told.ref not in around.comes), key=_turn):
        match told:
            case Owner():
                yield from give(told, around) if told.role != around.wishes.role else ()
            case Comment():
                yield from comment_on(told, around)
            case Grant():
                receiver, privilege, grantor = parties(told)
                done = Deed(told.target, (privilege,), receiver, grantor)
                yield Step(sql=done.grant(grantable=told.grantable), stage=Stage.PRIVILEGES)
            case Revoke():
                done = Deed(told.target, told.args[-1:], told.args[-2])
                yield Step(sql=done.revoke(), stage=Stage.PRIVILEGES)


def _turn(told: Told) -> tuple[int, bool, Ref]:
    turns = (Owner, Comment, Revoke, Grant)
    place = turns.index(type(told)) if type(told) in turns else len(turns)
    return place, getattr(told, "grantor", None) is not None, told.ref


def can_redefine(old: MaterializedView, new: MaterializedView, around: Context) -> bool:
    """Whether nothing but its own indexes leans on it, and these stay as they are, or come or go."""
    if not (around.busy(new.names) and old.populated):
        return False
    indexes = {index.ref for index in around.current.indexes_of(old.names)}
    columns = _columns(new, around.current) | _columns(new, around.desired)
    users = {
        user
        for catalog in (around.current, around.desired)
        for used in (new.ref, *columns)
        for user in catalog.users(used)
        if user in around.current
    }
    if users - indexes - columns - {new.ref}:
        return False
    both = ((around.current.facts[ref], around.desired.facts[ref]) for ref in indexes if ref in around.desired)
    return all(compared(here) == compared(there) for here, there in both)


def _traits(column: MaterializedViewColumn, around: Context) -> Steps:
    born = MaterializedViewColumn(names=column.names, type=column.type)
    for field, change in TRAITS.items():
        if getattr(column, field) != getattr(born, field):
            yield from change(born, column, around)


def no_column(column: MaterializedViewColumn, around: Context) -> Steps:
    """Comes and goes with its view."""
    return ()


def _view(column: MaterializedViewColumn, around: Context) -> Ref:
    """What the view's query gives is built anew with the view, if not beside it."""
    ref = Ref("materialized view", column.names[:-1])
    here, there = (catalog.get(ref) for catalog in (around.current, around.desired))
    if not isinstance(here, MaterializedView) or not isinstance(there, MaterializedView):
        return ref
    beside = here.definition != there.definition and can_redefine(here, there, around)
    return column.ref if beside else ref


def _unless_redefined(steps: Callable[[MaterializedView, MaterializedView, Context], Steps]) -> Any:
    """What is filled beside has all that is desired from its birth."""

    def change(old: MaterializedView, new: MaterializedView, around: Context) -> Steps:
        return () if old.definition != new.definition else steps(old, new, around)

    return change


MATERIALIZED_VIEW: Rule[MaterializedView] = Rule(
    create_materialized_view,
    drop_materialized_view,
    {
        "definition": Alteration(redefine, possible=can_redefine),
        "options": Alteration(_unless_redefined(reset_storage)),
        "access_method": Alteration(_unless_redefined(reaccess), possible=lambda old, new, around: around.has(15)),
        "tablespace": Alteration(_unless_redefined(respace)),
        "cluster_on": Alteration(_unless_redefined(cluster)),
        "populated": Alteration(_unless_redefined(fill)),
    },
    space="relation",
    holds=frozenset({"materialized view column"}),
)
MATERIALIZED_VIEW_COLUMN: Rule[MaterializedViewColumn] = Rule(
    no_column,
    no_column,
    {
        **{field: Alteration(change) for field, change in TRAITS.items()},
        **dict.fromkeys(("identity", "generated", "foreign_options", "inherited"), REBUILD),
    },
    whole=_view,
)

RULES: Mapping[str, Rule[Any]] = {
    "materialized view": MATERIALIZED_VIEW,
    "materialized view column": MATERIALIZED_VIEW_COLUMN,
}
