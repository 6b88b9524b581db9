"""A transaction that locks one table after the other may end in a deadlock with the application.

Locks add up until the transaction ends.  An application that uses the same tables in another order holds what the
migration wants next, and waits for what the migration holds; PostgreSQL ends one of the two.  One transaction for each
table is the remedy; where both must change at once, take all locks in one LOCK TABLE at the beginning, the referenced
table first, with a lock_timeout below deadlock_timeout, and begin again where it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.usage import in_block
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import LockStmt
from seachange.step import Lock


def _look(written: Written, around: Around) -> Remarks:
    if not in_block(around) or not around.effects.locks:
        return
    before = _roots((names for names, lock in around.held.items() if lock >= Lock.SHARE_ROW_EXCLUSIVE), around)
    wanted = (held.relation for held in around.effects.locks if held.lock >= Lock.SHARE_ROW_EXCLUSIVE)
    more = tuple(names for names in _roots(wanted, around) if names not in before)
    if len(before) != 1 or not more or _are_locked_together((*before, *more), around):
        return
    both = ", ".join(map(spelled, (*before, *more)))
    yield Remark(
        message=f"{spelled(more[0])} is locked while the transaction holds {spelled(before[0])}: with an application "
        "that uses them in another order, that is a deadlock.",
        about=spelled(more[0]),
        advice="Give each table a transaction of its own, or lock all of them at the beginning.",
        safe=f"BEGIN;\nSET LOCAL lock_timeout = '500ms';\nLOCK TABLE {both} IN ACCESS EXCLUSIVE MODE;",
    )


def _roots(relations: Iterable[Path], around: Around) -> tuple[Path, ...]:
    """Tables, each partition as part of its own."""
    found = dict.fromkeys(_root(names, around) for names in relations)
    return tuple(found)


def _root(names: Path, around: Around) -> Path:
    parents = around.world.parents(names)
    return _root(parents[0], around) if parents else names


def _are_locked_together(names: tuple[Path, ...], around: Around) -> bool:
    return any(
        isinstance(each.node, LockStmt) and _locks(each.node, names, around)
        for each in (*around.before, around.written)
    )


def _locks(statement: Any, names: tuple[Path, ...], around: Around) -> bool:
    return {around.world.path(each.range_var) for each in statement.relations} >= set(names)


CHECK = Check(
    name="wide-lock-window",
    code="LK16",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="a transaction that locks one table after the other",
    statement=_look,
    queueing=True,
    same_as=("pgls avoidWideLockWindow", "pgfence wide-lock-window"),
)
