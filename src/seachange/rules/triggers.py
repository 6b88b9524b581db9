"""Triggers.

A partition has a clone of each trigger that its table has for each row.  It has a fact only where it is switched
otherwise than the trigger that it is a clone of; it is never created or dropped by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import ForeignTable, Table, Trigger
from seachange.catalog.ref import Ref
from seachange.rules.addresses import address
from seachange.rules.columns import locked
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.rules.switches import LETTERS, SWITCHES, state
from seachange.sql.quote import literal, name, path
from seachange.step import Held, Lock, Stage, Step

CREATE, CONSTRAINT = "CREATE TRIGGER ", "CREATE CONSTRAINT TRIGGER "
"""How PostgreSQL begins what it writes of a trigger."""


def create_trigger(trigger: Trigger, around: Context) -> Steps:
    if original(trigger, around.desired) is not None:
        yield from _switch(trigger, around, makes=frozenset({trigger.ref}))
        return
    yield Step(
        sql=trigger.definition,
        stage=Stage.TRIGGERS,
        makes=frozenset({trigger.ref}),
        takes=_unswitched(trigger),
        locks=_locks(trigger, around),
    )
    yield from _switch_back(trigger, around)


def drop_trigger(trigger: Trigger, around: Context) -> Steps:
    """A clone goes with the trigger that it is a clone of; where that stays, it is switched as that is."""
    if (above := original(trigger, around.current)) is None:
        below = (Ref("trigger", (*heir, trigger.names[-1])) for heir in around.heirs(trigger.names[:-1]))
        yield Step(
            sql=f"DROP {address(trigger.ref)}",
            stage=Stage.REMOVE,
            takes=frozenset({trigger.ref, *(clone for clone in below if clone in around.goes)}),
            locks=_locks(trigger, around, Lock.ACCESS_EXCLUSIVE),
        )
    elif above.ref not in around.goes:
        yield from _follow(trigger, around)


def _follow(clone: Trigger, around: Context) -> Steps:
    above = original(clone, around.desired)
    if above is not None:
        as_above = Trigger(names=clone.names, enabled=above.enabled)
        yield from _switch(as_above, around, takes=frozenset({clone.ref}))
        return
    yield Step(
        sql=f"DROP TRIGGER IF EXISTS {name(clone.names[-1])} ON {path(clone.names[:-1])}",
        stage=Stage.REMOVE,
        takes=frozenset({clone.ref}),
        follows=frozenset({Ref("table", clone.names[:-1])}),
        locks=_locks(clone, around, Lock.ACCESS_EXCLUSIVE),
    )


def change_trigger(old: Trigger, new: Trigger, around: Context) -> Steps:
    """A trigger that takes the place of another fires as usual, whatever that one did."""
    if new.definition == old.definition or original(new, around.desired) is not None:
        yield from _switch(new, around)
        return
    yield Step(
        sql=f"CREATE OR REPLACE TRIGGER {new.definition.removeprefix(CREATE)}",
        stage=Stage.TRIGGERS,
        alters=frozenset({new.ref}),
        takes=_unswitched(new),
        locks=_locks(new, around),
    )
    yield from _switch_back(new, around)


def _can_replace(old: Trigger, new: Trigger, around: Context) -> bool:
    """A clone changes with the trigger that it is a clone of."""
    here, there = original(old, around.current), original(new, around.desired)
    if here is not None or there is not None:
        return here is not None and there is not None
    return not any(trigger.definition.startswith(CONSTRAINT) for trigger in (old, new))


def _unswitched(trigger: Trigger) -> frozenset[Ref]:
    return frozenset() if trigger.enabled == "origin" else frozenset({state(trigger.ref)})


def _switch_back(trigger: Trigger, around: Context) -> Steps:
    if trigger.enabled != "origin":
        yield from _switch(trigger, around, makes=_unswitched(trigger))


def _switch(
    trigger: Trigger, around: Context, makes: frozenset[Ref] = frozenset(), takes: frozenset[Ref] = frozenset()
) -> Steps:
    """What is switched on a partitioned table is switched on all its partitions; some may have to be switched back."""
    table, label = trigger.names[:-1], trigger.names[-1]
    yield Step(
        sql=f"ALTER TABLE {path(table)} {SWITCHES[trigger.enabled]} TRIGGER {name(label)}",
        stage=Stage.TRIGGERS,
        makes=makes,
        takes=takes,
        alters=frozenset({trigger.ref}) - makes - takes,
        follows=frozenset(Ref("trigger", (*above, label)) for above in _above(table, around.desired)),
        locks=_locks(trigger, around),
        undone=_is_otherwise(trigger),
    )
    for heir in around.heirs(table, around.desired):
        clone = around.desired.get(Ref("trigger", (*heir, label)))
        if isinstance(clone, Trigger) and clone == around.current.get(clone.ref) and clone.ref not in around.goes:
            above = original(clone, around.desired)
            if above is not None and above.ref == trigger.ref:
                yield from _switch(clone, around)


def _is_otherwise(trigger: Trigger) -> str:
    """It is there before and after: only its state tells."""
    table = f"pg_catalog.to_regclass({literal(path(trigger.names[:-1]))})"
    label, letter = literal(trigger.names[-1]), LETTERS[trigger.enabled]
    return (
        f"NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = {table} AND tgname = {label} "
        f"AND tgenabled = '{letter}')"
    )


def original(trigger: Trigger, catalog: Catalog) -> Trigger | None:
    """The nearest trigger with a fact that `trigger` is a clone of: no other of its name can be on a table above."""
    for above in _above(trigger.names[:-1], catalog):
        found = catalog.get(Ref("trigger", (*above, trigger.names[-1])))
        if isinstance(found, Trigger):
            from seachange.sql.parse import fires_per_row  # takes its time to load, and is seldom needed

            return found if fires_per_row(found.definition) else None
    return None


def _above(table: Path, catalog: Catalog) -> Iterator[Path]:
    """The tables that it is a partition of, the nearest first."""
    while (found := _table(table, catalog)) is not None and found.bound:
        (table,) = found.parents
        yield table


def _table(table: Path, catalog: Catalog) -> Table | ForeignTable | None:
    for kind in ("table", "foreign table"):
        found = catalog.get(Ref(kind, table))
        if isinstance(found, Table | ForeignTable):
            return found
    return None


def _locks(trigger: Trigger, around: Context, lock: Lock = Lock.SHARE_ROW_EXCLUSIVE) -> tuple[Held, ...]:
    table = trigger.names[:-1]
    held = locked(table, around, lock)
    if getattr(_table(table, around.current), "partition_key", None):
        held += tuple(one for heir in around.heirs(table) for one in locked(heir, around, lock))
    return held


TRIGGER: Rule[Trigger] = Rule(
    create_trigger,
    drop_trigger,
    {
        "definition": Alteration(change_trigger, possible=_can_replace),
        "function": Alteration(change_trigger, possible=_can_replace),
        "enabled": Alteration(change_trigger),
    },
)

RULES: Mapping[str, Rule[Any]] = {"trigger": TRIGGER}
