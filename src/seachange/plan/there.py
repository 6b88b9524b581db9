"""Whether an object is there, as a condition in SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TypeAlias

from seachange.catalog.facts import Path
from seachange.catalog.ref import Ref
from seachange.sql import quote
from seachange.sql.quote import path

Condition: TypeAlias = Callable[[Ref], str]


def there(ref: Ref) -> str:
    """True where the object of that address exists; empty where running a statement again does no harm."""
    condition = CONDITIONS.get(ref.kind)
    return condition(ref) if condition else ""


def _exists(catalog: str, *conditions: str) -> str:
    return f"EXISTS (SELECT FROM pg_catalog.{catalog} WHERE {' AND '.join(conditions)})"


def _is(column: str, value: str) -> str:
    return f"{column} = {literal(value)}"


def literal(text: str) -> str:
    return quote.literal(text)


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(map(literal, values))})"


def _regclass(relation: Path) -> str:
    return f"pg_catalog.to_regclass({literal(path(relation))})"


def _regtype(type_: Path) -> str:
    return f"pg_catalog.to_regtype({literal(path(type_))})"


def _type_named(column: str, type_: str) -> str:
    return f"pg_catalog.format_type({column}, NULL) = {literal(type_)}"


def _within(prefix: str, names: Path) -> tuple[str, str]:
    """An object in a schema, by the columns of its catalog."""
    schema = literal(quote.name(names[0]))
    return f"{prefix}namespace = pg_catalog.to_regnamespace({schema})", _is(f"{prefix}name", names[1])


def _relation(kinds: str, ref: Ref) -> str:
    return _exists("pg_class", f"oid = {_regclass(ref.names)}", _among("relkind", kinds))


def _column(kinds: str, ref: Ref) -> str:
    attribute = _attribute(ref.names)
    return _exists("pg_attribute JOIN pg_catalog.pg_class c ON c.oid = attrelid", *attribute, _among("relkind", kinds))


def _attribute(column: Path) -> tuple[str, ...]:
    return f"attrelid = {_regclass(column[:-1])}", _is("attname", column[-1]), "NOT attisdropped"


def _default(ref: Ref) -> str:
    joined = "pg_attrdef d JOIN pg_catalog.pg_attribute a ON attrelid = adrelid AND attnum = adnum"
    return _exists(joined, *_attribute(ref.names))


def _on_relation(catalog: str, relation: str, name: str, ref: Ref, *more: str) -> str:
    return _exists(catalog, f"{relation} = {_regclass(ref.names[:-1])}", _is(name, ref.names[-1]), *more)


def _trigger(ref: Ref) -> str:
    return _on_relation("pg_trigger", "tgrelid", "tgname", ref, "NOT tgisinternal")


def _domain_constraint(ref: Ref) -> str:
    return _exists("pg_constraint", f"contypid = {_regtype(ref.names[:-1])}", _is("conname", ref.names[-1]))


def _type(kinds: str, ref: Ref) -> str:
    return _exists("pg_type", *_within("typ", ref.names), _among("typtype", kinds))


def _routine(kinds: str, ref: Ref) -> str:
    arguments = f"pg_catalog.oidvectortypes(proargtypes) = {literal(', '.join(ref.args))}"
    return _exists("pg_proc", *_within("pro", ref.names), arguments, _among("prokind", kinds))


def _in_schema(catalog: str, prefix: str, ref: Ref) -> str:
    return _exists(catalog, *_within(prefix, ref.names))


def _named(catalog: str, column: str, ref: Ref) -> str:
    return _exists(catalog, _is(column, ref.names[-1]))


def _cast(ref: Ref) -> str:
    return _exists("pg_cast", _type_named("castsource", ref.names[0]), _type_named("casttarget", ref.args[0]))


def _operator(ref: Ref) -> str:
    types = map(_type_named, ("oprleft", "oprright"), ref.args)
    return _exists("pg_operator", *_within("opr", ref.names), *types)


def _oid(catalog: str, *conditions: str) -> str:
    return f"(SELECT oid FROM pg_catalog.{catalog} WHERE {' AND '.join(conditions)})"


def _by_method(catalog: str, prefix: str, ref: Ref) -> str:
    return _exists(catalog, *_family(prefix, ref))


def _family(prefix: str, ref: Ref) -> tuple[str, ...]:
    return *_within(prefix, ref.names), f"{prefix}method = {_oid('pg_am', _is('amname', ref.args[0]))}"


def _member(catalog: str, columns: tuple[str, str, str, str], ref: Ref) -> str:
    """What belongs to an operator family."""
    family, number, left, right = columns
    return _exists(
        catalog,
        f"{family} = {_oid('pg_opfamily', *_family('opf', ref))}",
        f"{number} = {ref.args[1]}",
        *map(_type_named, (left, right), ref.args[2:]),
    )


def _mapping(ref: Ref) -> str:
    configuration = " AND ".join(_within("cfg", ref.names[:-1]))
    joined = "pg_ts_config_map JOIN pg_catalog.pg_ts_config c ON c.oid = mapcfg"
    token = (
        f"(SELECT alias FROM pg_catalog.ts_token_type(cfgparser) WHERE tokid = maptokentype) = {literal(ref.names[-1])}"
    )
    return _exists(joined, configuration, token)


def _transform(ref: Ref) -> str:
    language = f"trflang = {_oid('pg_language', _is('lanname', ref.args[0]))}"
    return _exists("pg_transform", _type_named("trftype", ref.names[0]), language)


def _user_mapping(ref: Ref) -> str:
    return _exists("pg_user_mappings", _is("usename", ref.names[-1]), _is("srvname", ref.args[0]))


def _published(catalog: str, publication: str, what: str, ref: Ref) -> str:
    return _exists(catalog, what, f"{publication} = {_oid('pg_publication', _is('pubname', ref.args[0]))}")


def _published_table(ref: Ref) -> str:
    return _published("pg_publication_rel", "prpubid", f"prrelid = {_regclass(ref.names)}", ref)


def _published_schema(ref: Ref) -> str:
    schema = f"pnnspid = pg_catalog.to_regnamespace({literal(path(ref.names))})"
    return _published("pg_publication_namespace", "pnpubid", schema, ref)


def _subscription(ref: Ref) -> str:
    here = f"subdbid = {_oid('pg_database', 'datname = pg_catalog.current_database()')}"
    return _exists("pg_subscription", _is("subname", ref.names[-1]), here)


def _large_object(ref: Ref) -> str:
    return _exists("pg_largeobject_metadata", f"oid = {ref.names[0]}")


def _membership(ref: Ref) -> str:
    roles = zip(("roleid", "member", "grantor"), (*ref.names, *ref.args), strict=True)
    return _exists(
        "pg_auth_members", *(f"{column} = {_oid('pg_roles', _is('rolname', role))}" for column, role in roles)
    )


def _database(ref: Ref) -> str:
    """A plan is run in its database."""
    return "true"


CONDITIONS: Mapping[str, Condition] = {
    "schema": partial(_named, "pg_namespace", "nspname"),
    "table": partial(_relation, "rp"),
    "view": partial(_relation, "v"),
    "materialized view": partial(_relation, "m"),
    "foreign table": partial(_relation, "f"),
    "sequence": partial(_relation, "S"),
    "index": partial(_relation, "iI"),
    "composite type": partial(_relation, "c"),
    "table column": partial(_column, "rp"),
    "view column": partial(_column, "v"),
    "materialized view column": partial(_column, "m"),
    "foreign table column": partial(_column, "f"),
    "composite type column": partial(_column, "c"),
    "default value": _default,
    "table constraint": partial(_on_relation, "pg_constraint", "conrelid", "conname"),
    "trigger": _trigger,
    "policy": partial(_on_relation, "pg_policy", "polrelid", "polname"),
    "rule": partial(_on_relation, "pg_rewrite", "ev_class", "rulename"),
    "statistics object": partial(_in_schema, "pg_statistic_ext", "stx"),
    "enum": partial(_type, "e"),
    "domain": partial(_type, "d"),
    "range": partial(_type, "r"),
    "base type": partial(_type, "bp"),
    "domain constraint": _domain_constraint,
    "function": partial(_routine, "fw"),
    "procedure": partial(_routine, "p"),
    "aggregate": partial(_routine, "a"),
    "cast": _cast,
    "operator": _operator,
    "operator class": partial(_by_method, "pg_opclass", "opc"),
    "operator family": partial(_by_method, "pg_opfamily", "opf"),
    "operator of access method": partial(
        _member, "pg_amop", ("amopfamily", "amopstrategy", "amoplefttype", "amoprighttype")
    ),
    "function of access method": partial(
        _member, "pg_amproc", ("amprocfamily", "amprocnum", "amproclefttype", "amprocrighttype")
    ),
    "access method": partial(_named, "pg_am", "amname"),
    "collation": partial(_in_schema, "pg_collation", "coll"),
    "conversion": partial(_in_schema, "pg_conversion", "con"),
    "text search configuration": partial(_in_schema, "pg_ts_config", "cfg"),
    "text search dictionary": partial(_in_schema, "pg_ts_dict", "dict"),
    "text search parser": partial(_in_schema, "pg_ts_parser", "prs"),
    "text search template": partial(_in_schema, "pg_ts_template", "tmpl"),
    "text search mapping": _mapping,
    "language": partial(_named, "pg_language", "lanname"),
    "transform": _transform,
    "event trigger": partial(_named, "pg_event_trigger", "evtname"),
    "extension": partial(_named, "pg_extension", "extname"),
    "foreign-data wrapper": partial(_named, "pg_foreign_data_wrapper", "fdwname"),
    "server": partial(_named, "pg_foreign_server", "srvname"),
    "user mapping": _user_mapping,
    "publication": partial(_named, "pg_publication", "pubname"),
    "publication relation": _published_table,
    "publication namespace": _published_schema,
    "subscription": _subscription,
    "large object": _large_object,
    "database": _database,
    "role": partial(_named, "pg_roles", "rolname"),
    "role membership": _membership,
    "tablespace": partial(_named, "pg_tablespace", "spcname"),
}
"""The condition of each kind that is made and dropped only once."""
