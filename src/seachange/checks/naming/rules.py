"""A rule rewrites statements before they are planned, and surprises with what it evaluates twice.

ON INSERT DO ALSO runs a second statement with the same expressions: nextval() and random() give other values there.
COPY passes rules by.  RETURNING is refused where no rule gives something back, a row count is that of the original
statement, and INSERT ... ON CONFLICT is not allowed at all on a table with rules.

A trigger sees the row as it is stored, for COPY too.  For a view that is to be written to, use an INSTEAD OF trigger.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Rule
from seachange.catalog.ref import Ref
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CMD_SELECT, RuleStmt


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, RuleStmt)
    if statement.event != CMD_SELECT:
        yield _remark((*around.world.path(statement.relation), statement.rulename))


def _stands(state: State) -> Remarks:
    for rule in state.catalog.of(Rule):
        if Ref("table", rule.names[:-1]) in state.catalog:
            yield _remark(rule.names)


def _remark(names: tuple[str, ...]) -> Remark:
    return Remark(
        message=f"The rule {spelled(names)} rewrites statements on {spelled(names[:-1])}.",
        about=spelled(names),
        advice="Use a trigger.",
    )


CHECK = Check(
    name="rules",
    code="NM15",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="CREATE RULE",
    kinds=("RuleStmt",),
    statement=_look,
    state=_stands,
    same_as=("advisor rule-on-table",),
)
