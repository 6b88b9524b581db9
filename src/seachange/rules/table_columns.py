"""The rule for columns of tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import Column, TableConstraint
from seachange.catalog.ref import Ref
from seachange.rules.columns import (
    DISTURBED_BY_TYPE,
    add_column,
    degenerate,
    drop_column,
    nothing,
    recompress,
    recount,
    reidentify,
    require,
    reset_foreign_options,
    reset_options,
    restore_storage,
)
from seachange.rules.filling import add_filled, costs, is_filled
from seachange.rules.not_null import is_no_proof
from seachange.rules.retyping import carry_column, retype
from seachange.rules.rule import Alteration, Context, Rule, Steps, everybody, of
from seachange.rules.shadow import retype_beside
from seachange.rules.shadowed import shadow_of


def create_column(column: Column, around: Context) -> Steps:
    if is_filled(column, around):
        yield from add_filled(column, around)
        return
    for step in add_column(column, around):
        if column.ref in step.makes:
            risks, rewrites, scans = costs(column, around)
            yield msgspec.structs.replace(step, risks=risks, rewrites=rewrites, scans=scans)
        else:
            yield step


def change_type(old: Column, new: Column, around: Context) -> Steps:
    shadow = shadow_of(new.ref, around)
    return retype(old, new, around) if shadow is None else retype_beside(shadow, around)


def change_not_null(old: Column, new: Column, around: Context) -> Steps:
    """A column that takes the place of another is born with it."""
    return require(old, new, around) if shadow_of(new.ref, around) is None else ()


def _can_degenerate(old: Column, new: Column, around: Context) -> bool:
    return old.generated == "stored" and new.generated is None


def _stands_in_the_way_of_retype(user: Fact) -> bool:
    return DISTURBED_BY_TYPE(user) or (isinstance(user, TableConstraint) and user.type == "foreign key")


def _table_by_key(column: Column, around: Context) -> Ref:
    """A column by which a table is partitioned can neither change nor go without the table."""
    table = Ref("table", column.names[:-1])
    return table if table in around.current.uses(column.ref) else column.ref


def _can_retype(old: Column, new: Column, around: Context) -> bool:
    return _table_by_key(old, around) == old.ref


COLUMN: Rule[Column] = Rule(
    create_column,
    drop_column,
    {
        "type": Alteration(change_type, _stands_in_the_way_of_retype, everybody, _can_retype),
        "collation": Alteration(change_type, _stands_in_the_way_of_retype, everybody, _can_retype),
        "not_null": Alteration(change_not_null, awaits=is_no_proof),
        "identity": Alteration(reidentify, awaits=of("default value")),
        "generated": Alteration(degenerate, possible=_can_degenerate),
        "storage": Alteration(restore_storage),
        "compression": Alteration(recompress),
        "statistics": Alteration(recount),
        "options": Alteration(reset_options),
        "foreign_options": Alteration(reset_foreign_options),
        "inherited": Alteration(nothing),
    },
    holds=frozenset({"default value"}),
    carry=carry_column,
    whole=_table_by_key,
)
RULES: Mapping[str, Rule[Any]] = {"table column": COLUMN, "foreign table column": COLUMN}
