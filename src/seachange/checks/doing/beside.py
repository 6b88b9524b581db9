"""What is made or changed beside tables: triggers, policies, rules, names, comments, grants, publications, domains."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, TableColumn
from seachange.catalog.facts.types import Domain
from seachange.checks.doing.deed import (
    NOTHING,
    Effects,
    locking,
    meant,
    named,
    scanning,
    together,
    with_rows,
)
from seachange.checks.doing.dropping import range_var
from seachange.checks.world import World
from seachange.sql import nodes
from seachange.sql.nodes import (
    AlterDomainStmt,
    AlterObjectSchemaStmt,
    AlterPolicyStmt,
    AlterPublicationStmt,
    AlterSeqStmt,
    CommentStmt,
    CreatePolicyStmt,
    CreatePublicationStmt,
    CreateStatsStmt,
    CreateTrigStmt,
    GrantStmt,
    RenameStmt,
    RuleStmt,
)
from seachange.sql.quote import path as quoted
from seachange.sql.quote import unquoted
from seachange.step import Lock

GRANTS_LOCK = 18
"""Since then GRANT locks the table, so that two of them do not undo each other."""
RELATIONS = frozenset(
    {
        nodes.OBJECT_TABLE,
        nodes.OBJECT_VIEW,
        nodes.OBJECT_MATVIEW,
        nodes.OBJECT_FOREIGN_TABLE,
        nodes.OBJECT_SEQUENCE,
        nodes.OBJECT_INDEX,
    }
)
PARTS = frozenset({nodes.OBJECT_TABCONSTRAINT, nodes.OBJECT_TRIGGER, nodes.OBJECT_POLICY, nodes.OBJECT_RULE})


def create_trigger(statement: CreateTrigStmt, world: World, version: int) -> Effects:
    tables = meant(statement.relation, world) if statement.row else named(statement.relation, world)
    other = named(statement.constrrel, world) if statement.HasField("constrrel") else ()
    return together((locking(Lock.SHARE_ROW_EXCLUSIVE, *tables), locking(Lock.ACCESS_SHARE, *other)))


def create_rule(statement: RuleStmt, world: World, version: int) -> Effects:
    return locking(Lock.ACCESS_EXCLUSIVE, *named(statement.relation, world))


def policy(statement: CreatePolicyStmt | AlterPolicyStmt, world: World, version: int) -> Effects:
    return locking(Lock.ACCESS_EXCLUSIVE, *named(statement.table, world))


def rename(statement: RenameStmt, world: World, version: int) -> Effects:
    """An index is named anew while others work; what is in a table below it is named anew there, too."""
    if not statement.HasField("relation"):
        return NOTHING
    found = named(statement.relation, world)
    if statement.rename_type in RELATIONS:
        index = any(isinstance(world.at(path), Index) for path in found)
        light = index or statement.rename_type == nodes.OBJECT_INDEX
        return locking(Lock.SHARE_UPDATE_EXCLUSIVE if light else Lock.ACCESS_EXCLUSIVE, *found)
    deep = statement.rename_type in (nodes.OBJECT_COLUMN, nodes.OBJECT_TABCONSTRAINT, nodes.OBJECT_TRIGGER)
    return locking(Lock.ACCESS_EXCLUSIVE, *(meant(statement.relation, world) if deep else found))


def set_schema(statement: AlterObjectSchemaStmt, world: World, version: int) -> Effects:
    found = named(statement.relation, world) if statement.HasField("relation") else ()
    return locking(Lock.ACCESS_EXCLUSIVE, *found)


def comment(statement: CommentStmt, world: World, version: int) -> Effects:
    item = statement.object
    if item.WhichOneof("node") != "list":
        return NOTHING
    names = tuple(each.string.sval for each in item.list.items if each.HasField("string"))
    if statement.objtype == nodes.OBJECT_COLUMN or statement.objtype in PARTS:
        lock = Lock.ACCESS_SHARE if statement.objtype in PARTS else Lock.SHARE_UPDATE_EXCLUSIVE
        return locking(lock, *named(range_var(names[:-1]), world))
    if statement.objtype in RELATIONS:
        return locking(Lock.SHARE_UPDATE_EXCLUSIVE, *named(range_var(names), world))
    return NOTHING


def grant(statement: GrantStmt, world: World, version: int) -> Effects:
    if version < GRANTS_LOCK * 10000 or statement.objtype not in RELATIONS:
        return NOTHING
    paths = (path for each in statement.objects if each.HasField("range_var") for path in named(each.range_var, world))
    return locking(Lock.ACCESS_SHARE, *paths)


def create_statistics(statement: CreateStatsStmt, world: World, version: int) -> Effects:
    found = (path for each in statement.relations for path in named(each.range_var, world))
    return locking(Lock.SHARE_UPDATE_EXCLUSIVE, *found)


def publish(statement: CreatePublicationStmt | AlterPublicationStmt, world: World, version: int) -> Effects:
    tables = (each.publication_obj_spec.pubtable for each in statement.pubobjects)
    found = (path for table in tables if table.HasField("relation") for path in meant(table.relation, world))
    return locking(Lock.SHARE_UPDATE_EXCLUSIVE, *found)


def alter_sequence(statement: AlterSeqStmt, world: World, version: int) -> Effects:
    """Nobody gets a number meanwhile."""
    return together(
        (
            locking(Lock.SHARE_ROW_EXCLUSIVE, *named(statement.sequence, world)),
            *(_owner(each.def_elem, world) for each in statement.options),
        )
    )


def _owner(option: nodes.DefElem, world: World) -> Effects:
    if option.defname != "owned_by":
        return NOTHING
    names = tuple(each.string.sval for each in option.arg.list.items)
    return locking(Lock.ACCESS_SHARE, *named(range_var(names[:-1]), world)) if len(names) > 1 else NOTHING


def alter_domain(statement: AlterDomainStmt, world: World, version: int) -> Effects:
    """Every table that has a column of it is read, and nobody writes to it meanwhile."""
    if not _is_checked(statement, world):
        return NOTHING
    names = tuple(each.string.sval for each in statement.type_name)
    found = world.type(names)
    if not isinstance(found, Domain):
        return NOTHING
    tables = tuple(dict.fromkeys(tables_with(found, world)))
    return together((locking(Lock.SHARE, *tables), scanning(*with_rows(tables, world))))


def _is_checked(statement: AlterDomainStmt, world: World) -> bool:
    """SET NOT NULL, VALIDATE, or a constraint that is not to be checked later."""
    if statement.subtype == "C":
        return not getattr(statement, "def").constraint.skip_validation
    return statement.subtype in ("O", "V")


def tables_with(domain: Domain, world: World) -> Iterator[Path]:
    """The tables with a column of a domain, or of one that is built on it."""
    kinds = {quoted(domain.names)}
    for other in world.of(Domain):
        if unquoted(other.type) == domain.names:
            kinds.add(quoted(other.names))
    for column in world.of(TableColumn):
        if column.type in kinds:
            yield column.names[:-1]
