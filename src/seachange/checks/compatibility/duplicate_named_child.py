"""A table has a column, constraint, policy, trigger or rule of that name already; an enum has the label.

PostgreSQL refuses the second: 42701 for a column, 42710 for the others.  Where the script was run here before, in
part or in another form, what is there may be the same or something else under the same name: IF NOT EXISTS, where
there is such a thing, passes over both.

Compare the two.  Leave out what is equal, replace what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from seachange.catalog.facts.types import Enum
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.hidden import unless_hidden
from seachange.checks.objects import commands, given, strings
from seachange.checks.unknown import unknown
from seachange.checks.world import World, one, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    OBJECT_COLUMN,
    AlterDomainStmt,
    AlterEnumStmt,
    AlterTableStmt,
    AT_AddColumn,
    AT_AddConstraint,
    CreatePolicyStmt,
    CreateTrigStmt,
    RenameStmt,
    RuleStmt,
)
from seachange.sql.tree import kind

_CODES = {"column": "42701"}
Child = tuple[str, tuple[str, ...]]


def _look(written: Written, around: Around) -> Remarks:
    assert written.node is not None
    if not around.world.known:
        yield from unknown(around, CHECK.name, "whether tables have parts of these names already")
    for what, names in _OF[kind(written.node)](written.node, around.world):
        remark = Remark(
            message=f"There is {one(what)} {spelled(names)} already ({_CODES.get(what, '42710')}).",
            about=spelled(names),
            advice="Compare it with what is there: leave it out where they are equal, else replace it.",
        )
        yield unless_hidden(remark, names, around)


def _altered(statement: AlterTableStmt, world: World) -> Iterator[Child]:
    table = world.path(statement.relation)
    columns = {column.names[-1] for column in world.columns(table)}
    constraints = {one.names[-1] for one in world.constraints(table)}
    for command in commands(statement):
        if command.subtype == AT_AddColumn and not command.missing_ok and given(command).colname in columns:
            yield "column", (*table, given(command).colname)
        elif command.subtype == AT_AddConstraint and given(command).conname in constraints:
            yield "constraint", (*table, given(command).conname)


def _policy(statement: CreatePolicyStmt, world: World) -> Iterator[Child]:
    yield from _there("policy", (*world.path(statement.table), statement.policy_name), world)


def _trigger(statement: CreateTrigStmt, world: World) -> Iterator[Child]:
    if not statement.replace:
        yield from _there("trigger", (*world.path(statement.relation), statement.trigname), world)


def _rule(statement: RuleStmt, world: World) -> Iterator[Child]:
    if not statement.replace:
        yield from _there("rule", (*world.path(statement.relation), statement.rulename), world)


def _label(statement: AlterEnumStmt, world: World) -> Iterator[Child]:
    enum = world.type(strings(statement.type_name))
    if isinstance(enum, Enum) and statement.new_val in enum.labels and not statement.skip_if_new_val_exists:
        yield "label", (*enum.names, statement.new_val)


def _renamed(statement: RenameStmt, world: World) -> Iterator[Child]:
    if statement.rename_type == OBJECT_COLUMN and statement.HasField("relation"):
        table = world.path(statement.relation)
        if world.column(table, statement.newname):
            yield "column", (*table, statement.newname)


def _domain(statement: AlterDomainStmt, world: World) -> Iterator[Child]:
    domain = world.type(strings(statement.type_name))
    if statement.subtype == "C" and domain:
        names = (*domain.names, getattr(statement, "def").constraint.conname)
        yield from _there("domain constraint", names, world)


def _there(what: str, names: tuple[str, ...], world: World) -> Iterator[Child]:
    if world.get(Ref(what, names)) is not None:
        yield what, names


_OF: Mapping[str, Callable[[Any, World], Iterator[Child]]] = {
    "AlterTableStmt": _altered,
    "CreatePolicyStmt": _policy,
    "CreateTrigStmt": _trigger,
    "RuleStmt": _rule,
    "AlterEnumStmt": _label,
    "RenameStmt": _renamed,
    "AlterDomainStmt": _domain,
}

CHECK = Check(
    name="duplicate-named-child",
    code="CM09",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="columns, constraints, policies, triggers and labels that are there already",
    kinds=tuple(_OF),
    statement=_look,
)
