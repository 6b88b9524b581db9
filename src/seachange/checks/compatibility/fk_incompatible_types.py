"""The columns of a foreign key and those it refers to have types that cannot be compared.

PostgreSQL refuses it with 42804.  Often a key was made uuid here and stayed text or bigint there, or the two columns
are enums of different names with the same labels.  Whole numbers of all widths go together, as do text and varchar,
and date with timestamp.

Give the column that is added the type of the key.  A column that is there with rows is changed by a copy beside it.
"""

from __future__ import annotations

from seachange.catalog.facts.types import Domain, Enum
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.columns import plain
from seachange.checks.foreign_keys import KINDS, ForeignKey, foreign_keys, made_types
from seachange.checks.unknown import unknown
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.quote import unquoted

_WHOLE = frozenset({"smallint", "integer", "bigint"})
_TEXT = frozenset({"text", "character varying", "character", "name"})
_MOMENTS = frozenset({"date", "timestamp without time zone", "timestamp with time zone"})
_FLOATS = frozenset({"real", "double precision"})
_APART = frozenset({"uuid", "boolean", "bytea", "jsonb", "numeric"})
_TAKES = {
    **dict.fromkeys(_WHOLE, _WHOLE),
    **dict.fromkeys(_TEXT, _TEXT),
    **dict.fromkeys(_MOMENTS, _MOMENTS),
    **dict.fromkeys(_FLOATS, _FLOATS | _WHOLE | {"numeric"}),
    **{one: frozenset({one}) for one in _APART},
    "numeric": _WHOLE | {"numeric"},
}
"""The types that a key of a type is compared with.  Of a type that is not here, nothing is said."""


def _look(written: Written, around: Around) -> Remarks:
    world = around.world
    given = made_types(written.node, world)
    for key in foreign_keys(written.node, world):
        if world.at(key.target) is None and not world.known and not key.itself:
            yield from unknown(
                around, CHECK.name, "whether foreign keys and what they refer to have types that go together"
            )
        for column, target in zip(key.columns, key.targets, strict=False):
            here = given.get(column) or _column(key.table, column, world)
            there = (given.get(target) if key.itself else "") or _column(key.target, target, world)
            if here and there and not _goes_with(here, there, world):
                yield _remark(key, column, target, (here, there))


def _column(table: tuple[str, ...], name: str, world: World) -> str:
    column = world.column(table, name)
    return column.type if column else ""


def _goes_with(here: str, there: str, world: World) -> bool:
    """Whether a column of the first type may refer to one of the second, as far as that is known."""
    own, key = _inside(here, world), _inside(there, world)
    if own == key:
        return True
    known = {**_TAKES, **{each: frozenset({each}) for each in (own, key) if _is_enum(each, world)}}
    return own not in known or key not in known or own in known[key]


def _inside(type: str, world: World) -> str:
    """The type, or that on which its domain is, without a length."""
    fact = world.type(unquoted(type)) if "." in type else None
    return _inside(fact.type, world) if isinstance(fact, Domain) else (type if "[]" in type else plain(type))


def _is_enum(type: str, world: World) -> bool:
    return "." in type and isinstance(world.type(unquoted(type)), Enum)


def _remark(key: ForeignKey, column: str, target: str, types: tuple[str, str]) -> Remark:
    own, other = spelled((*key.table, column)), spelled((*key.target, target))
    return Remark(
        message=f"{own} is {types[0]}, and {other}, which it is to refer to, is {types[1]} (42804).",
        about=own,
        at=key.node,
        advice=f"Make {own} {types[1]}.",
    )


CHECK = Check(
    name="fk-incompatible-types",
    code="CM06",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="foreign keys between types that cannot be compared",
    kinds=KINDS,
    statement=_look,
)
