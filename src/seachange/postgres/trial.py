"""A plan carried out on a copy, with all that its statements do to relations measured."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import msgspec
from psycopg import Connection

from seachange.catalog.facts import Path
from seachange.errors import StepFailed
from seachange.plan import Group, Plan
from seachange.postgres.copying import Worded
from seachange.postgres.groups import Watch, prepare, send
from seachange.postgres.measuring import Declared, Gauge, Measured, members
from seachange.step import Lock, Risk, Step, Way

Session = Connection[Any]

RELATIONS = frozenset({"table", "foreign table", "view", "materialized view", "index", "sequence", "composite type"})


class Ran(msgspec.Struct, frozen=True):
    """A step as it went: its number in the plan, the seconds that its statement took, what that did."""

    number: int
    step: Step
    seconds: float
    measured: Measured


class Trial(msgspec.Struct, frozen=True):
    """How a plan went: the steps that passed, and what stopped it."""

    ran: tuple[Ran, ...] = ()
    failure: StepFailed | None = None


Say = Callable[[str], None]
"""Hears what is being done."""


def attempt(session: Session, plan: Plan, worded: Worded, say: Say) -> Trial:
    """Carry out `plan` as far as it goes."""
    prepare(session, plan.search_path)
    watch = _Measuring(session, plan, say)
    number = 1
    for group in plan.groups:
        passed = len(watch.ran)
        try:
            send(session, group, number, watch, worded)
        except StepFailed as failure:
            return Trial(tuple(watch.ran[:passed]), failure)
        number += len(group.steps)
    return Trial(tuple(watch.ran))


class _Measuring(Watch):
    """Measures each statement when it has passed; one outside of a transaction while it runs."""

    def __init__(self, session: Session, plan: Plan, say: Say) -> None:
        self.ran: list[Ran] = []
        self._gauge = Gauge(session)
        self._steps = sum(1 for _ in plan.steps)
        self._gone = frozenset(ref.names for step in plan.steps for ref in step.takes if ref.kind in RELATIONS)
        self._gone |= members(session, _extensions(plan))
        self._say = say
        self._seen: list[tuple[Any, ...]] = []

    def begins(self, group: Group) -> None:
        self._gauge.begin()

    def sending(self, step: Step) -> AbstractContextManager[object]:
        self._say(f"step {len(self.ran) + 1} of {self._steps}")
        if step.way is not Way.ALONE:
            return nullcontext()
        self._seen = []
        return self._gauge.sampling(self._seen)

    def sent(self, number: int, step: Step, seconds: float) -> None:
        declared = Declared(_locks(step), _rewrites(step), self._gone)
        alone = step.way is Way.ALONE
        measured = self._gauge.afterwards(self._seen, declared) if alone else self._gauge.look(declared)
        self.ran.append(Ran(number, step, seconds, measured))


def _extensions(plan: Plan) -> frozenset[str]:
    """Those whose own scripts do as they please with what came with them."""
    touched = (ref for step in plan.steps for ref in step.takes | step.alters)
    return frozenset(ref.names[-1] for ref in touched if ref.kind == "extension")


def _rewrites(step: Step) -> frozenset[Path]:
    """A step that says that it rewrites means the tables that it locks."""
    locked = (held.relation for held in step.locks if Risk.REWRITES in step.risks)
    return step.rewrites.union(locked)


def _locks(step: Step) -> dict[Path, Lock]:
    locks: dict[Path, Lock] = {}
    for held in step.locks:
        locks[held.relation] = max(held.lock, locks.get(held.relation, Lock.NONE))
    return locks
