"""Types as the catalog spells them, from the names that statements have for them."""

from __future__ import annotations

from seachange.checks.named import strings, typed
from seachange.checks.world import World
from seachange.sql.nodes import A_Const, TypeName
from seachange.sql.quote import path
from seachange.sql.tree import inner

_NAMES = {
    "int2": "smallint",
    "smallserial": "smallint",
    "serial2": "smallint",
    "int4": "integer",
    "serial": "integer",
    "serial4": "integer",
    "int8": "bigint",
    "bigserial": "bigint",
    "serial8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "varchar": "character varying",
    "bpchar": "character",
    "varbit": "bit varying",
    "decimal": "numeric",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
}
SERIAL = frozenset({"serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"})
_SHARED = ("enum", "domain", "composite type", "range", "base type", "table", "view", "materialized view")


def type_spelled(name: TypeName, world: World) -> str:
    """A type as `format_type` shows it with an empty search path: `character varying(20)`, `public.mood[]`."""
    modifiers = _modifiers(name)
    brackets = "[]" if len(name.array_bounds) else ""
    return base_spelled(name, world, f"({modifiers})" if modifiers else "") + brackets


def base_spelled(name: TypeName, world: World, modifiers: str = "") -> str:
    """The same without length and brackets."""
    *schema, last = strings(name.names)
    if schema in ([], ["pg_catalog"]):
        found = typed(name, world, *_SHARED) if not schema else None
        return path(found.names) if found else _with(_NAMES.get(last, last), modifiers)
    return path((*schema, last)) + modifiers


def _with(name: str, modifiers: str) -> str:
    """Length or precision stand behind the first word of `timestamp with time zone`."""
    first, blank, rest = name.partition(" ")
    if first in ("timestamp", "time"):
        return f"{first}{modifiers}{blank}{rest}"
    return name + modifiers if name != "interval" else name


def _modifiers(name: TypeName) -> str:
    found = [inner(each) for each in name.typmods]
    numbers = [str(each.ival.ival) for each in found if isinstance(each, A_Const) and each.HasField("ival")]
    if strings(name.names)[-1] == "numeric" and len(numbers) == 1:
        numbers.append("0")
    return ",".join(numbers)


def without_length(spelled: str) -> str:
    """A type without its length or precision: `character varying`."""
    start, _, rest = spelled.partition("(")
    return start + rest.partition(")")[2]


def is_serial(name: TypeName) -> bool:
    return strings(name.names)[-1] in SERIAL
