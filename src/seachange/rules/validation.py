"""Reading the rows that a constraint has not been checked for."""

from __future__ import annotations

from seachange.catalog.facts.relations import TableConstraint
from seachange.catalog.ref import Ref
from seachange.rules.family import family, held
from seachange.rules.rule import Context
from seachange.sql.quote import name, path
from seachange.step import Held, Lock, Risk, Stage, Step, Way


def validation(constraint: TableConstraint, around: Context, alters: frozenset[Ref] = frozenset()) -> Step:
    """Reads the rows while others read and write."""
    table = constraint.names[:-1]
    return Step(
        sql=f"ALTER TABLE {path(table)} VALIDATE CONSTRAINT {name(constraint.names[-1])}",
        stage=Stage.VALIDATION,
        alters=alters or frozenset({constraint.ref}),
        locks=_validating(constraint, around),
        scans=frozenset(family(table, around)),
        risks=frozenset({Risk.REFUSES_ROWS}),
        way=Way.GROUPED if constraint.ref in around.plainly else Way.COMMITTED,
    )


def _validating(constraint: TableConstraint, around: Context) -> tuple[Held, ...]:
    below = family(constraint.names[:-1], around)
    locks = held(Lock.SHARE_UPDATE_EXCLUSIVE, around, constraint.names[:-1])
    if constraint.references:
        locks += tuple(
            each for each in held(Lock.ROW_SHARE, around, constraint.references) if each.relation not in below
        )
    return locks
