"""The objects that a statement drops, renames, moves or alters: of which kind they are, and where they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.catalog.ref import Ref
from seachange.checks.world import World, spelled
from seachange.sql import nodes
from seachange.sql.nodes import (
    AlterTableCmd,
    AlterTableStmt,
    DropStmt,
    RangeVar,
)
from seachange.sql.tree import inner

KINDS: Mapping[int, str] = {
    getattr(nodes, f"OBJECT_{kind.upper().replace(' ', '_')}"): kind
    for kind in (
        "access method",
        "aggregate",
        "attribute",
        "cast",
        "collation",
        "column",
        "conversion",
        "database",
        "domain",
        "event trigger",
        "extension",
        "foreign server",
        "foreign table",
        "function",
        "index",
        "language",
        "opclass",
        "operator",
        "opfamily",
        "policy",
        "procedure",
        "publication",
        "role",
        "routine",
        "rule",
        "schema",
        "sequence",
        "subscription",
        "table",
        "trigger",
        "type",
        "view",
    )
} | {
    nodes.OBJECT_MATVIEW: "materialized view",
    nodes.OBJECT_FDW: "foreign-data wrapper",
    nodes.OBJECT_TABCONSTRAINT: "table constraint",
    nodes.OBJECT_DOMCONSTRAINT: "domain constraint",
    nodes.OBJECT_STATISTIC_EXT: "statistics object",
}
"""The grammar's kinds of object in words."""

IN_SCHEMA = frozenset({"type", "domain", "collation", "conversion", "statistics object"})
ROUTINES = frozenset({"function", "procedure", "routine", "aggregate"})
OF_RELATION = frozenset({"trigger", "policy", "rule"})
RELATIONS = frozenset({"table", "view", "materialized view", "foreign table", "index", "sequence"})
TYPES = ("enum", "domain", "composite type", "range", "base type")


class Named(Struct, frozen=True):
    """An object as a statement names it.  `kind` is the statement's word; `names` are where it is, or would be."""

    kind: str
    names: Path
    node: Any = None

    @property
    def about(self) -> str:
        return spelled(self.names)

    @property
    def place(self) -> RangeVar:
        """It, as the name of a relation."""
        return RangeVar(schemaname="".join(self.names[-2:-1]), relname=self.names[-1])


def strings(nodes: Iterable[Any]) -> tuple[str, ...]:
    """The names in a list of nodes."""
    return tuple(str(node.string.sval) for node in nodes)


def dropped(statement: DropStmt, world: World) -> Iterator[Named]:
    """What a DROP names."""
    kind = KINDS.get(statement.remove_type, "object")
    for each in statement.objects:
        yield named(kind, inner(each), world)


def named(kind: str, node: Any, world: World) -> Named:
    """An object of a kind, by the node that names it."""
    match node.DESCRIPTOR.name:
        case "ObjectWithArgs":
            names = strings(node.objname)
        case "TypeName":
            names = strings(node.names)
        case "RangeVar":
            return Named(kind, world.path(node), node)
        case "String":
            names = (str(node.sval),)
        case "List":
            names = strings(item for item in node.items if item.HasField("string"))
        case _:
            names = ()
    return Named(kind, _placed(kind, names, world), node)


def _placed(kind: str, names: Path, world: World) -> Path:
    """With the schema in which it is found, or would be made."""
    if kind in RELATIONS:
        return world.path(_relation(names))
    if kind in OF_RELATION:
        return (*world.path(_relation(names[:-1])), names[-1])
    if len(names) == 1 and kind in IN_SCHEMA | ROUTINES:
        kinds = TYPES if kind == "type" else (kind,)
        found = (schema for schema in world.search_path if any(world.get(Ref(one, (schema, *names))) for one in kinds))
        return (next(found, world.home), *names)
    return names


def _relation(names: Path) -> RangeVar:
    return RangeVar(schemaname="".join(names[-2:-1]), relname=names[-1])


def commands(statement: AlterTableStmt) -> Iterator[AlterTableCmd]:
    """The actions of an ALTER TABLE."""
    return (each.alter_table_cmd for each in statement.cmds)


def given(command: AlterTableCmd) -> Any:
    """What an action of ALTER TABLE adds or sets: a ColumnDef, a Constraint, an expression."""
    return inner(getattr(command, "def"))


def is_new(world: World, thing: Named) -> bool:
    """Whether the script itself made it, or the relation it belongs to."""
    if thing.kind in RELATIONS or thing.kind == "type":
        return world.is_new(thing.names) or any(_made(world, Ref(kind, thing.names)) for kind in TYPES)
    if thing.kind in OF_RELATION and world.is_new(thing.names[:-1]):
        return True
    if thing.kind in ROUTINES:
        routines = world.past.functions.get(thing.names[-1], ())
        return any(ref.names == thing.names and _made(world, ref) for ref in routines)
    return _made(world, Ref(thing.kind, thing.names))


def _made(world: World, ref: Ref) -> bool:
    moment = world.past.at(ref, world.time)
    return bool(moment and moment.fact and moment.new)


def placed(kind: str, names: Iterable[Any], world: World) -> Named:
    """An object of a kind by the nodes of its name."""
    return Named(kind, _placed(kind, strings(names), world))
