"""Views and materialized views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column, MaterializedView, MaterializedViewColumn, View, ViewColumn
from seachange.catalog.ref import Ref
from seachange.rules.columns import TRAITS, changed_options, locked
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.sql.quote import name, path
from seachange.step import Held, Lock, Stage, Step


def create_view(view: View, around: Context) -> Steps:
    columns = frozenset(column.ref for column in around.desired.parts(view.names, ViewColumn))
    yield Step(sql=_create(view, around), stage=Stage.VIEWS, makes=columns | {view.ref})


def _create(view: View, around: Context) -> str:
    """An alias must be said where two columns cannot be told apart by what they are made of."""
    options = f" WITH ({', '.join(changed_options((), view.options)[1])})" if view.options else ""
    return f"CREATE OR REPLACE VIEW {path(view.names)}{options} AS\n{view.definition.rstrip(';')}"


def drop_view(view: View, around: Context) -> Steps:
    yield Step(
        sql=f"DROP VIEW {path(view.names)}",
        stage=Stage.REMOVE,
        takes=frozenset({view.ref}),
        locks=(Held(view.names, Lock.ACCESS_EXCLUSIVE),),
    )


def replace_view(old: View, new: View, around: Context) -> Steps:
    """Its options are said too: PostgreSQL forgets those that a replacement does not say."""
    created = _columns(new.names, around.desired)[len(_columns(new.names, around.current)) :]
    yield Step(
        sql=_create(new, around),
        stage=Stage.VIEWS,
        alters=frozenset({new.ref}),
        makes=frozenset(Ref("view column", (*new.names, column)) for column, _, _ in created),
        locks=locked(new.names, around),
    )


def _can_replace(old: View, new: View, around: Context) -> bool:
    """A replacement may only add columns at the end."""
    here, there = _columns(old.names, around.current), _columns(new.names, around.desired)
    return there[: len(here)] == here


def _columns(view: Path, catalog: Catalog) -> list[tuple[str, str, str | None]]:
    columns = sorted(catalog.parts(view, ViewColumn), key=lambda column: column.position)
    return [(column.names[-1], column.type, column.collation) for column in columns]


def reset_options(old: View, new: View, around: Context) -> Steps:
    gone, here = changed_options(old.options, new.options)
    if here:
        yield _alter(new, f"SET ({', '.join(here)})", around)
    if gone:
        yield _alter(new, f"RESET ({', '.join(gone)})", around)


def _alter(view: View | MaterializedView, action: str, around: Context, lock: Lock = Lock.ACCESS_EXCLUSIVE) -> Step:
    return Step(
        sql=f"ALTER {view.ref.kind.upper()} {path(view.names)} {action}",
        stage=Stage.VIEWS,
        alters=frozenset({view.ref}),
        locks=locked(view.names, around, lock),
    )


def create_materialized_view(view: MaterializedView, around: Context) -> Steps:
    """Filled at once where it replaces one that readers know; else at the end, when all that it calls is there."""
    using = f" USING {name(view.access_method)}" if view.access_method not in (None, "heap") else ""
    options = f" WITH ({', '.join(changed_options((), view.options)[1])})" if view.options else ""
    space = f" TABLESPACE {name(view.tablespace)}" if view.tablespace else ""
    at_once = view.populated and view.ref in around.goes
    columns = list(around.desired.parts(view.names, MaterializedViewColumn))
    yield Step(
        sql=f"CREATE MATERIALIZED VIEW {path(view.names)}{using}{options}{space} AS\n{view.definition.rstrip(';')}\n"
        f"WITH {'' if at_once else 'NO '}DATA",
        stage=Stage.VIEWS,
        makes=frozenset({view.ref, *(column.ref for column in columns)}),
    )
    for column in columns:
        yield from _traits(column, around)
    if view.cluster_on:
        yield from cluster(view, view, around)
    if view.populated and not at_once:
        yield _refresh(view, around)


def _refresh(view: MaterializedView, around: Context) -> Step:
    """After those that it reads from."""
    queue, found = [view.ref], set()
    while queue:
        for used in around.desired.uses(queue.pop()):
            if used not in found and used.kind in (
                "view",
                "materialized view",
                "view column",
                "materialized view column",
            ):
                found.add(used)
                queue.append(used)
    follows = {Ref("materialized view", used.names[:2]) for used in found if used.kind.startswith("materialized")}
    return Step(
        sql=f"REFRESH MATERIALIZED VIEW {path(view.names)}{'' if view.populated else ' WITH NO DATA'}",
        stage=Stage.VALIDATION,
        alters=frozenset({view.ref}),
        follows=frozenset(follows - {view.ref}),
        locks=locked(view.names, around),
    )


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


def no_column(column: Column, around: Context) -> Steps:
    """Comes and goes with its view."""
    return ()


def _view(column: Column, around: Context) -> Ref:
    """What the view's query gives is built anew with the view."""
    return Ref(column.ref.kind.removesuffix(" column"), column.names[:-1])


def _traits(column: MaterializedViewColumn, around: Context) -> Steps:
    born = MaterializedViewColumn(names=column.names, type=column.type)
    for field, change in TRAITS.items():
        if getattr(column, field) != getattr(born, field):
            yield from change(born, column, around)


VIEW: Rule[View] = Rule(
    create_view,
    drop_view,
    {"definition": Alteration(replace_view, possible=_can_replace), "options": Alteration(reset_options)},
    space="relation",
    holds=frozenset({"view column", "rule", "trigger"}),
)
VIEW_COLUMN: Rule[ViewColumn] = Rule(no_column, no_column, {}, holds=frozenset({"default value"}), whole=_view)
MATERIALIZED_VIEW: Rule[MaterializedView] = Rule(
    create_materialized_view,
    drop_materialized_view,
    {
        "definition": REBUILD,
        "options": Alteration(reset_storage),
        "access_method": Alteration(reaccess, possible=lambda old, new, around: around.has(15)),
        "tablespace": Alteration(respace),
        "cluster_on": Alteration(cluster),
        "populated": Alteration(fill),
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
    "view": VIEW,
    "view column": VIEW_COLUMN,
    "materialized view": MATERIALIZED_VIEW,
    "materialized view column": MATERIALIZED_VIEW_COLUMN,
}
