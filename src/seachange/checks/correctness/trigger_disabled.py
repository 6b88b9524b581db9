"""A trigger that is switched off does nothing, and the table looks as if it had one.

Somebody disabled it for a bulk load and did not come back, or set it to fire on replicas only.  Audit rows, counters
and derived columns are missing from then on.  DISABLE TRIGGER ALL also switches foreign keys off.

Enable it in the same transaction, or drop it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts.relations import Trigger
from seachange.checks.around import Around
from seachange.checks.brought import of_state
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, there
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    AT_DisableRule,
    AT_DisableTrig,
    AT_DisableTrigAll,
    AT_DisableTrigUser,
    AT_EnableAlwaysTrig,
    AT_EnableReplicaRule,
    AT_EnableReplicaTrig,
    AT_EnableRule,
    AT_EnableTrig,
    AT_EnableTrigAll,
    AT_EnableTrigUser,
)
from seachange.sql.quote import name

_OFF = (
    AT_DisableTrig,
    AT_DisableTrigAll,
    AT_DisableTrigUser,
    AT_DisableRule,
    AT_EnableReplicaTrig,
    AT_EnableReplicaRule,
)
_ON = (AT_EnableTrig, AT_EnableTrigAll, AT_EnableTrigUser, AT_EnableAlwaysTrig, AT_EnableRule)
_ALL = {AT_DisableTrigAll: "ALL", AT_DisableTrigUser: "USER"}


def _look(written: Written, around: Around) -> Remarks:
    statement: Any = written.node
    for command in commands(statement, *_OFF):
        table = around.world.path(statement.relation)
        if not there(around.world, table) or _enabled_later(command, statement, around):
            continue
        replica = command.subtype in (AT_EnableReplicaTrig, AT_EnableReplicaRule)
        kind = "RULE" if command.subtype in (AT_DisableRule, AT_EnableReplicaRule) else "TRIGGER"
        on = name(command.name) if command.name else _ALL[command.subtype]
        yield Remark(
            message=f"{on} of {spelled(table)} fires {'on replicas only' if replica else 'no more'}, and nothing here"
            " enables it again.",
            about=spelled(table),
            at=command,
            advice="Enable it in the same transaction, or drop it.",
            safe=f"ALTER TABLE {spelled(table)} ENABLE {kind} {on};",
            same_as=("squawk ban-disable-trigger",),
        )


def _enabled_later(command: Any, statement: Any, around: Around) -> bool:
    table = around.world.path(statement.relation)
    for written in around.later:
        later: Any = written.node
        for other in commands(later, *_ON):
            if around.world.path(later.relation) == table and other.name in ("", command.name):
                return True
    return False


def _of(trigger: Trigger, world: World) -> Iterator[Remark]:
    if trigger.enabled not in ("disabled", "replica"):
        return
    table, off = spelled(trigger.names[:-1]), trigger.enabled == "disabled"
    yield Remark(
        message=f"The trigger {name(trigger.names[-1])} of {table} "
        + ("is switched off." if off else "fires on replicas only."),
        about=table,
        advice="Enable it, or drop it.",
        safe=f"ALTER TABLE {table} ENABLE TRIGGER {name(trigger.names[-1])};",
    )


CHECK = Check(
    name="trigger-disabled",
    code="CO17",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="triggers that are switched off",
    kinds=(
        "AT_DisableTrig",
        "AT_DisableTrigAll",
        "AT_DisableTrigUser",
        "AT_DisableRule",
        "AT_EnableReplicaTrig",
        "AT_EnableReplicaRule",
    ),
    statement=_look,
    state=of_state(Trigger, _of),
    same_as=("squawk ban-disable-trigger", "advisor trigger-disabled"),
)
