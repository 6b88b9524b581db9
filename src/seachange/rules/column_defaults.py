"""Defaults of columns, and what generates them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.catalog.facts.relations import Column, DefaultValue
from seachange.catalog.ref import Ref
from seachange.rules.columns import inline_default, locked
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.sql.quote import name, path
from seachange.step import Stage, Step


def set_default(default: DefaultValue, around: Context) -> Steps:
    """Most defaults come with their column."""
    column = _column(default, around.desired)
    if column.ref in around.comes and inline_default(column, around) is not None and not column.inherited:
        return
    if column.generated:
        return
    yield _set(column, f"SET DEFAULT {default.expression}", around, makes=frozenset({default.ref}))


def drop_default(default: DefaultValue, around: Context) -> Steps:
    column = _column(default, around.current)
    if column.generated and column.ref not in around.goes:
        return
    yield _set(column, "DROP DEFAULT", around, takes=frozenset({default.ref}))


def _set(column: Column, action: str, around: Context, **more: Any) -> Step:
    table = column.names[:-1]
    only = "ONLY " if column.ref.kind == "table column" else ""
    return Step(
        sql=f"ALTER TABLE {only}{path(table)} ALTER COLUMN {name(column.names[-1])} {action}",
        stage=Stage.COLUMNS,
        locks=locked(table, around),
        **more,
    )


def change_default(old: DefaultValue, new: DefaultValue, around: Context) -> Steps:
    column = _column(new, around.desired)
    action = f"SET EXPRESSION AS ({new.expression})" if column.generated else f"SET DEFAULT {new.expression}"
    yield _set(column, action, around, alters=frozenset({new.ref}))


def _can_change_default(old: DefaultValue, new: DefaultValue, around: Context) -> bool:
    here, there = _column(old, around.current), _column(new, around.desired)
    if here.generated != there.generated:
        return False
    return not there.generated or (around.has(17) and there.generated == "stored")


def _generated_column(default: DefaultValue, around: Context) -> Ref:
    """What generates a column goes only with the column, unless that becomes a plain one."""
    column = _column(default, around.current)
    kept = around.desired.get(column.ref)
    becomes_plain = column.generated == "stored" and isinstance(kept, Column) and not kept.generated
    return column.ref if column.generated and not becomes_plain else default.ref


def _column(default: DefaultValue, catalog: Any) -> Column:
    for kind in ("table column", "foreign table column", "view column"):
        column = catalog.get(Ref(kind, default.names))
        if isinstance(column, Column):
            return column
    raise LookupError(str(default.ref))


DEFAULT_VALUE: Rule[DefaultValue] = Rule(
    set_default,
    drop_default,
    {"expression": Alteration(change_default, possible=_can_change_default)},
    whole=_generated_column,
)

RULES: Mapping[str, Rule[Any]] = {"default value": DEFAULT_VALUE}
