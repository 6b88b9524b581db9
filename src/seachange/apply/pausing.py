"""Waits between two pieces of work, where the hours or the standbys want it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from seachange.apply.terms import Terms, Window
from seachange.apply.work import Work
from seachange.errors import Blocked
from seachange.postgres import standbys
from seachange.postgres.groups import Session
from seachange.postgres.ledger import Blocker, Wait, Why

POLL = 1.0
"""Seconds between two looks."""


class _Limit(NamedTuple):
    """What must be minded, and for how many seconds at most.  `met` gives who is in the way; None: go on."""

    why: Why
    patience: float
    met: Callable[[], tuple[Blocker, ...] | None]


def pause(work: Work, number: int) -> None:
    """Return when step `number` may go on.  Asks nobody anything where there is nothing to mind.

    The hours are waited for as long as it takes, the standbys as long as `terms.patience`; then it raises Blocked.
    Raises NotPermitted where the role may not see the standbys.
    """
    for limit in _limits(work.session, work.terms):
        blockers = limit.met()
        if blockers is None:
            continue
        began, clock = datetime.now(UTC), time.monotonic()
        work.hears.waits(number, limit.why, blockers)
        left = _outwait(limit)
        wait = Wait(number, limit.why, began, time.monotonic() - clock, blockers)
        work.ledger.waited(work.run, wait)
        work.hears.waited(wait)
        if left is not None:
            raise Blocked(_who_lags(left, work.terms))


def _limits(session: Session, terms: Terms) -> Iterator[_Limit]:
    window, most = terms.window, terms.max_lag
    if window is not None:
        yield _Limit(Why.WINDOW, float("inf"), lambda: None if _is_open(window) else ())
    if most is not None:
        yield _Limit(Why.LAG, terms.patience, lambda: standbys.behind(session, most) or None)


def _is_open(window: Window) -> bool:
    """One that ends when it begins is always open."""
    now = _now().time()
    if window.begin < window.end:
        return window.begin <= now < window.end
    return now >= window.begin or now < window.end


def _now() -> datetime:
    return datetime.now()


def _outwait(limit: _Limit) -> tuple[Blocker, ...] | None:
    """Who is in the way when patience ends; None as soon as nobody is.  The clock may be set meanwhile, so it polls."""
    ends = time.monotonic() + limit.patience
    while (left := limit.met()) is not None and time.monotonic() < ends:
        time.sleep(POLL)
    return left


def _who_lags(left: tuple[Blocker, ...], terms: Terms) -> str:
    who = ", ".join(f"{each.application or each.role} ({each.query})" for each in left)
    return f"Standbys did not come nearer than {terms.max_lag} bytes within {terms.patience:g} seconds: {who}."
