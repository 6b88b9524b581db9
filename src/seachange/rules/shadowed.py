"""Columns whose type is changed by a column beside them, and what is made again with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import Column, DefaultValue, Index, Sequence, Statistics, Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.rules.chains import is_spread
from seachange.rules.columns import parents_of
from seachange.rules.retyping import is_constrained, rewrites
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.sql.parse import with_column

KEPT_OF_A_NAME = 50
"""Bytes of a name that are left when something is added to it."""
MARK = "beside"
TRIGGER = "zzz_"
"""Triggers fire in the order of their names, and what other triggers do to the value must be done before."""
REPLACED = frozenset({"check", "unique", "foreign key", "not null"})
BUILT_ANEW = frozenset(
    {"view", "materialized view", "rule", "policy", "trigger", "function", "procedure", "publication relation"}
)
"""Kinds of users that are dropped before, and created after, a type changes."""
F = TypeVar("F", Index, TableConstraint)


@dataclass(frozen=True)
class Shadow:
    """A column that takes the place of another, with the indexes and constraints that are made again on it."""

    old: Column
    new: Column
    name: str
    indexes: tuple[Index, ...]
    constraints: tuple[TableConstraint, ...]
    sequences: tuple[Sequence, ...]
    statistics: tuple[Statistics, ...]

    @property
    def table(self) -> Path:
        return self.new.names[:-1]

    @property
    def replaced(self) -> frozenset[Ref]:
        """What goes with the old column and comes with the new one."""
        kept = (Ref("index", (each.names[0], each.names[-1])) for each in self.constraints if each.type == "unique")
        return frozenset({*kept, *(fact.ref for fact in (*self.indexes, *self.constraints))})


def shadow_of(ref: Ref, around: Context) -> Shadow | None:
    """How the column's type is changed while others work with the table; None where it is done plainly."""
    old, new = around.current.get(ref), around.desired.get(ref)
    if not (isinstance(old, Column) and isinstance(new, Column) and around.stays(ref)):
        return None
    if old.type == new.type or not rewrites(old, new, around) or not is_spread(ref, MARK, around):
        return None
    if not (_is_plain(old, new, around) and _is_table_plain(new.names[:-1], around)):
        return None
    users = {*around.current.users(ref), *around.desired.users(ref)}
    if not all(_can_follow(user, new, around) for user in users):
        return None
    return Shadow(
        old,
        new,
        beside(ref.names[-1], lambda each: Ref(ref.kind, (*ref.names[:-1], each)), around),
        indexes=tuple(index for index in _both(Index, users, around) if not index.constraint),
        constraints=_both(TableConstraint, users, around),
        sequences=tuple(fact for fact in _facts(users, around.current) if isinstance(fact, Sequence)),
        statistics=tuple(
            fact for fact in _facts(users, around.desired) if isinstance(fact, Statistics) and around.stays(fact.ref)
        ),
    )


def unless_replaced(rule: Rule[F]) -> Rule[F]:
    """The rule, where the object does not go and come with a column that takes the place of another."""
    done = {alteration.steps: _spared(alteration.steps) for alteration in _alterations(rule)}
    return replace(
        rule,
        create=_spared(rule.create),
        drop=_spared(rule.drop),
        alter={
            field: replace(how, steps=done[how.steps]) if isinstance(how, Alteration) else how
            for field, how in rule.alter.items()
        },
    )


def _alterations(rule: Rule[F]) -> Iterator[Alteration[F]]:
    return (how for how in rule.alter.values() if isinstance(how, Alteration))


def _spared(deed: Callable[..., Steps]) -> Callable[..., Steps]:
    def done(*facts: Any) -> Steps:
        *_, fact, around = facts
        return () if is_replaced(fact, around) else deed(*facts)

    return done


def is_replaced(fact: Index | TableConstraint, around: Context) -> bool:
    """Whether it goes and comes with a column that takes the place of another."""
    if fact.ref not in around.current or fact.ref not in around.desired:
        return False
    table = fact.table if isinstance(fact, Index) else fact.names[:-1]
    columns = (column.ref for column in around.current.parts(table, Column))
    return any(fact.ref in shadow.replaced for ref in columns if (shadow := shadow_of(ref, around)) is not None)


def beside(given: str, address: Callable[[str], Ref], around: Context) -> str:
    """A name that nothing has, before and after."""
    kept = _shortened(given)
    names = (f"{kept}__new{number if number > 1 else ''}" for number in range(1, 1000))
    free = (each for each in names if not any(address(each) in state for state in (around.current, around.desired)))
    return next(free)


def _shortened(given: str) -> str:
    """What is cut off still tells two names apart."""
    if len(given.encode()) <= KEPT_OF_A_NAME:
        return given
    kept = given.encode()[: KEPT_OF_A_NAME - 9].decode(errors="ignore")
    return f"{kept}_{hashlib.blake2b(given.encode(), digest_size=4).hexdigest()}"


