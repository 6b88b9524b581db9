"""Something is dropped that other objects need, and neither they are dropped nor is there CASCADE.

PostgreSQL refuses it with 2BP01: a table with a view on it or a foreign key to it, a type that columns have, a
function that a trigger calls, a column in a policy, the index of a constraint, a schema that is not empty.

Drop what needs it first, in the order of need.  CASCADE takes all of it away unseen, and what that needs as well; an
index of a constraint goes with the constraint.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.relations import Index
from seachange.catalog.facts.routines import Routine
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.dependents import in_the_way, shown
from seachange.checks.objects import TYPES, Named, commands, dropped
from seachange.checks.replacing import argument_type
from seachange.checks.unknown import unknown
from seachange.checks.world import World
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    DROP_CASCADE,
    AlterTableStmt,
    AT_DropColumn,
    AT_DropConstraint,
    DropStmt,
)

_FEW = 3
_DROPS_GENERATED = 150000
"""Before, a generated column went along with the column it was computed of."""


def _look(written: Written, around: Around) -> Remarks:
    goes = tuple(_goes(written, around.world))
    if goes and not around.world.known:
        yield from unknown(around, CHECK.name, "what needs the things that are dropped")
    needing = [each for each in in_the_way(goes, around.world) if not _goes_along(each, goes, around.version)]
    if needing:
        yield _remark(goes[0], needing)
    for ref in goes:
        index = around.world.get(ref)
        if isinstance(index, Index) and index.constraint:
            yield _of_constraint(index, around.world)


def _goes_along(ref: Ref, goes: tuple[Ref, ...], version: int) -> bool:
    """On 14, a generated column goes along with a column that it is made of."""
    return version < _DROPS_GENERATED and ref.kind == "default value" and goes[0].kind == "table column"


def _remark(ref: Ref, needing: list[Ref]) -> Remark:
    named = ", ".join(map(shown, needing[:_FEW])) + (f" and {len(needing) - _FEW} more" if len(needing) > _FEW else "")
    return Remark(
        message=f"{shown(ref)} cannot be dropped: {named} {'needs' if len(needing) == 1 else 'need'} it (2BP01).",
        about=shown(ref).partition(" ")[2] if ref.kind != "default value" else shown(ref),
        advice="Drop what needs it first, or make that use something else.",
    )


def _of_constraint(index: Index, world: World) -> Remark:
    held = [one for one in world.constraints(index.table) if one.names[-1] == index.names[-1]]
    needs = shown(held[0].ref) if held else "a constraint"
    return Remark(
        message=f"{shown(index.ref)} cannot be dropped: {needs} needs it (2BP01).",
        about=shown(index.ref).partition(" ")[2],
        advice="Drop the constraint, and its index goes along.",
    )


def _goes(written: Written, world: World) -> Iterator[Ref]:
    node = written.node
    if isinstance(node, DropStmt) and node.behavior != DROP_CASCADE:
        for thing in dropped(node, world):
            yield from _refs(thing, world)
    elif isinstance(node, AlterTableStmt):
        table = world.path(node.relation)
        relation = world.at(table)
        for command in commands(node):
            if command.behavior == DROP_CASCADE or relation is None:
                continue
            if command.subtype == AT_DropColumn:
                yield Ref(f"{relation.ref.kind} column", (*table, command.name))
            elif command.subtype == AT_DropConstraint:
                yield Ref("table constraint", (*table, command.name))


def _refs(thing: Named, world: World) -> Iterator[Ref]:
    """The addresses of what a DROP names, where it is there."""
    if thing.kind in ("function", "procedure", "routine", "aggregate"):
        yield from (
            one.ref for one in world.of(Routine) if one.names == thing.names and _has_arguments(one, thing, world)
        )
    else:
        kinds = TYPES if thing.kind == "type" else (thing.kind,)
        yield from (ref for kind in kinds if world.get(ref := Ref(kind, thing.names)) is not None)


def _has_arguments(routine: Routine, thing: Named, world: World) -> bool:
    if thing.node.args_unspecified:
        return True
    return routine.args == tuple(argument_type(each.type_name, world) for each in thing.node.objargs)


CHECK = Check(
    name="drop-has-dependents",
    code="CM13",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="drops of what other objects need",
    kinds=("DropStmt", "AT_DropColumn", "AT_DropConstraint"),
    statement=_look,
)
