"""Who else has to do with the database: what a run waits for, and what is set off by it."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.finding import Finding, Severity
from seachange.plan import Group
from seachange.plan.folder import Folder
from seachange.plan.words import place
from seachange.postgres import surroundings
from seachange.postgres.batches import may_be_quiet
from seachange.postgres.rights import Session

OLD = 300.0
"""Seconds after which an open transaction is worth a word."""
TOLD = 10
MADE = frozenset({"table", "index", "view", "materialized view", "foreign table", "sequence"})


def onlookers(session: Session, folder: Folder, mode: surroundings.Mode) -> Iterator[Finding]:
    """What to know of the others, and of what they have to share with us."""
    yield from _long(session)
    yield from _published(session, folder)
    yield from _event_triggers(session)
    yield from _triggers(session, folder)
    yield from _locks(folder, mode)


def _long(session: Session) -> Iterator[Finding]:
    for other in surroundings.others(session, OLD):
        yield Finding(
            check="long-transaction",
            severity=Severity.WARNING,
            about=other.name,
            message=f"A transaction of {other.role or 'another role'} has been open for {other.seconds / 60:.0f} min.",
            advice="Steps that need its locks, and indexes that are built concurrently, wait for it: end it before.",
        )


def _published(session: Session, folder: Folder) -> Iterator[Finding]:
    there = surroundings.published(session)
    for table in sorted(_reshaped(folder) & there):
        yield Finding(
            check="published-table",
            severity=Severity.WARNING,
            about=f"table {place(table)}",
            message=f"{place(table)} is published, and changes: subscribers are sent its rows but not its DDL.",
            advice="Change it on the subscribers as well: before, what comes; after, what goes.",
        )


def _triggers(session: Session, folder: Folder) -> Iterator[Finding]:
    seen = sorted({step.fill.table for step in folder.plan.steps if step.fill and step.fill.quiet})
    for table in seen if seen and not may_be_quiet(session) else ():
        yield Finding(
            check="triggers-see-backfill",
            severity=Severity.WARNING,
            about=f"table {place(table)}",
            message=f"A backfill of {place(table)} fires its triggers: those of UPDATE may change other columns, such "
            "as a time of change, or tell others.",
            advice="Apply it as a role that may set session_replication_role, if they are not to fire.",
        )


def _reshaped(folder: Folder) -> frozenset[Path]:
    """Tables whose columns come, go or change, and tables that go."""
    found: set[Path] = set()
    for step in folder.plan.steps:
        for ref in step.makes | step.takes | step.alters:
            if ref.kind == "table column":
                found.add(ref.names[:-1])
            elif ref.kind == "table" and ref in step.takes:
                found.add(ref.names)
    return frozenset(found)


def _event_triggers(session: Session) -> Iterator[Finding]:
    if names := surroundings.event_triggers(session):
        yield Finding(
            check="event-trigger",
            severity=Severity.NOTE,
            about=f"event trigger {names[0]}" if len(names) == 1 else f"{len(names)} event triggers",
            message=f"DDL sets off {', '.join(names[:TOLD])}{' and others' if len(names) > TOLD else ''}.",
            advice="Look at what it does when the plan's statements run.",
        )


def _locks(folder: Folder, mode: surroundings.Mode) -> Iterator[Finding]:
    largest = max(map(_locked, folder.plan.groups), default=0)
    if largest > mode.locks:
        yield Finding(
            check="few-locks",
            severity=Severity.WARNING,
            about="max_locks_per_transaction",
            message=f"One transaction locks about {largest:,} relations; the server has room for {mode.locks:,} locks.",
            advice="Raise max_locks_per_transaction and restart the server.",
        )


def _locked(group: Group) -> int:
    """Relations that a group locks: those that are there, and those that it makes."""
    there = {held.relation for step in group.steps for held in step.locks}
    return len(there) + sum(ref.kind in MADE for step in group.steps for ref in step.makes)
