"""Who owns what and who may do what, as GRANT, REVOKE and OWNER TO leave it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from google.protobuf.message import Message

from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import ForeignTable, MaterializedView, Sequence, Table, View
from seachange.catalog.facts.routines import Function, Procedure
from seachange.catalog.facts.told import Grant, Owner, Revoke
from seachange.catalog.ref import Ref
from seachange.checks.making.dropping import ROUTINES, item_names, named, routines
from seachange.checks.making.facts import Changes, gone, made
from seachange.checks.world import World
from seachange.sql import nodes, tree
from seachange.sql.nodes import AlterOwnerStmt, AlterTableCmd, GrantStmt, RangeVar, RoleSpec

PUBLIC = "public"
ALL: Mapping[int, tuple[str, ...]] = {
    nodes.OBJECT_TABLE: ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"),
    nodes.OBJECT_SEQUENCE: ("SELECT", "UPDATE", "USAGE"),
    nodes.OBJECT_SCHEMA: ("USAGE", "CREATE"),
    **dict.fromkeys(ROUTINES, ("EXECUTE",)),
}
"""What ALL means."""
BORN = frozenset({("function", PUBLIC, "EXECUTE"), ("procedure", PUBLIC, "EXECUTE"), ("aggregate", PUBLIC, "EXECUTE")})
"""What everybody may do from an object's birth."""
WITHIN: Mapping[int, tuple[type[Fact], ...]] = {
    nodes.OBJECT_TABLE: (Table, View, MaterializedView, ForeignTable),
    nodes.OBJECT_SEQUENCE: (Sequence,),
    nodes.OBJECT_FUNCTION: (Function,),
    nodes.OBJECT_PROCEDURE: (Procedure,),
    nodes.OBJECT_ROUTINE: (Function, Procedure),
}
"""What ALL … IN SCHEMA means."""


def grant(statement: GrantStmt, world: World) -> World:
    if statement.targtype == nodes.ACL_TARGET_DEFAULTS:
        return world
    changes: Changes = {}
    roles = [role_name(each.role_spec) for each in statement.grantees]
    for target, role in product(_targets(statement, world), roles):
        for part, privilege in _privileges(statement, target):
            changes |= _said(part, role, privilege, world, granted=statement.is_grant)
    return world.after(changes)


def _said(target: Ref, role: str, privilege: str, world: World, *, granted: bool) -> Changes:
    args = (target.kind, *target.args, role, privilege)
    held, taken = Grant(target.names, args), Revoke(target.names, args)
    if (target.kind, role, privilege) in BORN or world.get(taken.ref):
        return gone(taken.ref) if granted else made(taken)
    if granted:
        return made(held)
    return gone(held.ref) if world.get(held.ref) else {}


def role_name(spec: RoleSpec) -> str:
    """The name of a role, `public` for all."""
    return PUBLIC if spec.roletype == nodes.ROLESPEC_PUBLIC else str(spec.rolename)


def _privileges(statement: GrantStmt, target: Ref) -> Iterator[tuple[Ref, str]]:
    for each in statement.privileges:
        words = (each.access_priv.priv_name.upper(),) if each.access_priv.priv_name else ALL.get(statement.objtype, ())
        columns = [item_names(column)[0] for column in each.access_priv.cols]
        parts = [Ref(f"{target.kind} column", (*target.names, column)) for column in columns] or [target]
        yield from product(parts, words)
    if not statement.privileges:
        yield from ((target, word) for word in ALL.get(statement.objtype, ()))


def _targets(statement: GrantStmt, world: World) -> Iterator[Ref]:
    for item in statement.objects:
        node = tree.inner(item)
        if statement.targtype == nodes.ACL_TARGET_ALL_IN_SCHEMA:
            schema = item_names(node)
            for kind in WITHIN.get(statement.objtype, ()):
                yield from (fact.ref for fact in world.of(kind) if fact.names[:1] == schema)
        elif isinstance(node, RangeVar):
            yield _relation(node, world)
        elif statement.objtype in ROUTINES:
            yield from routines(node, ROUTINES[statement.objtype], world)
        elif statement.objtype == nodes.OBJECT_SCHEMA:
            yield Ref("schema", item_names(node))


def _relation(name: RangeVar, world: World) -> Ref:
    """What is not known counts as a table."""
    found = world.relation(name)
    return found.ref if found else Ref("table", world.path(name))


def change_owner(command: AlterTableCmd, relation: tuple[str, ...], world: World) -> World:
    """ALTER TABLE, VIEW or SEQUENCE … OWNER TO."""
    fact = world.at(relation)
    return world.after(_owned(fact.ref, command.newowner)) if fact else world


def alter_owner(statement: AlterOwnerStmt, world: World) -> World:
    """ALTER … OWNER TO of functions and relations that have no ALTER TABLE."""
    for ref in _owned_refs(tree.inner(statement.object), statement, world):
        world = world.after(_owned(ref, statement.newowner))
    return world


def _owned_refs(item: Message, statement: AlterOwnerStmt, world: World) -> Iterator[Ref]:
    if statement.object_type in ROUTINES:
        yield from routines(item, ROUTINES[statement.object_type], world)
    elif statement.object_type in WITHIN and (fact := world.relation(named(item_names(item)))):
        yield fact.ref


def _owned(ref: Ref, role: RoleSpec) -> Changes:
    known = role.roletype == nodes.ROLESPEC_CSTRING
    return made(Owner(ref.names, (ref.kind, *ref.args), role=str(role.rolename))) if known else {}
