"""A constraint that was never validated says nothing about the rows that were there before it.

New rows are held to it, old ones are not.  The planner does not rely on it, nor does SET NOT NULL or ATTACH PARTITION.
Half of a change that somebody meant to finish.

VALIDATE CONSTRAINT reads the table while others read and write it.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.relations import TableConstraint
from seachange.catalog.facts.types import DomainConstraint
from seachange.checks.around import State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.quote import name


def _state(state: State) -> Remarks:
    yield from _of_tables(state)
    for domain in state.catalog.of(DomainConstraint):
        if not domain.validated:
            yield _remark("DOMAIN", spelled(domain.names[:-1]), domain.names[-1])


def _of_tables(state: State) -> Iterator[Remark]:
    for one in state.catalog.of(TableConstraint):
        if not one.validated and one.enforced:
            yield _remark("TABLE", spelled(one.names[:-1]), one.names[-1])


def _remark(kind: str, of: str, constraint: str) -> Remark:
    return Remark(
        message=f"{name(constraint)} of {of} was never held against the rows that were there before it.",
        about=of,
        advice="Have it validated.",
        safe=f"ALTER {kind} {of} VALIDATE CONSTRAINT {name(constraint)};",
    )


CHECK = Check(
    name="constraint-not-validated",
    code="CO14",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="constraints that nobody proved",
    state=_state,
    same_as=("advisor constraint-not-validated",),
)
