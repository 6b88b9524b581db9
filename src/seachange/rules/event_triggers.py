"""Event triggers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.catalog.facts.routines import EventTrigger
from seachange.catalog.ref import Ref
from seachange.rules.addresses import address
from seachange.rules.plainly import taken
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.rules.switches import SWITCHES, state
from seachange.sql.quote import literal
from seachange.step import Stage, Step

STAGE = Stage.PRIVILEGES
"""As late as can be: an event trigger fires for what is done to the schema after it is there."""


def create_event_trigger(trigger: EventTrigger, around: Context) -> Steps:
    tags = f"\nWHEN TAG IN ({', '.join(map(literal, trigger.tags))})" if trigger.tags else ""
    unswitched = frozenset({state(trigger.ref)} if trigger.enabled != "origin" else ())
    yield Step(
        sql=f"CREATE {address(trigger.ref)} ON {trigger.event}{tags}\nEXECUTE FUNCTION {trigger.function}()",
        stage=STAGE,
        makes=frozenset({trigger.ref}),
        takes=unswitched,
    )
    if unswitched:
        yield _switch(trigger, unswitched)


def drop_event_trigger(trigger: EventTrigger, around: Context) -> Steps:
    yield taken(trigger, f"DROP {address(trigger.ref)}")


def switch(old: EventTrigger, new: EventTrigger, around: Context) -> Steps:
    yield _switch(new)


def _switch(trigger: EventTrigger, makes: frozenset[Ref] = frozenset()) -> Step:
    return Step(
        sql=f"ALTER {address(trigger.ref)} {SWITCHES[trigger.enabled]}",
        stage=STAGE,
        makes=makes,
        alters=frozenset({trigger.ref}),
    )


EVENT_TRIGGER: Rule[EventTrigger] = Rule(
    create_event_trigger,
    drop_event_trigger,
    {**dict.fromkeys(("event", "tags", "function"), REBUILD), "enabled": Alteration(switch)},
)

RULES: Mapping[str, Rule[Any]] = {"event trigger": EVENT_TRIGGER}