def _is_plain(old: Column, new: Column, around: Context) -> bool:
    special = any((old.identity, new.identity, old.generated, new.generated, old.inherited, new.inherited))
    rebuilt = any(used in around.goes for used in around.desired.uses(new.ref))
    return not special and not rebuilt and not is_constrained(new, around.desired)


def _is_table_plain(table: Path, around: Context) -> bool:
    """Nothing hangs on the order of its columns, and whoever runs the plan sees all rows."""
    ref = Ref("table", table)
    if parents_of(table, around) or any(around.heirs(table)) or any(around.heirs(table, around.desired)):
        return False
    for catalog in (around.current, around.desired):
        fact = catalog.get(ref)
        if not isinstance(fact, Table) or fact.partition_key or fact.of_type or fact.force_row_security:
            return False
        if fact.cluster_on or fact.replica_identity not in ("default", "full", "nothing"):
            return False
        if any(
            user.kind in ("function", "procedure", "table column", "composite type column")
            for user in catalog.users(ref)
        ):
            return False
        if any(part.ref.kind == "trigger" and part.ref.names[-1] >= TRIGGER for part in catalog.parts(table, Fact)):
            return False
    return True


def _can_follow(user: Ref, column: Column, around: Context) -> bool:
    """Whether what uses the column is built anew anyway, or can be made again on the new one.

    Statistics name their columns in the order of the table, in which the new one is the last.
    """
    if user.kind in BUILT_ANEW:
        return True
    facts = [fact for catalog in (around.current, around.desired) if (fact := catalog.get(user)) is not None]
    if any(isinstance(fact, Statistics) for fact in facts):
        return all(isinstance(fact, Statistics) and "," not in fact.on for fact in facts)
    match facts:
        case [DefaultValue(), *_]:
            return user.names == column.names
        case [Sequence(identity=False) as old, Sequence(identity=False) as new]:
            return (old.owned_by, old.owned_by_column) == (new.owned_by, new.owned_by_column) and around.stays(user)
        case [Index() | TableConstraint() as old, Index() | TableConstraint() as new]:
            return _can_be_replaced(old, new, column, around)
        case [Index() | TableConstraint()]:
            return all(
                fact.type not in ("primary key", "not null") for fact in facts if isinstance(fact, TableConstraint)
            )
        case _:
            return False


def _can_be_replaced(
    old: Index | TableConstraint, new: Index | TableConstraint, column: Column, around: Context
) -> bool:
    if isinstance(new, Index):
        right = new.table == column.names[:-1] and new.part_of is None and new.valid
        right = right and isinstance(old, Index) and old.table == new.table
    else:
        right = _is_constraint_right(new, column) and not new.triggers
    used = {*around.current.uses(new.ref), *around.desired.uses(new.ref)} - {column.ref}
    return right and all(_is_same(ref, around) for ref in used) and _is_readable(new, column)


def _is_constraint_right(constraint: TableConstraint, column: Column) -> bool:
    table = column.names[:-1]
    if constraint.names[:-1] != table or constraint.type not in REPLACED or constraint.temporal:
        return False
    return constraint.references != table or column.names[-1] not in constraint.referenced_columns


def _is_same(ref: Ref, around: Context) -> bool:
    """Neither comes nor goes nor changes its type."""
    here, there = around.current.get(ref), around.desired.get(ref)
    if here is None and there is None:
        return True
    if ref.kind in ("index", "table constraint"):
        return here is not None and there is not None
    changed = isinstance(here, Column) and isinstance(there, Column) and here.type != there.type
    return around.stays(ref) and not changed


def _is_readable(fact: Index | TableConstraint, column: Column) -> bool:
    """Whether the names of columns in its expressions can be told."""
    last = column.names[-1]
    if isinstance(fact, TableConstraint):
        return fact.type != "check" or with_column(f"SELECT {fact.expression}", last, "c") is not None
    keys = [key for key, of in zip(fact.keys, fact.columns, strict=False) if not of]
    texts = (*(f"CREATE INDEX ON t ({key})" for key in keys), f"SELECT {fact.predicate or 1}")
    return all(with_column(text, last, "c") is not None for text in texts)


def _both(kind: type[F], users: Iterable[Ref], around: Context) -> tuple[F, ...]:
    """What there is before and after, as it is after."""
    found = (fact for fact in _facts(users, around.desired) if isinstance(fact, kind))
    return tuple(fact for fact in found if fact.ref in around.current)


def _facts(refs: Iterable[Ref], catalog: Catalog) -> Iterator[Fact]:
    return (fact for ref in sorted(refs) if (fact := catalog.get(ref)) is not None)
