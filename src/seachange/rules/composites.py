"""Composite types.  Attributes come and go in place; their types change in place where no row has a value of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import Column, CompositeTypeColumn
from seachange.catalog.facts.types import CompositeType
from seachange.catalog.ref import Ref
from seachange.rules.columns import DISTURBED_BY_TYPE
from seachange.rules.plainly import aside_by, aside_name, dropped, dropped_aside
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps, everybody
from seachange.sql.quote import name, path
from seachange.step import Risk, Stage, Step

CONTAINERS = frozenset({"composite type", "composite type column", "domain", "range"})
"""What may hold values of a type without being a relation."""
ROWS = frozenset({"table column", "foreign table column", "materialized view column"})


def create_composite(composite: CompositeType, around: Context) -> Steps:
    attributes = _ordered(composite, around)
    clauses = ", ".join(_clause(attribute) for attribute in attributes)
    yield Step(
        sql=f"CREATE TYPE {path(composite.names)} AS ({clauses})",
        stage=Stage.TYPES,
        makes=frozenset({composite.ref, *(attribute.ref for attribute in attributes)}),
    )


def _ordered(composite: CompositeType, around: Context) -> list[CompositeTypeColumn]:
    """What was there before stays in its place, so that the text of a value means the same; what is new comes last."""

    def place(attribute: CompositeTypeColumn) -> tuple[bool, int]:
        before = around.current.get(attribute.ref) if composite.ref in around.goes else None
        return (False, before.position) if isinstance(before, Column) else (True, attribute.position)

    return sorted(around.desired.parts(composite.names, CompositeTypeColumn), key=place)


def _clause(attribute: CompositeTypeColumn) -> str:
    return f"{name(attribute.names[-1])} {attribute.type}{_collate(attribute)}"


def _collate(attribute: CompositeTypeColumn) -> str:
    return f" COLLATE {attribute.collation}" if attribute.collation else ""


def put_composite_aside(composite: CompositeType, around: Context) -> Steps:
    """It gets the attributes of its successor first, in the same order, so that its values can be read as that's."""
    alike: frozenset[Ref] = frozenset()
    if actions := list(_alike(composite, around)):
        alike = frozenset({Ref(composite.ref.kind, composite.names, ("alike",))})
        yield Step(
            sql=f"ALTER TYPE {path(composite.names)} {', '.join(actions)}",
            stage=Stage.REMOVE,
            makes=alike,
            takes=frozenset(attribute.ref for attribute in _gone(composite, around)),
            risks=frozenset({Risk.LOSES_DATA}) if any(_gone(composite, around)) else frozenset(),
        )
    called = aside_name(composite, around)
    rename = aside_by(composite, f"ALTER TYPE {path(composite.names)} RENAME TO {name(called[-1])}", around, alike)
    yield rename
    yield dropped_aside(composite, f"DROP TYPE {path(called)}", around)


def _alike(composite: CompositeType, around: Context) -> Iterator[str]:
    yield from (f"DROP ATTRIBUTE {name(attribute.names[-1])}" for attribute in _gone(composite, around))
    for attribute in _ordered(composite, around):
        if attribute.ref not in around.current:
            yield f"ADD ATTRIBUTE {name(attribute.names[-1])} text"


def _gone(composite: CompositeType, around: Context) -> Iterator[CompositeTypeColumn]:
    attributes = around.current.parts(composite.names, CompositeTypeColumn)
    return (attribute for attribute in attributes if attribute.ref not in around.desired)


def add_attribute(attribute: CompositeTypeColumn, around: Context) -> Steps:
    if _composite(attribute) in around.comes:
        return
    yield _alter(
        attribute,
        f"ADD ATTRIBUTE {_clause(attribute)}",
        around,
        makes=frozenset({attribute.ref, *_followers(attribute, around, around.comes)}),
    )


def drop_attribute(attribute: CompositeTypeColumn, around: Context) -> Steps:
    yield _alter(
        attribute,
        f"DROP ATTRIBUTE {name(attribute.names[-1])}",
        around,
        stage=Stage.REMOVE,
        takes=frozenset({attribute.ref, *_followers(attribute, around, around.goes)}),
        risks=frozenset({Risk.LOSES_DATA}) if has_rows(_composite(attribute), around.current) else frozenset(),
    )


def retype(old: CompositeTypeColumn, new: CompositeTypeColumn, around: Context) -> Steps:
    yield _alter(
        new,
        f"ALTER ATTRIBUTE {name(new.names[-1])} TYPE {new.type}{_collate(new)}",
        around,
        alters=frozenset({new.ref, *_followers(new, around)}),
    )


def _alter(attribute: CompositeTypeColumn, action: str, around: Context, **more: Any) -> Step:
    """Tables of the type follow."""
    cascade = " CASCADE" if _typed(attribute, around) else ""
    stage = more.pop("stage", Stage.TYPES)
    return Step(sql=f"ALTER TYPE {path(attribute.names[:-1])} {action}{cascade}", stage=stage, **more)


def _typed(attribute: CompositeTypeColumn, around: Context) -> list[Ref]:
    """The tables of the type."""
    users = around.current.users(_composite(attribute))
    return sorted(ref for ref in users if ref.kind == "table" and around.stays(ref))


def _followers(attribute: CompositeTypeColumn, around: Context, among: frozenset[Ref] | None = None) -> Iterator[Ref]:
    """The columns of tables of the type that come, go or change with the attribute."""
    for table in _typed(attribute, around):
        column = Ref("table column", (*table.names, attribute.names[-1]))
        if among is None or column in among:
            yield column


def _composite(attribute: CompositeTypeColumn) -> Ref:
    return Ref("composite type", attribute.names[:-1])


def _whole(attribute: CompositeTypeColumn, around: Context) -> Ref:
    """An attribute that must be built anew would change its place: the type is built anew in its stead."""
    return _composite(attribute) if attribute.ref in around.desired else attribute.ref


def _is_free(old: CompositeTypeColumn, new: CompositeTypeColumn, around: Context) -> bool:
    """PostgreSQL changes no attribute's type where rows have values of it."""
    return not has_rows(_composite(old), around.current)


def has_rows(type: Ref, catalog: Catalog) -> bool:
    """Whether columns of relations hold values of the type, by itself or inside of others."""
    found, queue = {type}, [type]
    while queue:
        for user in catalog.users(queue.pop()):
            if user.kind in ROWS:
                return True
            inside = Ref("composite type", user.names[:-1]) if user.kind == "composite type column" else user
            if user.kind in CONTAINERS and inside not in found:
                found.add(inside)
                queue.append(inside)
    return False


COMPOSITE: Rule[CompositeType] = Rule(
    create_composite,
    dropped("TYPE"),
    {},
    space="relation",
    holds=frozenset({"composite type column"}),
    aside=put_composite_aside,
)
ATTRIBUTE: Rule[CompositeTypeColumn] = Rule(
    add_attribute,
    drop_attribute,
    {
        **dict.fromkeys(("type", "collation"), Alteration(retype, DISTURBED_BY_TYPE, everybody, _is_free)),
        **dict.fromkeys(
            ("not_null", "identity", "generated", "storage", "compression", "statistics", "options"), REBUILD
        ),
        **dict.fromkeys(("foreign_options", "inherited"), REBUILD),
    },
    whole=_whole,
)

RULES: Mapping[str, Rule[Any]] = {"composite type": COMPOSITE, "composite type column": ATTRIBUTE}
