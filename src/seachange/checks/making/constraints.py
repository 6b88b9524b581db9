"""Constraints as a statement defines them, with the indexes that keep them and the columns that they require."""

from __future__ import annotations

from msgspec.structs import replace

from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import Index, TableConstraint
from seachange.catalog.ref import Ref
from seachange.checks.making.facts import Changes, changed, chosen, columns_in, gone, made, names
from seachange.checks.world import World
from seachange.sql import tree
from seachange.sql.nodes import (
    CONSTR_CHECK,
    CONSTR_EXCLUSION,
    CONSTR_FOREIGN,
    CONSTR_NOTNULL,
    CONSTR_PRIMARY,
    CONSTR_UNIQUE,
    Constraint,
)

TYPES = {
    CONSTR_CHECK: "check",
    CONSTR_PRIMARY: "primary key",
    CONSTR_UNIQUE: "unique",
    CONSTR_EXCLUSION: "exclusion",
    CONSTR_FOREIGN: "foreign key",
    CONSTR_NOTNULL: "not null",
}
ENDS = {CONSTR_CHECK: "check", CONSTR_UNIQUE: "key", CONSTR_EXCLUSION: "excl", CONSTR_FOREIGN: "fkey"}
ACTIONS = {"r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
INDEXED = (CONSTR_PRIMARY, CONSTR_UNIQUE, CONSTR_EXCLUSION)


def constrained(table: Path, node: Constraint, world: World, column: str = "") -> Changes:
    """What a constraint brings about; of a column's, the column's name is given."""
    if node.contype not in TYPES:
        return {}
    fact = constraint(table, node, world, column)
    if node.contype == CONSTR_NOTNULL:
        told = made(fact) if node.conname or node.skip_validation else {}
        return told | _required(table, fact.columns, world)
    changes = made(fact)
    if node.contype in INDEXED:
        changes |= _index(fact, node, world)
    if node.contype == CONSTR_PRIMARY:
        changes |= _required(table, fact.columns, world)
    return changes


def constraint(table: Path, node: Constraint, world: World, column: str = "") -> TableConstraint:
    columns = _columns(table, node, world, column)
    fact = TableConstraint(
        (*table, node.conname or _name(table, node, columns, world)),
        type=TYPES[node.contype],
        columns=columns,
        include=names(node.including),
        expression=f"({tree.text(node.raw_expr)})" if node.contype == CONSTR_CHECK else None,
        nulls_not_distinct=node.nulls_not_distinct,
        deferrable=node.deferrable,
        deferred=node.initdeferred,
        validated=not node.skip_validation,
        enforced=node.is_enforced or node.contype != CONSTR_CHECK,
        no_inherit=node.is_no_inherit,
    )
    return _referring(fact, node, world) if node.contype == CONSTR_FOREIGN else fact


def _columns(table: Path, node: Constraint, world: World, column: str) -> tuple[str, ...]:
    if node.contype == CONSTR_CHECK:
        return columns_in(node.raw_expr)
    if node.contype == CONSTR_EXCLUSION:
        return tuple(each.list.items[0].index_elem.name for each in node.exclusions)
    if node.indexname:
        index = world.get(Ref("index", (table[0], node.indexname)))
        return index.columns if isinstance(index, Index) else ()
    given = names(node.fk_attrs) if node.contype == CONSTR_FOREIGN else names(node.keys)
    return given or ((column,) if column else ())


def _name(table: Path, node: Constraint, columns: tuple[str, ...], world: World) -> str:
    if node.contype == CONSTR_PRIMARY:
        return node.indexname or chosen(table, ("pkey",), world, relation=True)
    if node.indexname:
        return str(node.indexname)
    if node.contype == CONSTR_NOTNULL:
        return chosen(table, (*columns, "not_null"), world)
    told = columns[:1] if node.contype == CONSTR_CHECK and len(columns) == 1 else columns
    told = () if node.contype == CONSTR_CHECK and len(columns) > 1 else told
    return chosen(table, (*told, ENDS[node.contype]), world, relation=node.contype in INDEXED)


def _referring(fact: TableConstraint, node: Constraint, world: World) -> TableConstraint:
    """Without columns the primary key is meant."""
    target = world.path(node.pktable)
    return replace(
        fact,
        references=target,
        referenced_columns=names(node.pk_attrs) or _primary_key(target, world),
        on_update=ACTIONS.get(node.fk_upd_action),
        on_delete=ACTIONS.get(node.fk_del_action),
        enforced=node.is_enforced,
        validated=node.is_enforced and not node.skip_validation,
    )


def _primary_key(table: Path, world: World) -> tuple[str, ...]:
    return next((each.columns for each in world.constraints(table) if each.type == "primary key"), ())


def _index(fact: TableConstraint, node: Constraint, world: World) -> Changes:
    """The index has the constraint's name, also one that was there before."""
    table, label = fact.names[:-1], fact.names[-1]
    old = world.get(Ref("index", (table[0], node.indexname))) if node.indexname else None
    if isinstance(old, Index):
        taken = gone(old.ref) if old.names[-1] != label else {}
        return taken | made(replace(old, names=(table[0], label), constraint=True))
    index = Index(
        (table[0], label),
        table=table,
        method=node.access_method or "btree",
        unique=node.contype != CONSTR_EXCLUSION,
        columns=fact.columns,
        include=fact.include,
        nulls_not_distinct=fact.nulls_not_distinct,
        constraint=True,
    )
    return made(index)


def _required(table: Path, columns: tuple[str, ...], world: World) -> Changes:
    """The columns are NOT NULL from now on."""
    facts: list[Fact] = []
    for name in columns:
        if (column := world.column(table, name)) is not None:
            facts.append(replace(column, not_null=True))
    return changed(*facts)
