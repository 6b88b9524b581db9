"""Types in statements, spelled as the catalog spells them: `character varying(20)`, `timestamp with time zone`."""

from __future__ import annotations

from collections.abc import Iterable

from seachange.checks.world import World
from seachange.sql.nodes import RangeVar, TypeName
from seachange.sql.quote import path

SPELLED = {
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "varchar": "character varying",
    "bpchar": "character",
    "varbit": "bit varying",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
    "char": '"char"',
}
SERIAL = {
    "smallserial": "smallint",
    "serial2": "smallint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
}
"""What the grammar takes for a type: a column with a sequence of its own."""
CATALOG = "pg_catalog"
WHOLE_RANGE = 0x7FFF
INTERVALS = {4: "year", 2: "month", 8: "day", 1024: "hour", 2048: "minute", 4096: "second"}


def is_serial(type: TypeName) -> bool:
    return len(type.names) == 1 and type.names[0].string.sval in SERIAL


def type_of(type: TypeName, world: World) -> str:
    """As `format_type` has it; empty where only a database knows it."""
    names = _names(type)
    if type.pct_type:
        *table, column = names
        named = RangeVar(schemaname="".join(table[:-1]), relname=table[-1])
        found = world.column(world.path(named), column)
        return found.type if found else ""
    return _element(names, list(_modifiers(type)), world) + ("[]" if type.array_bounds else "")


def names_of(type: TypeName) -> tuple[str, ...]:
    """The names in it as they are written, without a leading pg_catalog."""
    names = _names(type)
    return names[1:] if names[0] == CATALOG else names


def _names(type: TypeName) -> tuple[str, ...]:
    return tuple(part.string.sval for part in type.names)


def _modifiers(type: TypeName) -> Iterable[int]:
    for each in type.typmods:
        if each.HasField("a_const"):
            yield each.a_const.ival.ival


def _element(names: tuple[str, ...], modifiers: list[int], world: World) -> str:
    if names[0] != CATALOG:
        if len(names) == 1 and names[0] in SERIAL:
            return SERIAL[names[0]]
        if not (len(names) == 1 and names[0] in SPELLED) and (fact := world.type(names)):
            return path(fact.names)
        if len(names) > 1:
            return path(names) + _listed(modifiers)
        if member := _of_extension(names[0], world):
            return path(member) + _listed(modifiers)
    return _built_in(names[-1], modifiers)


def _built_in(name: str, modifiers: list[int]) -> str:
    if name == "interval":
        return "interval" + _interval(modifiers)
    if name == "bpchar" and not modifiers:
        return "bpchar"
    if name == "numeric" and len(modifiers) == 1:
        modifiers = [*modifiers, 0]
    first, space, rest = SPELLED.get(name, name).partition(" ")
    if first in ("time", "timestamp"):
        return first + _listed(modifiers) + space + rest
    return SPELLED.get(name, name) + _listed(modifiers)


def _interval(modifiers: list[int]) -> str:
    """The fields, then the digits of a second."""
    mask, *digits = modifiers or [WHOLE_RANGE]
    if mask == WHOLE_RANGE:
        return _listed(digits)
    fields = [word for bit, word in INTERVALS.items() if mask & bit]
    return f" {' to '.join(dict.fromkeys((fields[0], fields[-1])))}{_listed(digits)}" if fields else ""


def _listed(modifiers: Iterable[int]) -> str:
    inside = ",".join(map(str, modifiers))
    return f"({inside})" if inside else ""


def _of_extension(name: str, world: World) -> tuple[str, ...] | None:
    """A type that came with an extension has no fact: only its address is known."""
    return world.ground.types.get(name) if world.ground else None
