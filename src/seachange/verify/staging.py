"""Where behaviour and use are probed: a copy of the target or the target itself, and the state that was before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import Index, MaterializedView, Table, View
from seachange.catalog.facts.routines import Routine
from seachange.catalog.scope import Scope, scoped
from seachange.compare import changes
from seachange.errors import SeachangeError
from seachange.finding import Finding, Severity
from seachange.postgres.connection import connected, shown
from seachange.postgres.copying import built, copied
from seachange.postgres.extract import extract
from seachange.postgres.making import LOCAL, place
from seachange.postgres.read import BESIDE, beside
from seachange.postgres.sampling import Rows, copy_rows, refresh_all
from seachange.postgres.scratch import Scratch
from seachange.postgres.source import Live, Source
from seachange.postgres.synthesis import fill
from seachange.verify.verification import Aspect, Outcome, Probe

Say = Callable[[str], None]
HURRIED = "set lock_timeout = '1s'; set statement_timeout = '10s'"
"""In the target itself nobody may have to wait for us."""
TRIED = (
    (Table, Aspect.TAKES_ROW),
    (View, Aspect.IS_READ),
    (MaterializedView, Aspect.IS_READ),
    (Routine, Aspect.COMPILES),
    (Index, Aspect.IS_USED),
)
"""What is tried at least on each object of a kind."""
NAMED = 10


class Place(StrEnum):
    """Where behaviour and use are probed."""

    COPY = "copy"
    """On a scratch copy of the target, where functions are executed too."""
    TARGET = "target"
    """In the target itself, in transactions that are rolled back; functions are compiled only."""


class Wish(msgspec.Struct, frozen=True):
    """What is to be verified against what, and how."""

    target: Source
    desired: Source
    on: Place
    scratch: str
    scope: Scope
    data: bool
    say: Say


class Subject(msgspec.Struct, frozen=True):
    """A database that is probed, and what it holds of what is meant."""

    conninfo: str
    session: Any
    catalog: Catalog
    where: str


class Staging:
    """Makes what is probed, as long as `stack` is open.  A scratch server is asked for only where one is needed."""

    def __init__(self, stack: ExitStack, wish: Wish, found: Catalog) -> None:
        self._stack, self._wish, self._found = stack, wish, found

    def subject(self) -> Subject:
        """What probes are made in.  Raises a SeachangeError where no copy can be had."""
        wish = self._wish
        if wish.on is Place.TARGET and isinstance(wish.target, Live):
            session = self._stack.enter_context(connected(wish.target.conninfo))
            session.execute(HURRIED)
            return Subject(wish.target.conninfo, session, self._found, "the target itself")
        wish.say("copying the schema")
        at = self._stack.enter_context(copied(wish.target, self._found, self._place))
        session = self._stack.enter_context(connected(at))
        wish.say("copying rows")
        if isinstance(wish.target, Live):
            copy_rows(wish.target.conninfo, session, Rows.SAMPLE)
        return self._filled(at, session)

    def built(self, doing: str, catalog: Catalog) -> Subject:
        """A database of a state that there is only a catalog of.  Raises a SeachangeError where none can be had."""
        self._wish.say(doing)
        at = self._stack.enter_context(built(catalog, self._place))
        return self._filled(at, self._stack.enter_context(connected(at)))

    def _filled(self, at: str, session: Any) -> Subject:
        if fill(session).rows:
            refresh_all(session)
        version = session.info.server_version
        where = f"a copy on {self._where}, PostgreSQL {version // 10000}.{version % 10000}"
        return Subject(at, session, scoped(extract(session), self._wish.scope), where)

    @cached_property
    def _place(self) -> Scratch:
        wanted = frozenset(ref.names[-1] for ref in self._found.facts if ref.kind == "extension")
        return self._stack.enter_context(place(self._server, self._found.origin.version, wanted))

    @cached_property
    def _server(self) -> str:
        return beside((self._wish.target,)) if self._wish.scratch == BESIDE else self._wish.scratch

    @property
    def _where(self) -> str:
        return "a server of this machine" if self._server.partition(":")[0] == LOCAL else shown(self._server)


def unlike(subject: Subject, found: Catalog) -> Iterator[Finding]:
    """What the copy has otherwise than the target: it was probed as the copy has it, or not at all."""
    there, here = (catalog.origin.version // 10000 for catalog in (found, subject.catalog))
    if there != here:
        yield Finding(
            check="other-version",
            severity=Severity.WARNING,
            about=f"PostgreSQL {here}",
            message=f"The target is PostgreSQL {there}; behaviour and use were probed on {here}.",
            advice=f"Install PostgreSQL {there} here, or name a server of that version (--scratch).",
        )
    refs = sorted(change.ref for change in changes(subject.catalog, found)) if found.facts else []
    if refs:
        named = ", ".join(map(str, refs[:NAMED])) + (f" and {len(refs) - NAMED:,} more" if len(refs) > NAMED else "")
        yield Finding(
            check="copy-differs",
            severity=Severity.NOTE,
            about=f"{len(refs):,} objects",
            message=f"The copy has otherwise than the target: {named}.",
            advice="They were probed as the copy has them.",
        )


def not_copied(why: str) -> Finding:
    """What to say where no copy can be had."""
    return Finding(
        check="no-copy",
        severity=Severity.ERROR,
        about="behaviour and use",
        message=f"No copy of the target can be had: {why}  Neither behaviour nor the use of indexes was examined.",
        advice="Name a server that can hold a copy (--scratch), or have the target itself probed (--on target).",
    )


def not_built(error: SeachangeError) -> Finding:
    """What to say where the state before cannot be had."""
    return Finding(
        check="no-before",
        severity=Severity.WARNING,
        about="the state before",
        message=f"The state before cannot be built, so inherited faults are not told from new ones: {error.message}",
        advice="Name a server that can hold it (--scratch).",
    )


def untried(found: Catalog, why: str) -> Iterator[Probe]:
    """The probes that could not be made for want of a place."""
    for kind, aspect in TRIED:
        for fact in found.of(kind):
            yield Probe(fact.ref, aspect, Outcome.NOT_EXAMINABLE, said=why)
