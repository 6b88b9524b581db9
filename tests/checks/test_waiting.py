"""Who waits, in words."""

from __future__ import annotations

import pytest

from seachange.checks.effects import Effects
from seachange.checks.waiting import waiting
from seachange.rules.rule import Size
from seachange.step import Held, Lock

ORDERS, SHOPS = ("public", "orders"), ("shop", "shops")
GIGABYTE = 1_000_000_000


def _words(effects: Effects, **sizes: int) -> list[str]:
    known = {path: Size(rows=1, bytes=sizes[path[-1]]) for path in (ORDERS, SHOPS) if path[-1] in sizes}
    return [each.words for each in waiting(effects, known)]


@pytest.mark.parametrize(
    ("lock", "words"),
    [
        (Lock.ACCESS_EXCLUSIVE, ["readers and writers of orders wait: for an instant, once the lock is granted."]),
        (Lock.SHARE, ["writers of orders wait, readers go on: for an instant, once the lock is granted."]),
        (Lock.ROW_EXCLUSIVE, []),
    ],
)
def test_lock_alone(lock: Lock, words: list[str]) -> None:
    assert _words(Effects((Held(ORDERS, lock),))) == words


def test_work_takes_as_long_as_the_tables_are_large() -> None:
    locks = (Held(ORDERS, Lock.SHARE_ROW_EXCLUSIVE), Held(SHOPS, Lock.ACCESS_EXCLUSIVE))
    effects = Effects(locks, scans=frozenset({ORDERS, SHOPS}))
    worst, other = _words(effects, orders=GIGABYTE, shops=2 * GIGABYTE)
    assert worst == "readers and writers of shop.shops wait: for about 3 s to 30 s, at 1000 to 100 MB per second."
    assert other.startswith("writers of orders wait, readers go on: for about 3 s")


def test_nothing_is_reckoned_without_sizes() -> None:
    effects = Effects((Held(ORDERS, Lock.SHARE),), builds=frozenset({ORDERS}))
    assert "as long as the work" in _words(effects)[0]


def test_small_table_is_not_measured_in_seconds() -> None:
    effects = Effects((Held(ORDERS, Lock.ACCESS_EXCLUSIVE),), rewrites=frozenset({ORDERS}))
    assert "less than a second" in _words(effects, orders=10_000)[0]
