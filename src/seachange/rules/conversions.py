"""Casts, encoding conversions and collations.  None of them can be altered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.facts.types import Cast, Collation, Conversion
from seachange.rules.plainly import dropped, made, put_aside, taken
from seachange.rules.rule import REBUILD, Context, Rule, Steps
from seachange.sql.quote import literal, path
from seachange.step import Stage

CONTEXTS = {"explicit": "", "assignment": " AS ASSIGNMENT", "implicit": " AS IMPLICIT"}


def create_cast(cast: Cast, around: Context) -> Steps:
    ways = {"binary": "WITHOUT FUNCTION", "inout": "WITH INOUT", "function": f"WITH FUNCTION {cast.function}"}
    sql = f"CREATE CAST ({cast.names[0]} AS {cast.args[0]}) {ways[cast.method]}{CONTEXTS[cast.context]}"
    yield made(cast, sql, Stage.FUNCTIONS)


def drop_cast(cast: Cast, around: Context) -> Steps:
    yield taken(cast, f"DROP CAST ({cast.names[0]} AS {cast.args[0]})")


def create_conversion(conversion: Conversion, around: Context) -> Steps:
    yield made(
        conversion,
        f"CREATE {'DEFAULT ' if conversion.default else ''}CONVERSION {path(conversion.names)} "
        f"FOR {literal(conversion.source)} TO {literal(conversion.target)} FROM {conversion.function}",
        Stage.FUNCTIONS,
    )


def create_collation(collation: Collation, around: Context) -> Steps:
    said = ", ".join(_said(collation))
    yield made(collation, f"CREATE COLLATION {path(collation.names)} ({said})", Stage.TYPES)


def _said(collation: Collation) -> Iterator[str]:
    yield f"PROVIDER = {collation.provider}"
    if collation.ctype is None or collation.provider != "libc":
        yield f"LOCALE = {_value(collation.locale)}"
    else:
        yield f"LC_COLLATE = {_value(collation.locale)}"
        yield f"LC_CTYPE = {_value(collation.ctype)}"
    if not collation.deterministic:
        yield "DETERMINISTIC = false"
    if collation.rules is not None:
        yield f"RULES = {_value(collation.rules)}"


def _value(text: str | None) -> str:
    return literal(text or "")


CAST: Rule[Cast] = Rule(create_cast, drop_cast, dict.fromkeys(("method", "function", "context"), REBUILD))
CONVERSION: Rule[Conversion] = Rule(
    create_conversion,
    dropped("CONVERSION"),
    dict.fromkeys(("source", "target", "function", "default"), REBUILD),
    space="conversion",
)
COLLATION: Rule[Collation] = Rule(
    create_collation,
    dropped("COLLATION"),
    dict.fromkeys(("provider", "locale", "ctype", "rules", "deterministic"), REBUILD),
    space="collation",
    aside=put_aside("COLLATION"),
)

RULES: Mapping[str, Rule[Any]] = {"cast": CAST, "conversion": CONVERSION, "collation": COLLATION}
