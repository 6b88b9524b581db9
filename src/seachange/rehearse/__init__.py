"""A plan tried on a copy of its target: where it leads, what it locks, whose rows survive, as measured."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table
from seachange.catalog.scope import OURS, Scope, scoped
from seachange.compare import changes
from seachange.errors import NotPlanned, SeachangeError
from seachange.finding import Finding, Severity
from seachange.plan import Plan
from seachange.planner import goal
from seachange.postgres import dump, making
from seachange.postgres.copying import built
from seachange.postgres.extract import extract
from seachange.postgres.making import LOCAL, as_made
from seachange.postgres.sampling import Rows
from seachange.postgres.source import Live, Snapshot, parse
from seachange.rehearse.judging import Expected, judged, left, whole
from seachange.rehearse.kept import Kept, kept, losses
from seachange.rehearse.passing import Baseline, baseline, came_back, lost, perform, rows_of, survivals
from seachange.rehearse.rehearsal import Passage, Rehearsal
from seachange.rehearse.staging import Say, Stage, Target, Wish, read_target, silent, staged
from seachange.rehearse.touched import strays, touched
from seachange.step import Risk

__all__ = ["ALL", "NONE", "SAMPLE", "Rehearsal", "Rows", "rehearse"]

SAMPLE, ALL, NONE = Rows.SAMPLE, Rows.ALL, Rows.NONE
EVERYTHING = Scope()
ROWS_REFUSED = ("22", "23")
"""Classes of SQLSTATE that speak of values: data exceptions, and violated constraints."""
RETRIES = 2


def rehearse(  # noqa: PLR0913 - the face of the package: each wish by its name
    plan: Plan,
    target: str,
    desired: Catalog,
    *,
    undo: Plan | None = None,
    rows: Rows = SAMPLE,
    scratch: str = LOCAL,
    scope: Scope = EVERYTHING,
    desired_source: str = "",
    witness: bool = True,
    say: Say = silent,
) -> Rehearsal:
    """What becomes of `plan` on a copy of `target`, and of `undo` after it.  The target is only read.

    `target` is a source as `read` has it; `desired` the state that the plan should lead to.  The copy has all rows of a
    small database, or a sample that keeps foreign keys whole; tables without rows get some that are made up.  It is
    made on a `local` server, `beside` the target, or on the server whose conninfo `scratch` is, and is gone at the end.
    `scope` is the part of the target that the plan is about.  `desired_source` is where pg_dump finds the desired
    state; without it, that is built from its catalog.  It is no `witness` where the plan itself made that state.

    A step that the server refuses is part of what is shown, not an error.  Raises Unreachable, NotPermitted or
    StatementRefused where no copy can be had.
    """
    began = time.perf_counter()
    wish = Wish(rows, scratch, scope, desired_source, say, witness=witness)
    say("reading the target")
    found = read_target(target, scratch)
    plans = (plan, undo) if undo else (plan,)
    if rows is not ALL and found.catalog.facts:
        wish = msgspec.structs.replace(wish, tables=touched(plans, found.catalog))
    rehearsal = _rehearse(found, plans, desired, wish)
    if strays((rehearsal.plan, rehearsal.undo), wish.tables, found.catalog):
        say("once more, with the rows of all tables")
        rehearsal = _rehearse(found, plans, desired, msgspec.structs.replace(wish, tables=None))
    told: list[Finding] = []
    while refused := _refused_rows(rehearsal):
        say("once more, without rows that were made up for what was refused")
        told.append(refused)
        wish = _sparing(wish, rehearsal, plans, last=len(told) > RETRIES)
        rehearsal = _rehearse(found, plans, desired, wish)
    rehearsal = msgspec.structs.replace(rehearsal, findings=(*rehearsal.findings, *told))
    return msgspec.structs.replace(rehearsal, seconds=time.perf_counter() - began)


def _sparing(wish: Wish, rehearsal: Rehearsal, plans: tuple[Plan, ...], *, last: bool) -> Wish:
    """The wish without rows made up for the tables of the step that was refused, and of others that say that rows may
    not fit; in the end without any.
    """
    choosy = [step for plan in plans for step in plan.steps if Risk.REFUSES_ROWS in step.risks]
    for plan, passage in zip(plans, (rehearsal.plan, rehearsal.undo), strict=False):
        if passage and passage.refusal:
            choosy.append(tuple(plan.steps)[passage.refusal.number - 1])
    spared = wish.spared.union(*(step.scans.union(held.relation for held in step.locks) for step in choosy))
    if last or spared == wish.spared:
        return msgspec.structs.replace(wish, made_up=False)
    return msgspec.structs.replace(wish, spared=spared)


def _refused_rows(rehearsal: Rehearsal) -> Finding | None:
    """What to say where a step was refused because of rows, and they may be those that we made up."""
    for what, passage in (("plan", rehearsal.plan), ("undo", rehearsal.undo)):
        refusal = passage.refusal if passage else None
        if refusal and rehearsal.copied.made_up and refusal.code.startswith(ROWS_REFUSED):
            return Finding(
                check="made-up-refused",
                severity=Severity.WARNING,
                about=f"step {refusal.number} of the {what}",
                message=f"With rows made up for empty tables, the server refused step {refusal.number} of the {what} "
                f"({refusal.code}): {refusal.said}",
                advice="It was rehearsed once more without rows in these tables: it holds as long as they are empty.",
            )
    return None


def _rehearse(target: Target, plans: tuple[Plan, ...], desired: Catalog, wish: Wish) -> Rehearsal:
    plan, *back = plans
    with staged(target, plans, desired, wish) as stage:
        return _Play(stage, plan, desired, wish).through(*back)


class _Play:
    """One rehearsal: what is known before the plan, and the acts."""

    def __init__(self, stage: Stage, plan: Plan, desired: Catalog, wish: Wish) -> None:
        self._stage, self._plan, self._wish, self._desired = stage, plan, wish, desired
        read = stage.target.catalog
        self._target = scoped(read if read.facts else as_made(stage.before, stage.session.info.user), wish.scope)
        self._aim = goal(self._target, desired)
        self._expected = Expected(
            goal=whole(self._aim, stage.before, self._target),
            before=stage.before,
            made=desired.origin.made,
            unlike=frozenset(change.ref for change in changes(stage.before, read)) if read.facts else frozenset(),
            runs=stage.session.info.user,
            owns=stage.target.owner,
        )
        stays = kept(stage.before, self._expected.goal, plan)
        self._stays: tuple[Kept, ...] = tuple(one for one in stays if self._matters(one.before))

    def through(self, undo: Plan | None = None) -> Rehearsal:
        """The plan, and if it passed the way back."""
        say, session = self._wish.say, self._stage.session
        say("counting rows")
        counted = baseline(session, self._stays)
        plain = (table.names for table in self._stage.before.of(Table) if not table.partition_key)
        rows = rows_of(session, filter(self._matters, plain))
        with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
            witness, findings = self._witness(stack, pool)
            first = self._dumped(pool, self._stage.conninfo) if undo else None
            if first:
                first.result()
            passage, after = self._plan_act(counted, rows)
            if witness and not passage.refusal:
                say("asking pg_dump")
                own = self._dumped(pool, self._stage.conninfo)
                passage = msgspec.structs.replace(passage, dump=dump.differing(own.result(), witness.result()))
            back = None
            if undo and first and not passage.refusal:
                back = self._undo_act(undo, after, counted, first)
        return self._shown(passage, back, findings)

    def _matters(self, table: Path) -> bool:
        return self._wish.tables is None or table in self._wish.tables

    def _plan_act(self, counted: Baseline, rows: Mapping[Path, int]) -> tuple[Passage, Catalog]:
        say, session = self._wish.say, self._stage.session
        filled = frozenset(table for table, number in rows.items() if number)
        filled |= {one.after for one in self._stays if one.before in filled}
        _, passage = perform(self._stage, self._plan, filled, say)
        if passage.refusal:
            return passage, self._stage.before
        say("reading back")
        after = extract(session)
        gone = losses(self._stage.before, after, self._plan, self._stays)
        return (
            msgspec.structs.replace(
                passage,
                left=left(after, self._expected),
                rows=tuple(survivals(session, self._stays, counted)),
                lost=lost(gone, rows),
            ),
            after,
        )

    def _undo_act(self, undo: Plan, after: Catalog, counted: Baseline, first: Future[bytes]) -> Passage:
        say, session = self._wish.say, self._stage.session
        filled = frozenset(one.after for one in self._stays if counted[one.before].sum.rows)
        _, passage = perform(self._stage, undo, filled, lambda now: say(f"undo, {now}"))
        if passage.refusal:
            return passage
        back = Expected(goal=self._stage.before, before=after)
        return msgspec.structs.replace(
            passage,
            left=left(extract(session), back),
            rows=tuple(came_back(session, self._stays, counted)),
            dump=dump.differing(self._dump(self._stage.conninfo), first.result()),
        )

    def _dumped(self, pool: ThreadPoolExecutor, conninfo: str) -> Future[bytes]:
        return pool.submit(self._dump, conninfo)

    def _dump(self, conninfo: str) -> bytes:
        """Owners are compared elsewhere: on the copy they may be others."""
        ours = (f"--exclude-schema={schema}" for schema in sorted(OURS))
        return dump.schema(conninfo, self._stage.place.version, "--no-owner", *ours)

    def _witness(self, stack: ExitStack, pool: ThreadPoolExecutor) -> tuple[Future[bytes] | None, tuple[Finding, ...]]:
        """What pg_dump says of the desired state; None, and why, where it cannot be asked."""
        if not self._wish.witness:
            return None, ()
        if self._wish.scope != EVERYTHING:
            return None, (_unwitnessed("only a part of the database is meant"),)
        try:
            return self._dumped(pool, self._desired_at(stack)), ()
        except NotPlanned as error:
            return None, (_unwitnessed(error.message),)
        except SeachangeError as error:
            if self._wish.desired_source:
                raise
            return None, (_unwitnessed(error.message),)

    def _desired_at(self, stack: ExitStack) -> str:
        """A database with the desired state."""
        place = self._stage.place
        source = parse(self._wish.desired_source) if self._wish.desired_source else None
        if source is None or isinstance(source, Snapshot):
            return stack.enter_context(built(self._aim, place))
        if isinstance(source, Live):
            return source.conninfo
        return stack.enter_context(making.opened(source, place)).conninfo

    def _shown(self, passage: Passage, back: Passage | None, more: tuple[Finding, ...]) -> Rehearsal:
        findings = (
            *self._drifted(),
            *judged(passage, "plan"),
            *(judged(back, "undo") if back else ()),
            *self._unlike(),
            *self._stage.findings,
            *more,
            *self._stage.worded.findings,
        )
        return Rehearsal(plan=passage, undo=back, copied=self._stage.copied, findings=findings)

    def _drifted(self) -> Iterator[Finding]:
        if self._plan.made_for and self._plan.made_for != self._target.fingerprint:
            yield Finding(
                check="made-for-another",
                severity=Severity.WARNING,
                about="the plan",
                message="The target is not in the state that the plan was made for.",
                advice="Make the plan anew; `seachange compare` shows what has moved.",
            )

    def _unlike(self) -> Iterator[Finding]:
        refs = sorted(self._expected.unlike)
        if refs:
            named = ", ".join(map(str, refs[:10])) + (f" and {len(refs) - 10:,} more" if len(refs) > 10 else "")
            yield Finding(
                check="copy-differs",
                severity=Severity.NOTE,
                about=f"{len(refs):,} objects",
                message=f"The copy has otherwise than the target: {named}.",
                advice="What the plan does to them was rehearsed on what the copy has.",
            )


def _unwitnessed(why: str) -> Finding:
    return Finding(
        "no-witness", Severity.NOTE, "pg_dump", f"pg_dump was not asked whether both sides are alike: {why}."
    )
