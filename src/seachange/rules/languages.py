"""Procedural languages, and transforms for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.catalog.facts.routines import Language, Transform
from seachange.rules.addresses import address
from seachange.rules.plainly import altered, made, taken
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.sql.quote import name
from seachange.step import Stage


def create_language(language: Language, around: Context) -> Steps:
    yield made(language, _language(language, "CREATE"), Stage.EXTENSIONS)


def drop_language(language: Language, around: Context) -> Steps:
    yield taken(language, f"DROP {address(language.ref)}")


def replace_language(old: Language, new: Language, around: Context) -> Steps:
    yield altered(new, _language(new, "CREATE OR REPLACE"), Stage.EXTENSIONS)


def _language(language: Language, verb: str) -> str:
    parts = [f"{verb} {'TRUSTED ' if language.trusted else ''}LANGUAGE {name(language.names[0])}"]
    for keyword in ("handler", "inline", "validator"):
        if (function := getattr(language, keyword)) is not None:
            parts.append(f"{keyword.upper()} {function}")
    return " ".join(parts)


def create_transform(transform: Transform, around: Context) -> Steps:
    yield made(transform, _transform(transform, "CREATE"), Stage.FUNCTIONS)


def drop_transform(transform: Transform, around: Context) -> Steps:
    yield taken(transform, f"DROP {address(transform.ref)}")


def replace_transform(old: Transform, new: Transform, around: Context) -> Steps:
    yield altered(new, _transform(new, "CREATE OR REPLACE"), Stage.FUNCTIONS)


def _transform(transform: Transform, verb: str) -> str:
    ways = (("FROM", transform.from_sql), ("TO", transform.to_sql))
    functions = ", ".join(f"{way} SQL WITH FUNCTION {function}" for way, function in ways if function is not None)
    return f"{verb} {address(transform.ref)} ({functions})"


LANGUAGE: Rule[Language] = Rule(
    create_language,
    drop_language,
    dict.fromkeys(("trusted", "handler", "inline", "validator"), Alteration(replace_language)),
)
TRANSFORM: Rule[Transform] = Rule(
    create_transform,
    drop_transform,
    dict.fromkeys(("from_sql", "to_sql"), Alteration(replace_transform)),
)

RULES: Mapping[str, Rule[Any]] = {"language": LANGUAGE, "transform": TRANSFORM}
