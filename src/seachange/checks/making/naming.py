"""What is named anew or moved to another schema, with all that knew it by the old name."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import (
    Column,
    DefaultValue,
    ForeignTable,
    Index,
    Sequence,
    Statistics,
    Table,
    TableConstraint,
)
from seachange.catalog.ref import Ref
from seachange.checks.making.dropping import ROUTINES, item_names, routines
from seachange.checks.making.facts import Changes, changed, gone, moved, renamed_in
from seachange.checks.past import Change
from seachange.checks.world import World
from seachange.sql import nodes, tree
from seachange.sql.nodes import AlterObjectSchemaStmt, RenameStmt
from seachange.sql.quote import path as quoted

PARTS: Mapping[int, str] = {
    nodes.OBJECT_TRIGGER: "trigger",
    nodes.OBJECT_POLICY: "policy",
    nodes.OBJECT_RULE: "rule",
}
TYPES = (nodes.OBJECT_TYPE, nodes.OBJECT_DOMAIN)


def rename(statement: RenameStmt, world: World) -> World:
    kind = statement.rename_type
    if kind in ROUTINES:
        refs = routines(tree.inner(statement.object), ROUTINES[kind], world)
        return world.after(_again({ref: (*ref.names[:-1], statement.newname) for ref in refs}, world))
    if kind == nodes.OBJECT_SCHEMA:
        return world.after(_schema(statement.subname, statement.newname, world))
    if kind in TYPES:
        return world.after(_type(item_names(statement.object), statement.newname, None, world))
    if not statement.HasField("relation") or _is_missing(statement, world):
        return world
    return world.after(_in_relation(statement, world.path(statement.relation), world))


def _is_missing(statement: RenameStmt | AlterObjectSchemaStmt, world: World) -> bool:
    return bool(statement.missing_ok and world.known and world.relation(statement.relation) is None)


def _in_relation(statement: RenameStmt, path: Path, world: World) -> Changes:
    kind = statement.rename_type
    if kind in (nodes.OBJECT_COLUMN, nodes.OBJECT_ATTRIBUTE):
        changes: Changes = {}
        for table in world.family(path):
            changes |= column(table, statement.subname, statement.newname, world)
        return changes
    if kind == nodes.OBJECT_TABCONSTRAINT:
        return _constraint(path, statement.subname, statement.newname, world)
    if kind in PARTS:
        ref = Ref(PARTS[kind], (*path, statement.subname))
        return _again({ref: (*path, statement.newname)}, world)
    if isinstance(index := world.at(path), Index):
        return _again({index.ref: (path[0], statement.newname)}, world) | _kept_by(index, statement.newname, world)
    return moved(path, (path[0], statement.newname), world)


def _kept_by(index: Index, new: str, world: World) -> Changes:
    """The constraint that an index keeps has its name."""
    ref = Ref("table constraint", (*index.table, index.names[-1]))
    return _again({ref: (*index.table, new)}, world)


def _constraint(table: Path, old: str, new: str, world: World) -> Changes:
    changes = _again({Ref("table constraint", (*table, old)): (*table, new)}, world)
    index = world.get(Ref("index", (table[0], old)))
    if isinstance(index, Index) and index.table == table:
        changes |= _again({index.ref: (table[0], new)}, world)
    return changes


def column(table: Path, old: str, new: str, world: World) -> Changes:
    """The column, and what names it."""
    changes: Changes = {}
    for part in world.parts(table):
        if isinstance(part, Column | DefaultValue) and part.names[-1] == old:
            changes |= _again({part.ref: (*table, new)}, world)
        elif isinstance(part, TableConstraint) and old in part.columns:
            text = renamed_in(part.expression, old, new) if part.expression else part.expression
            changes |= changed(replace(part, columns=_with(part.columns, old, new), expression=text))
    for index in world.indexes(table):
        if old in (*index.columns, *index.include):
            both = {"columns": _with(index.columns, old, new), "include": _with(index.include, old, new)}
            changes |= changed(replace(index, **both))
    for key in world.referring(table):
        if key.names[:-1] != table and old in key.referenced_columns:
            changes |= changed(replace(key, referenced_columns=_with(key.referenced_columns, old, new)))
    return changes


def _with(columns: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if each == old else each for each in columns)


def _again(names: Mapping[Ref, Path], world: World) -> Changes:
    """The same facts at other addresses."""
    changes: Changes = {}
    for ref, path in names.items():
        fact = world.get(ref)
        if fact is not None:
            new: Fact = replace(fact, names=path)
            moment = world.past.at(ref, world.time)
            changes |= gone(ref)
            changes[new.ref] = Change(new, new=bool(moment and moment.new))
    return changes


def _type(names: Path, new: str | None, schema: str | None, world: World) -> Changes:
    """The type and its parts, and the columns that are of it."""
    fact = world.type(names)
    if fact is None:
        return {}
    to = (schema or fact.names[0], new or fact.names[-1])
    changes = _again({fact.ref: to, **{part.ref: (*to, part.names[-1]) for part in world.parts(fact.names)}}, world)
    old = quoted(fact.names)
    for each in world.of(Column):
        if each.type in (old, f"{old}[]"):
            changes |= changed(replace(each, type=quoted(to) + each.type.removeprefix(old)))
    return changes


def _schema(old: str, new: str, world: World) -> Changes:
    before = world.catalog.facts if world.catalog else {}
    refs = dict.fromkeys(ref for ref in (*before, *world.past.moments) if ref.names[:1] == (old,))
    changes = _again({ref: (new, *ref.names[1:]) for ref in refs}, world)
    for ref, change in tuple(changes.items()):
        if change.fact is not None:
            changes[ref] = change._replace(fact=_in_schema(change.fact, old, new))
    return changes


def _in_schema(fact: Fact, old: str, new: str) -> Fact:
    """With what it names in a schema of another name."""

    def there(path: Path) -> Path:
        return (new, *path[1:]) if path[:1] == (old,) else path

    match fact:
        case Index() | Statistics():
            return replace(fact, table=there(fact.table))
        case TableConstraint(references=tuple(table)):
            return replace(fact, references=there(table))
        case Sequence(owned_by=tuple(table)):
            return replace(fact, owned_by=there(table))
        case Table() | ForeignTable():
            return replace(fact, parents=tuple(map(there, fact.parents)))
    return fact


def set_schema(statement: AlterObjectSchemaStmt, world: World) -> World:
    kind, schema = statement.object_type, statement.newschema
    if kind in ROUTINES:
        refs = routines(tree.inner(statement.object), ROUTINES[kind], world)
        return world.after(_again({ref: (schema, ref.names[-1]) for ref in refs}, world))
    if kind in TYPES:
        return world.after(_type(item_names(statement.object), None, schema, world))
    if not statement.HasField("relation") or _is_missing(statement, world):
        return world
    path = world.path(statement.relation)
    return world.after(moved(path, (schema, path[-1]), world))
