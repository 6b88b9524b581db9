"""What reaches beyond the database: schemas and extensions, foreign data, large objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.catalog.facts.outside import Extension, ForeignDataWrapper, LargeObject, Server, UserMapping
from seachange.catalog.facts.relations import Schema
from seachange.catalog.ref import Ref
from seachange.rules import replication
from seachange.rules.addresses import grantee
from seachange.rules.columns import altered_options, options_clause
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.rules.secrets import by_hand, readable
from seachange.sql.quote import literal, name, path
from seachange.step import Risk, Stage, Step

DATA = frozenset({"table", "materialized view", "sequence", "large object"})
"""Kinds that hold what nobody can write anew."""


def create_schema(schema: Schema, around: Context) -> Steps:
    yield Step(sql=f"CREATE SCHEMA {path(schema.names)}", stage=Stage.EXTENSIONS, makes=frozenset({schema.ref}))


def drop_schema(schema: Schema, around: Context) -> Steps:
    """Default privileges in the schema are taken back before."""
    inside = (
        ref for ref in around.goes if ref.kind in ("default grant", "default revoke") and ref.names == schema.names
    )
    yield Step(
        sql=f"DROP SCHEMA {path(schema.names)}",
        stage=Stage.REMOVE,
        takes=frozenset({schema.ref}),
        follows=frozenset(inside),
    )


def create_extension(extension: Extension, around: Context) -> Steps:
    """It belongs to the role that makes it.  A schema that it brings itself cannot be there before."""
    schema = Ref("schema", (extension.schema,))
    inside = "" if around.desired.origin.members.get(schema) == extension.names[-1] else name(extension.schema)
    said = [f"SCHEMA {inside}"] if inside else []
    said += [f"VERSION {literal(extension.version)}"] if extension.version else []
    born = {told.ref for told in around.desired.said_of(extension.ref) if told.ref.kind == "owner"}
    yield Step(
        sql=" ".join((f"CREATE EXTENSION {path(extension.names)}", *(["WITH", *said] if said else ()))),
        stage=Stage.EXTENSIONS,
        makes=frozenset({extension.ref} | born),
        follows=frozenset({schema} if inside else ()),
    )


def drop_extension(extension: Extension, around: Context) -> Steps:
    members = (ref for ref, brought_by in around.current.origin.members.items() if brought_by == extension.names[-1])
    risks = {Risk.BREAKS_CLIENTS, *([Risk.LOSES_DATA] if any(ref.kind in DATA for ref in members) else ())}
    yield Step(
        sql=f"DROP EXTENSION {path(extension.names)}",
        stage=Stage.REMOVE,
        takes=frozenset({extension.ref}),
        risks=frozenset(risks),
    )


def update_extension(old: Extension, new: Extension, around: Context) -> Steps:
    yield Step(
        sql=f"ALTER EXTENSION {path(new.names)} UPDATE TO {literal(new.version)}",
        stage=Stage.EXTENSIONS,
        alters=frozenset({new.ref}),
        risks=frozenset({Risk.UPGRADES_EXTENSION}),
    )


def move_extension(old: Extension, new: Extension, around: Context) -> Steps:
    yield Step(
        sql=f"ALTER EXTENSION {path(new.names)} SET SCHEMA {name(new.schema)}",
        stage=Stage.EXTENSIONS,
        alters=frozenset({new.ref}),
        follows=frozenset({Ref("schema", (new.schema,))}),
        risks=frozenset({Risk.BREAKS_CLIENTS}),
    )


def create_wrapper(wrapper: ForeignDataWrapper, around: Context) -> Steps:
    yield Step(
        sql=f"CREATE FOREIGN DATA WRAPPER {path(wrapper.names)}{_functions(wrapper)}{_options(wrapper.options)}",
        stage=Stage.EXTENSIONS,
        makes=frozenset({wrapper.ref}),
        why=by_hand(wrapper.options),
    )


def _functions(wrapper: ForeignDataWrapper) -> str:
    said = {"HANDLER": wrapper.handler, "VALIDATOR": wrapper.validator}
    return "".join(f" {word} {function}" for word, function in said.items() if function)


def _options(options: tuple[str, ...]) -> str:
    known = readable(options)
    return f" OPTIONS ({options_clause(known)})" if known else ""


def _altered(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    """What OPTIONS says to change one into the other.  A secret stays as it is; where there is none, none comes."""
    before = {option.partition("=")[0]: option for option in old}
    kept = (option if option in readable(new) else before.get(option.partition("=")[0]) for option in new)
    return altered_options(old, tuple(option for option in kept if option))


def alter_wrapper(old: ForeignDataWrapper, new: ForeignDataWrapper, around: Context) -> Steps:
    said = []
    for word, before, after in (("HANDLER", old.handler, new.handler), ("VALIDATOR", old.validator, new.validator)):
        if before != after:
            said.append(f"{word} {after}" if after else f"NO {word}")
    if options := _altered(old.options, new.options):
        said.append(f"OPTIONS ({options})")
    yield Step(
        sql=f"ALTER FOREIGN DATA WRAPPER {path(new.names)} {' '.join(said)}",
        stage=Stage.EXTENSIONS,
        alters=frozenset({new.ref}),
        why=by_hand(new.options, old.options),
    )


def drop_wrapper(wrapper: ForeignDataWrapper, around: Context) -> Steps:
    yield _dropped(f"DROP FOREIGN DATA WRAPPER {path(wrapper.names)}", wrapper.ref)


def _dropped(sql: str, ref: Ref) -> Step:
    return Step(sql=sql, stage=Stage.REMOVE, takes=frozenset({ref}), risks=frozenset({Risk.BREAKS_CLIENTS}))


def create_server(server: Server, around: Context) -> Steps:
    said = {"TYPE": server.type, "VERSION": server.version}
    about = "".join(f" {word} {literal(text)}" for word, text in said.items() if text is not None)
    wrapper = f" FOREIGN DATA WRAPPER {name(server.wrapper)}"
    yield Step(
        sql=f"CREATE SERVER {path(server.names)}{about}{wrapper}{_options(server.options)}",
        stage=Stage.EXTENSIONS,
        makes=frozenset({server.ref}),
        why=by_hand(server.options),
    )


def alter_server(old: Server, new: Server, around: Context) -> Steps:
    said = f" VERSION {literal(new.version)}" if new.version is not None and new.version != old.version else ""
    if options := _altered(old.options, new.options):
        said += f" OPTIONS ({options})"
    if said:
        yield Step(
            sql=f"ALTER SERVER {path(new.names)}{said}",
            stage=Stage.EXTENSIONS,
            alters=frozenset({new.ref}),
            why=by_hand(new.options, old.options),
        )


def drop_server(server: Server, around: Context) -> Steps:
    yield _dropped(f"DROP SERVER {path(server.names)}", server.ref)


def create_mapping(mapping: UserMapping, around: Context) -> Steps:
    yield Step(
        sql=f"CREATE USER MAPPING {_mapped(mapping)}{_options(mapping.options)}",
        stage=Stage.EXTENSIONS,
        makes=frozenset({mapping.ref}),
        follows=frozenset({Ref("role", mapping.names), Ref("server", mapping.args)}),
        risks=frozenset({Risk.CHANGES_ACCESS}),
        why=by_hand(mapping.options),
    )


def _mapped(mapping: UserMapping) -> str:
    return f"FOR {grantee(mapping.names[-1])} SERVER {name(mapping.args[0])}"


def alter_mapping(old: UserMapping, new: UserMapping, around: Context) -> Steps:
    if options := _altered(old.options, new.options):
        yield Step(
            sql=f"ALTER USER MAPPING {_mapped(new)} OPTIONS ({options})",
            stage=Stage.EXTENSIONS,
            alters=frozenset({new.ref}),
            risks=frozenset({Risk.CHANGES_ACCESS}),
            why=by_hand(new.options, old.options),
        )


def drop_mapping(mapping: UserMapping, around: Context) -> Steps:
    yield _dropped(f"DROP USER MAPPING {_mapped(mapping)}", mapping.ref)


def create_large_object(blob: LargeObject, around: Context) -> Steps:
    yield Step(sql=f"SELECT lo_create({blob.names[0]})", stage=Stage.DATA, makes=frozenset({blob.ref}))


def drop_large_object(blob: LargeObject, around: Context) -> Steps:
    yield Step(
        sql=f"SELECT lo_unlink({blob.names[0]})",
        stage=Stage.REMOVE,
        takes=frozenset({blob.ref}),
        risks=frozenset({Risk.LOSES_DATA}),
    )


def _can_move(old: Extension, new: Extension, around: Context) -> bool:
    """Some have the schema that they are made in for good."""
    return old.relocatable


def _keeps_version(old: Server, new: Server, around: Context) -> bool:
    """There is no way to take a version away."""
    return new.version is not None


RULES: Mapping[str, Rule[Any]] = {
    "schema": Rule[Schema](create_schema, drop_schema, {}),
    "extension": Rule[Extension](
        create_extension,
        drop_extension,
        {"version": Alteration(update_extension), "schema": Alteration(move_extension, possible=_can_move)},
    ),
    "foreign-data wrapper": Rule[ForeignDataWrapper](
        create_wrapper, drop_wrapper, dict.fromkeys(("handler", "validator", "options"), Alteration(alter_wrapper))
    ),
    "server": Rule[Server](
        create_server,
        drop_server,
        {
            "wrapper": REBUILD,
            "type": REBUILD,
            "version": Alteration(alter_server, possible=_keeps_version),
            "options": Alteration(alter_server),
        },
    ),
    "user mapping": Rule[UserMapping](create_mapping, drop_mapping, {"options": Alteration(alter_mapping)}),
    "large object": Rule[LargeObject](create_large_object, drop_large_object, {}),
    **replication.RULES,
}
