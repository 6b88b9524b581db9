"""Text search: configurations with their mappings, dictionaries, parsers and templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.facts.types import (
    TextSearchConfiguration,
    TextSearchDictionary,
    TextSearchMapping,
    TextSearchParser,
    TextSearchTemplate,
)
from seachange.catalog.ref import Ref
from seachange.rules.plainly import altered, dropped, made
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.sql.quote import name, path, unquoted
from seachange.step import Stage, Step


def create_parser(parser: TextSearchParser, around: Context) -> Steps:
    said = {
        "START": parser.start,
        "GETTOKEN": parser.token,
        "END": parser.end,
        "LEXTYPES": parser.lextypes,
        "HEADLINE": parser.headline,
    }
    yield made(parser, f"CREATE TEXT SEARCH PARSER {path(parser.names)} ({_listed(said)})", Stage.TYPES)


def _listed(said: Mapping[str, str | None]) -> str:
    return ", ".join(f"{key} = {value}" for key, value in said.items() if value)


def create_template(template: TextSearchTemplate, around: Context) -> Steps:
    said = {"INIT": template.init, "LEXIZE": template.lexize}
    yield made(template, f"CREATE TEXT SEARCH TEMPLATE {path(template.names)} ({_listed(said)})", Stage.TYPES)


def create_dictionary(dictionary: TextSearchDictionary, around: Context) -> Steps:
    options = f", {dictionary.options}" if dictionary.options else ""
    sql = f"CREATE TEXT SEARCH DICTIONARY {path(dictionary.names)} (TEMPLATE = {dictionary.template}{options})"
    yield made(dictionary, sql, Stage.TYPES)


def reset_options(old: TextSearchDictionary, new: TextSearchDictionary, around: Context) -> Steps:
    """An option without a value goes away."""
    before, after = (dict(_options(dictionary.options or "")) for dictionary in (old, new))
    said = [option for option in sorted(before.keys() - after.keys())]
    said += [f"{option} = {value}" for option, value in after.items() if before.get(option) != value]
    yield altered(new, f"ALTER TEXT SEARCH DICTIONARY {path(new.names)} ({', '.join(said)})", Stage.TYPES)


def _options(text: str) -> Iterator[tuple[str, str]]:
    """The options of a dictionary, names and values as PostgreSQL quotes them."""
    for option in filter(None, _split(text)):
        key, _, value = option.partition(" = ")
        yield key, value


def _split(text: str) -> Iterator[str]:
    """The text between commas outside of quotes."""
    start, quote = 0, ""
    for i, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == ",":
            yield text[start:i].strip()
            start = i + 1
    yield text[start:].strip()


def create_configuration(configuration: TextSearchConfiguration, around: Context) -> Steps:
    """Its mappings come one by one: that of a parser has none."""
    sql = f"CREATE TEXT SEARCH CONFIGURATION {path(configuration.names)} (PARSER = {configuration.parser})"
    yield made(configuration, sql, Stage.TYPES)


def add_mapping(mapping: TextSearchMapping, around: Context) -> Steps:
    yield _map(mapping, f"ADD MAPPING FOR {_token(mapping)}{_with(mapping)}", around, makes=frozenset({mapping.ref}))


def change_mapping(old: TextSearchMapping, new: TextSearchMapping, around: Context) -> Steps:
    """Dictionaries that it no longer asks go only after this."""
    action = f"ALTER MAPPING FOR {_token(new)}{_with(new)}"
    yield _map(new, action, around, alters=frozenset({new.ref, _configuration(new)}))


def drop_mapping(mapping: TextSearchMapping, around: Context) -> Steps:
    yield Step(
        sql=f"ALTER TEXT SEARCH CONFIGURATION {path(mapping.names[:-1])} DROP MAPPING FOR {_token(mapping)}",
        stage=Stage.REMOVE,
        takes=frozenset({mapping.ref}),
        alters=frozenset({_configuration(mapping)}),
    )


def _map(mapping: TextSearchMapping, action: str, around: Context, **more: Any) -> Step:
    """PostgreSQL records the dictionaries as the configuration's own."""
    asked = frozenset(Ref("text search dictionary", unquoted(each)) for each in mapping.dictionaries)
    return Step(
        sql=f"ALTER TEXT SEARCH CONFIGURATION {path(mapping.names[:-1])} {action}",
        stage=Stage.TYPES,
        follows=asked & around.comes,
        **more,
    )


def _token(mapping: TextSearchMapping) -> str:
    return name(mapping.names[-1])


def _with(mapping: TextSearchMapping) -> str:
    return f" WITH {', '.join(mapping.dictionaries)}"


def _configuration(mapping: TextSearchMapping) -> Ref:
    return Ref("text search configuration", mapping.names[:-1])


RULES: Mapping[str, Rule[Any]] = {
    "text search parser": Rule(
        create_parser,
        dropped("TEXT SEARCH PARSER"),
        dict.fromkeys(("start", "token", "end", "headline", "lextypes"), REBUILD),
        space="text search parser",
    ),
    "text search template": Rule(
        create_template,
        dropped("TEXT SEARCH TEMPLATE"),
        dict.fromkeys(("init", "lexize"), REBUILD),
        space="text search template",
    ),
    "text search dictionary": Rule(
        create_dictionary,
        dropped("TEXT SEARCH DICTIONARY"),
        {"template": REBUILD, "options": Alteration(reset_options)},
        space="text search dictionary",
    ),
    "text search configuration": Rule(
        create_configuration,
        dropped("TEXT SEARCH CONFIGURATION"),
        {"parser": REBUILD},
        space="text search configuration",
        holds=frozenset({"text search mapping"}),
    ),
    "text search mapping": Rule(add_mapping, drop_mapping, {"dictionaries": Alteration(change_mapping)}),
}
