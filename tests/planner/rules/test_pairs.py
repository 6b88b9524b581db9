"""What PostgreSQL can replace is replaced, and what it cannot is built anew; both ways, on every version."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.planner.rules.pairs import HERE, Pair, pairs, there_and_back
from tests.plugins.servers import Server

GAPS: dict[str, str] = {}
"""Pairs that no plan leads between yet, and why."""


def marks(pair: Pair) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(strict=True, reason=GAPS[pair.title])] if pair.title in GAPS else []


CASES = [
    pytest.param(pair, id=f"{path.stem}, {pair.title}", marks=marks(pair))
    for path in sorted(HERE.glob("*.sql"))
    for pair in pairs(path)
]


@pytest.mark.parametrize("pair", CASES)
def test_there_and_back(pair: Pair, server: Server, databases: Callable[[int], tuple[str, ...]]) -> None:
    pair.check(*there_and_back(pair, databases(2)))
