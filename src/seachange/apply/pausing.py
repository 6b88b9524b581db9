"""Waits between two pieces of work, where the hours or the standbys want it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from seachange.apply.terms import Listener, Terms, Window
from seachange.errors import Blocked
from seachange.postgres import standbys
from seachange.postgres.connection import kept
from seachange.postgres.groups import Session
from seachange.postgres.ledger import Blocker, Ledger, Wait, Why

POLL = 1.0
"""Seconds between two looks."""


class _Limit(NamedTuple):
    """What must be minded, and for how many seconds at most.  `met` gives who is in the way; None: go on."""

    why: Why
    patience: float
    met: Callable[[], tuple[Blocker, ...] | None]


def pause(  # noqa: PLR0913 - a run, one of its steps, and whom both must mind
    session: Session, ledger: Ledger, run: int, number: int, terms: Terms, hears: Listener
) -> None:
    """Return when step `number` may go on.  Asks nobody anything where there is nothing to mind.

    The hours are waited for as long as it takes, the standbys as long as `terms.patience`; then it raises Blocked.
    Raises NotPermitted where the role may not see the standbys, Unreachable.
    """
    for limit in _limits(session, terms):
        blockers = limit.met()
        if blockers is None:
            continue
        began, clock = datetime.now(UTC), time.monotonic()
        hears.waits(number, limit.why, blockers)
        left = _outwait(limit)
        wait = Wait(number, limit.why, began, time.monotonic() - clock, blockers)
        with kept(session, "while the run waited"):
            ledger.waited(run, wait)
        hears.waited(wait)
        if left is not None:
            raise Blocked(_who_lags(left, terms))


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
