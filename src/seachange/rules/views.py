"""Views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import View, ViewColumn
from seachange.catalog.ref import Ref
from seachange.rules.columns import changed_options, locked
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.sql.quote import path
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


def _alter(view: View, action: str, around: Context) -> Step:
    return Step(
        sql=f"ALTER VIEW {path(view.names)} {action}",
        stage=Stage.VIEWS,
        alters=frozenset({view.ref}),
        locks=locked(view.names, around),
    )


def no_column(column: ViewColumn, around: Context) -> Steps:
    """Comes and goes with its view."""
    return ()


def _view(column: ViewColumn, around: Context) -> Ref:
    """What the view's query gives is built anew with the view."""
    return Ref("view", column.names[:-1])


VIEW: Rule[View] = Rule(
    create_view,
    drop_view,
    {"definition": Alteration(replace_view, possible=_can_replace), "options": Alteration(reset_options)},
    space="relation",
    holds=frozenset({"view column", "rule", "trigger"}),
)
VIEW_COLUMN: Rule[ViewColumn] = Rule(no_column, no_column, {}, holds=frozenset({"default value"}), whole=_view)
RULES: Mapping[str, Rule[Any]] = {
    "view": VIEW,
    "view column": VIEW_COLUMN,
}
