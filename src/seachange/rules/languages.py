"""Procedural languages, and transforms for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.catalog.facts.routines import Language, Transform
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.sql.quote import name
from seachange.step import Stage, Step


def create_language(language: Language, around: Context) -> Steps:
    yield Step(
        sql=_language(language, "CREATE"),
        stage=Stage.EXTENSIONS,
        makes=frozenset({language.ref}),
    )


def drop_language(language: Language, around: Context) -> Steps:
    yield Step(
        sql=f"DROP LANGUAGE {name(language.names[0])}",
        stage=Stage.REMOVE,
        takes=frozenset({language.ref}),
    )


def replace_language(old: Language, new: Language, around: Context) -> Steps:
    yield Step(
        sql=_language(new, "CREATE OR REPLACE"),
        stage=Stage.EXTENSIONS,
        alters=frozenset({new.ref}),
    )


def _language(language: Language, verb: str) -> str:
    parts = [f"{verb} {'TRUSTED ' if language.trusted else ''}LANGUAGE {name(language.names[0])}"]
    for keyword in ("handler", "inline", "validator"):
        if (function := getattr(language, keyword)) is not None:
            parts.append(f"{keyword.upper()} {function}")
    return " ".join(parts)


def create_transform(transform: Transform, around: Context) -> Steps:
    yield Step(
        sql=_transform(transform, "CREATE"),
        stage=Stage.FUNCTIONS,
        makes=frozenset({transform.ref}),
    )


def drop_transform(transform: Transform, around: Context) -> Steps:
    yield Step(
        sql=f"DROP TRANSFORM {_way(transform)}",
        stage=Stage.REMOVE,
        takes=frozenset({transform.ref}),
    )


def replace_transform(old: Transform, new: Transform, around: Context) -> Steps:
    yield Step(
        sql=_transform(new, "CREATE OR REPLACE"),
        stage=Stage.FUNCTIONS,
        alters=frozenset({new.ref}),
    )


def _transform(transform: Transform, verb: str) -> str:
    ways = (("FROM", transform.from_sql), ("TO", transform.to_sql))
    functions = ", ".join(f"{way} SQL WITH FUNCTION {function}" for way, function in ways if function is not None)
    return f"{verb} TRANSFORM {_way(transform)} ({functions})"


def _way(transform: Transform) -> str:
    """The type's name is as PostgreSQL writes types, quotes and all."""
    return f"FOR {transform.names[0]} LANGUAGE {name(transform.args[0])}"


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
