"""Types of columns: what PostgreSQL does in place, how values are converted, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column, Table, TableConstraint
from seachange.catalog.facts.types import Domain, DomainConstraint
from seachange.catalog.ref import Ref
from seachange.rules.columns import (
    TRAITS,
    altered,
    base,
    collate,
    column_of,
    follows_parent,
    is_typed,
    leaving_heirs,
    parents_of,
    staying_heirs,
)
from seachange.rules.rule import Context, Steps
from seachange.rules.widening import is_sorted_otherwise, is_wider
from seachange.sql.quote import name, path
from seachange.step import Risk

ASSIGNABLE = (
    {"smallint", "integer", "bigint", "real", "double precision", "numeric"},
    {"text", "character varying", "character", "name"},
    {"date", "timestamp without time zone", "timestamp with time zone"},
    {"time without time zone", "time with time zone", "interval"},
)
"""Types of one set are converted into each other unasked."""


def retype(old: Column, new: Column, around: Context) -> Steps:
    """The values are converted by the cast that there is, or by the expression that somebody gave."""
    if is_typed(new.names[:-1], around) or follows_parent(old, new, around, "type", "collation"):
        return
    using = using_of(old, new, around)
    yield altered(
        new,
        f"TYPE {new.type}{collate(new)}{f' USING {using}' if using else ''}",
        around,
        *_risks(old, new, around),
        only=False,
        alters=_below(new, around),
        follows=frozenset(leaving_heirs(new.names[:-1], around)),
        rewrites=rows_of(new.names[:-1], around) if rewrites(old, new, around) else frozenset(),
        scans=rows_of(new.names[:-1], around) if _is_read(old, new, around) else frozenset(),
    )
    yield from _stored_again(new, around)


def carry_column(old: Column, new: Column, around: Context) -> Steps:
    """The type is another of the same name now: its values are taken over by their text."""
    if any(column_of(parent, new) in around.current for parent in parents_of(new.names[:-1], around)):
        return
    using = around.wishes.usings.get(new.ref) or by_text(new)
    yield altered(
        new,
        f"TYPE {new.type}{collate(new)} USING {using}",
        around,
        Risk.REWRITES,
        only=False,
        alters=_below(new, around),
        follows=frozenset(leaving_heirs(new.names[:-1], around)),
        rewrites=rows_of(new.names[:-1], around),
    )
    yield from _stored_again(new, around)


def _stored_again(column: Column, around: Context) -> Steps:
    """Another type forgets how the values of the old one were stored."""
    for field in ("storage", "compression"):
        if getattr(column, field) is not None:
            yield from TRAITS[field](column, column, around)


def _below(column: Column, around: Context) -> frozenset[Ref]:
    heirs = staying_heirs(column.names[:-1], around)
    return frozenset(Ref(column.ref.kind, (*heir, column.names[-1])) for heir in heirs)


def rows_of(table: Path, around: Context) -> frozenset[Path]:
    """The table and those below it, as far as they have rows of their own."""
    facts = (around.current.get(Ref("table", each)) for each in (table, *around.heirs(table)))
    return frozenset(fact.names for fact in facts if isinstance(fact, Table) and not fact.partition_key)


def _risks(old: Column, new: Column, around: Context) -> Iterator[Risk]:
    if rewrites(old, new, around):
        yield Risk.REWRITES
        return
    if _is_checked(old, around):
        yield Risk.SCANS
    if _is_indexed(old, around) and _is_sorted_otherwise(old, new, around):
        yield Risk.BUILDS_INDEX


def _is_read(old: Column, new: Column, around: Context) -> bool:
    return bool({*_risks(old, new, around)} & {Risk.SCANS, Risk.BUILDS_INDEX})


def _is_checked(column: Column, around: Context) -> bool:
    """PostgreSQL tries every CHECK on the column again."""
    users = (around.current.get(user) for user in around.current.users(column.ref))
    return any(isinstance(user, TableConstraint) and user.type == "check" for user in users)


def _is_indexed(column: Column, around: Context) -> bool:
    return any(user.kind == "index" for user in around.current.users(column.ref))


def _is_sorted_otherwise(old: Column, new: Column, around: Context) -> bool:
    here, there = _inside(old, around.current), _inside(new, around.desired)
    return old.collation != new.collation or is_sorted_otherwise(here, there)


def rewrites(old: Column, new: Column, around: Context) -> bool:
    """Whether PostgreSQL writes every row anew.  What depends on the time zone of the session counts as if it did."""
    if new.ref.kind != "table column" or new.generated == "virtual":
        return False
    if new.generated or using_of(old, new, around) or is_constrained(new, around.desired):
        return True
    return not is_wider(_inside(old, around.current), _inside(new, around.desired))


def is_constrained(column: Column, catalog: Catalog) -> bool:
    """Its type is a domain with rules of its own, which PostgreSQL tries for every row."""
    domains = (fact for used in catalog.uses(column.ref) if isinstance(fact := catalog.get(used), Domain))
    return any(domain.not_null or any(catalog.parts(domain.names, DomainConstraint)) for domain in domains)


def _inside(column: Column, catalog: Catalog) -> str:
    """The type, or that on which its domain is."""
    for used in catalog.uses(column.ref):
        fact = catalog.get(used)
        if isinstance(fact, Domain) and path(fact.names) == column.type:
            return fact.type
    return column.type


def using_of(old: Column, new: Column, around: Context) -> str:
    """The expression that converts the values, where assignment does not."""
    if given := around.wishes.usings.get(new.ref):
        return given
    if new.generated:
        return ""
    if _is_enum(old, around.current) and _is_enum(new, around.desired):
        return by_text(new)
    here, there = (base(column.type) for column in (old, new))
    if here == there or any(here in types and there in types for types in ASSIGNABLE):
        return ""
    if there in ("text", "character varying") and "[]" not in old.type:
        return ""
    if is_wider(_inside(old, around.current), _inside(new, around.desired)):
        return ""
    return f"{name(new.names[-1])}::{new.type}" if _is_cast(here, there, around) else by_text(new)


def _is_cast(here: str, there: str, around: Context) -> bool:
    """Whether there may be a cast: between two types that people made there is none unasked."""
    return "." not in here or "." not in there or Ref("cast", (here,), (there,)) in around.desired


def _is_enum(column: Column, catalog: Catalog) -> bool:
    return any(used.kind == "enum" for used in catalog.uses(column.ref))


def by_text(column: Column) -> str:
    """The value of the new type that is written as the old one is."""
    return f"{name(column.names[-1])}::{'text[]' if column.type.endswith('[]') else 'text'}::{column.type}"
