"""What a statement makes beyond tables and what is in them: roles, extensions, publications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from seachange.catalog.facts import Fact
from seachange.catalog.facts.cluster import Role
from seachange.catalog.facts.outside import Extension, Publication, PublishedSchema, PublishedTable
from seachange.catalog.ref import Ref
from seachange.checks.making.facts import changed, gone, made
from seachange.checks.world import World
from seachange.sql import nodes, tree
from seachange.sql.nodes import (
    AlterPublicationStmt,
    AlterRoleStmt,
    CreateExtensionStmt,
    CreatePublicationStmt,
    CreateRoleStmt,
    DefElem,
    PublicationObjSpec,
)

ATTRIBUTES: Mapping[str, str] = {
    "superuser": "superuser",
    "inherit": "inherit",
    "createrole": "create_role",
    "createdb": "create_database",
    "canlogin": "login",
    "isreplication": "replication",
    "bypassrls": "bypass_row_security",
}
"""The attributes of a role, by the words that the grammar has for them."""


def create_extension(statement: CreateExtensionStmt, world: World) -> World:
    """Where the statement names no schema, the extension's own is not known: it is made where all else is."""
    options = {each.def_elem.defname: each.def_elem.arg.string.sval for each in statement.options}
    fact = Extension((statement.extname,), schema=options.get("schema") or world.home)
    return world if statement.if_not_exists and world.get(fact.ref) else world.after(made(fact))


def create_role(statement: CreateRoleStmt, world: World) -> World:
    role = Role((statement.role,), login=statement.stmt_type == nodes.ROLESTMT_USER)
    return world.after(made(_with(role, statement.options)))


def alter_role(statement: AlterRoleStmt, world: World) -> World:
    name = statement.role.rolename
    if not name:
        return world
    old = world.get(Ref("role", (name,)))
    role = old if isinstance(old, Role) else Role((name,), login=True)  # whose attributes matter may log in
    return world.after(changed(_with(role, statement.options)))


def _with(role: Role, options: object) -> Role:
    given: dict[str, bool] = {}
    for each in options:  # type: ignore[attr-defined] # a list of nodes
        option: DefElem = each.def_elem
        if field := ATTRIBUTES.get(option.defname):
            given[field] = option.arg.boolean.boolval
    return replace(role, **given)


def create_publication(statement: CreatePublicationStmt, world: World) -> World:
    publication = Publication((statement.pubname,), all_tables=statement.for_all_tables)
    return world.after(made(publication, *_published(statement.pubname, statement.pubobjects, world)))


def alter_publication(statement: AlterPublicationStmt, world: World) -> World:
    facts = tuple(_published(statement.pubname, statement.pubobjects, world))
    if statement.action == nodes.AP_DropObjects:
        return world.after(gone(*(fact.ref for fact in facts)))
    return world.after(made(*facts))


def _published(publication: str, objects: object, world: World) -> Iterator[Fact]:
    for each in objects:  # type: ignore[attr-defined] # a list of nodes
        spec: PublicationObjSpec = each.publication_obj_spec
        if spec.pubobjtype == nodes.PUBLICATIONOBJ_TABLE:
            where = tree.text(spec.pubtable.where_clause) if spec.pubtable.HasField("where_clause") else None
            yield PublishedTable(world.path(spec.pubtable.relation), (publication,), where=where)
        elif spec.pubobjtype == nodes.PUBLICATIONOBJ_TABLES_IN_SCHEMA:
            yield PublishedSchema((spec.name,), (publication,))
