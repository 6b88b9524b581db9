"""A rule for rows that was not there before refuses what running programs may still write.

That NOT VALID spares the rows that are there helps nobody who writes new ones: from the moment on at which the
constraint is there, each INSERT and UPDATE is held to it.  So it is with NOT NULL, a unique index, a trigger that
raises, a rule that drops a statement.  A default or an expression that changes gives programs other values than they
reckon with.

Bring the programs into line first, look whether they are, and set the rule then.  Only told where a project asks for
it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from google.protobuf.message import Message

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.objects import commands, given, is_new, named, placed
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    CONSTR_CHECK,
    CONSTR_EXCLUSION,
    CONSTR_FOREIGN,
    CONSTR_NOTNULL,
    CONSTR_PRIMARY,
    CONSTR_UNIQUE,
    AlterDomainStmt,
    AlterTableCmd,
    AlterTableStmt,
    AT_AddColumn,
    AT_AddConstraint,
    AT_AlterConstraint,
    AT_AttachPartition,
    AT_ColumnDefault,
    AT_SetExpression,
    AT_SetNotNull,
    CreateTrigStmt,
    IndexStmt,
    RuleStmt,
)

_RESTRICTS = "squawk ban-new-write-restriction"
_CONSTRAINTS = frozenset(
    {CONSTR_CHECK, CONSTR_EXCLUSION, CONSTR_FOREIGN, CONSTR_NOTNULL, CONSTR_PRIMARY, CONSTR_UNIQUE}
)
_OTHERWISE: Mapping[int, tuple[str, str]] = {
    AT_AttachPartition: ("rows that do not belong into the partition", _RESTRICTS),
    AT_SetNotNull: ("rows without a value in {part}", _RESTRICTS),
    AT_SetExpression: (
        "nothing, but {part} is computed otherwise from now on",
        "squawk ban-alter-generated-expression",
    ),
    AT_ColumnDefault: ("nothing, but {part} gets another value where none is given", "squawk ban-set-default"),
}


def _look(written: Written, around: Around) -> Remarks:
    for about, refused, rule in _tightened(written.node, around):
        yield Remark(
            message=f"Running programs may still write what is refused afterwards: {refused}."
            if rule == _RESTRICTS
            else f"Running programs reckon with what was there: {refused.removeprefix('nothing, but ')}.",
            about=about,
            advice="Bring the programs into line first.",
            same_as=(rule,),
        )


def _tightened(node: Message | None, around: Around) -> Iterator[tuple[str, str, str]]:
    world = around.world
    match node:
        case AlterTableStmt():
            yield from _of_table(node, around)
        case AlterDomainStmt():
            yield from _of_domain(node, around)
        case IndexStmt() if node.unique and not world.is_new(world.path(node.relation)):
            yield spelled(world.path(node.relation)), f"rows that are alike in what {node.idxname} holds", _RESTRICTS
        case CreateTrigStmt() | RuleStmt() if not world.is_new(world.path(node.relation)):
            name = node.trigname if isinstance(node, CreateTrigStmt) else node.rulename
            yield spelled(world.path(node.relation)), f"rows that {name} does not let pass", _RESTRICTS


def _of_table(statement: AlterTableStmt, around: Around) -> Iterator[tuple[str, str, str]]:
    table = named("table", statement.relation, around.world)
    if is_new(around.world, table):
        return
    for command in commands(statement):
        part = spelled((*table.names, command.name)) if command.name else table.about
        if command.subtype in _OTHERWISE and (command.subtype != AT_ColumnDefault or command.HasField("def")):
            refused, rule = _OTHERWISE[command.subtype]
            yield part, refused.format(part=part), rule
        elif said := _constraint(command):
            yield table.about, said, _RESTRICTS


def _constraint(command: AlterTableCmd) -> str:
    """What a constraint that an action adds or switches on refuses; empty where it does neither."""
    if command.subtype == AT_AddConstraint:
        return f"rows that break {given(command).conname or 'the new constraint'}"
    if command.subtype == AT_AddColumn:
        found = {each.constraint.contype for each in given(command).constraints}
        return f"rows that break a constraint of {given(command).colname}" if found & _CONSTRAINTS else ""
    if command.subtype == AT_AlterConstraint:
        constraint = given(command)
        eases = constraint.alter_enforceability and not constraint.is_enforced
        return "" if eases else f"rows that break {constraint.conname}, or break it for a while"
    return ""


def _of_domain(statement: AlterDomainStmt, around: Around) -> Iterator[tuple[str, str, str]]:
    domain = placed("domain", statement.type_name, around.world)
    if statement.subtype in ("C", "O", "T") and not is_new(around.world, domain):
        if statement.subtype == "C":
            yield domain.about, "values that break the new constraint", _RESTRICTS
        elif statement.subtype == "O":
            yield domain.about, "NULL", _RESTRICTS
        elif statement.HasField("def"):
            yield domain.about, "nothing, but the default is another", "squawk ban-set-default"


CHECK = Check(
    name="client-compat-tighten",
    code="CM24",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="rules for rows that running programs do not know of yet",
    kinds=(
        "AT_AddColumn",
        "AT_AddConstraint",
        "AT_AlterConstraint",
        "AT_AttachPartition",
        "AT_ColumnDefault",
        "AT_SetExpression",
        "AT_SetNotNull",
        "AlterDomainStmt",
        "IndexStmt",
        "CreateTrigStmt",
        "RuleStmt",
    ),
    statement=_look,
    optional=True,
    same_as=(_RESTRICTS, "squawk ban-set-default", "squawk ban-alter-generated-expression"),
)
