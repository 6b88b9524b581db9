"""Passes over a script, each on a fresh copy, until nothing has to be repaired any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from seachange.adapt.choosing import Choosing
from seachange.adapt.draft import Done, Drafts
from seachange.adapt.probing import failing, probed
from seachange.adapt.staging import Copies
from seachange.adapt.trial import Wish, attempt, case
from seachange.catalog.catalog import Catalog
from seachange.catalog.scope import Scope, scoped
from seachange.postgres.attempts import Attempts, search_path
from seachange.postgres.extract import extract
from seachange.postgres.making import LOCAL, as_made
from seachange.postgres.source import Live
from seachange.repairs import question
from seachange.verify.verification import Probe

Say = Callable[[str], None]
LIMIT = 60
"""Seconds that a statement may take on the copy."""
PASSES = 10
"""How often the whole script is tried at most."""


def silent(now: str) -> None:
    """Tells nobody."""


class Terms(Struct, frozen=True):
    """How a script is adapted: the names that its names stand for here, where copies are made, how many seconds a
    statement may take, which part of the target is meant, and who hears of it.
    """

    maps: Mapping[str, str] = {}
    scratch: str = LOCAL
    limit: int = LIMIT
    scope: Scope = Scope()
    say: Say = silent


class Landed(Struct, frozen=True):
    """How the script came through a pass: the states before and after, and what was tried on what it made."""

    drafts: Drafts
    before: Catalog
    after: Catalog
    probes: tuple[Probe, ...]
    search_path: str


class Passing:
    """The passes over one script."""

    def __init__(self, copies: Copies, choosing: Choosing, terms: Terms) -> None:
        self._copies, self._choosing, self._terms = copies, choosing, terms

    def through(self, script: Drafts) -> Iterator[Landed]:
        """What came of each pass.  Where functions cannot run, there is another pass with them repaired."""
        for number in range(1, PASSES + 1):
            with self._copies.fresh() as session:
                landed = self._pass(session, script, number)
                script = self._mended(landed, session)
            yield landed
            if script == landed.drafts:
                return

    def _pass(self, session: Any, script: Drafts, number: int) -> Landed:
        before = self._state(session)
        attempts = self._attempts(session)
        script = attempt(attempts, script, self._wish(before, f"pass {number}, "))
        attempts.end()
        after = self._state(session)
        return Landed(script, before, after, probed(session, before, after, self._terms.say), search_path(session))

    def _attempts(self, session: Any) -> Attempts:
        copies = self._copies
        return Attempts(session, self._terms.limit, copies.target.database, own_server=copies.place.own)

    def _state(self, session: Any) -> Catalog:
        """The part that is meant; what is no database says nothing of who owns what it makes."""
        found = extract(session)
        if not isinstance(self._copies.target.source, Live):
            found = as_made(found, session.info.user)
        return scoped(found, self._terms.scope)

    def _wish(self, before: Catalog, which: str = "") -> Wish:
        return Wish(
            before=before,
            decide=self._choosing,
            maps=self._terms.maps,
            extensions=self._copies.target.extensions,
            roles=self._copies.target.roles,
            say=lambda now: self._terms.say(which + now),
        )

    def _mended(self, landed: Landed, session: Any) -> Drafts:
        """The script with repairs of what it made and cannot run."""
        script, attempts, wish = landed.drafts, self._attempts(session), self._wish(landed.before)
        for number, refusal in failing(landed.probes, script):
            if found := question(refusal, case(script, number, attempts, wish)):
                script = script.repaired(number, Done(found, self._choosing(found), refusal))
        return script
