"""A plan carried out on the stage, and all that is to be seen of it before, meanwhile and afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.plan import Plan
from seachange.postgres.checksums import Sum, checksum, possible_checksum, steady
from seachange.postgres.sampling import no_room_said
from seachange.postgres.trial import Ran, Say, Trial, attempt
from seachange.rehearse.kept import Kept, Loss, Pair
from seachange.rehearse.rehearsal import Lost, Passage, Refusal, Survival, Taken
from seachange.rehearse.staging import Stage
from seachange.sql.quote import name

FULL = frozenset({"53100", "53200"})


class Counted(msgspec.Struct, frozen=True):
    """The rows of a table that stays, before anything happens: all values that must stay, and each other column."""

    sum: Sum
    converted: Mapping[str, Sum | None]


Baseline = Mapping[Path, Counted]


def baseline(session: Any, stays: Iterable[Kept]) -> Baseline:
    """What there is, by the name that each table has before."""
    steady(session)
    return {one.before: _counted(session, one) for one in stays}


def _counted(session: Any, one: Kept) -> Counted:
    total = checksum(session, one.before, [name(pair.before) for pair in one.same], only=one.only)
    if not total.rows:
        return Counted(total, {})
    converted = {
        pair.after: possible_checksum(session, one.before, [_cast(pair)], only=one.only) for pair in one.converted
    }
    return Counted(total, converted)


def _cast(pair: Pair) -> str:
    """The value as the type writes it that the column will have."""
    return f"{name(pair.before)}::{pair.type}" if pair.type else name(pair.before)


def rows_of(session: Any, tables: Iterable[Path]) -> Mapping[Path, int]:
    """How many rows are in tables, without those below them."""
    return {table: checksum(session, table, ()).rows for table in tables}


def survivals(session: Any, stays: Iterable[Kept], counted: Baseline) -> Iterator[Survival]:
    """What became of the rows that there were; tables without any have nothing to lose."""
    steady(session)
    for one in stays:
        was = counted[one.before]
        if not was.sum.rows:
            continue
        now = possible_checksum(session, one.after, [name(pair.after) for pair in one.same], only=one.only)
        changed = tuple(
            pair.after
            for pair in one.converted
            if was.converted.get(pair.after) is None
            or was.converted[pair.after] != possible_checksum(session, one.after, [name(pair.after)], only=one.only)
        )
        yield Survival(
            table=one.before,
            name=one.after,
            before=was.sum.rows,
            after=now.rows if now else 0,
            same=now == was.sum,
            changed=changed,
        )


def came_back(session: Any, stays: Iterable[Kept], counted: Baseline) -> Iterator[Survival]:
    """What became of the rows after the way back: tables and columns are called again what they were."""
    back = [
        Kept(one.before, one.before, tuple(Pair(pair.before, pair.before) for pair in one.same), only=one.only)
        for one in stays
    ]
    return survivals(session, back, counted)


def perform(stage: Stage, plan: Plan, filled: frozenset[Path], say: Say) -> tuple[Trial, Passage]:
    """Carry out a plan.  `filled` are the tables with rows: writing another one anew costs nothing."""
    began = time.perf_counter()
    trial = attempt(stage.session, plan, stage.worded, say)
    if trial.failure and trial.failure.code in FULL:
        raise no_room_said(trial.failure.said) from trial.failure
    steps = tuple(_taken(ran, filled) for ran in trial.ran)
    return trial, Passage(steps=steps, refusal=_refusal(trial), seconds=time.perf_counter() - began)


def _taken(ran: Ran, filled: frozenset[Path]) -> Taken:
    step = ran.step
    return Taken(
        number=ran.number,
        sql=step.sql,
        stage=step.stage,
        way=step.way,
        seconds=ran.seconds,
        measured=ran.measured,
        declared=step.locks,
        undeclared=tuple(one for one in ran.measured.undeclared if one in filled),
    )


def _refusal(trial: Trial) -> Refusal | None:
    failure = trial.failure
    if failure is None:
        return None
    return Refusal(failure.number, failure.sql, failure.code, failure.said, failure.advice)


def lost(losses: Iterable[Loss], rows: Mapping[Path, int]) -> tuple[Lost, ...]:
    """What is gone, with the rows that were in it."""
    return tuple(Lost(one.ref, rows.get(one.table, 0), one.declared) for one in losses)


def emptied(catalog: Catalog) -> Catalog:
    """A catalog without its edges, which nothing needs that only compares."""
    return Catalog(catalog.facts, (), catalog.origin)
