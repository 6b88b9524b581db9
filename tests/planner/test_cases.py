"""Other tools' cases: a plan leads from each state to the other, rows survive, and what the case expects holds."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.planner.cases import WAYS, Bench, Case, bench, cases, wrong
from tests.plugins.servers import Server
from tests.real.mirrors import ALL

SAMPLE = 8
"""Cases on each version, others on each."""
PARTS = 12 if ALL else 1
FORMS = {"plain": False, "online": True}
DOWNGRADE = "no script of the extension leads to an older version"
RENAMED = "a role is renamed only when told, and the case does not tell"
GAPS = {
    ("migra/extversions", "old"): DOWNGRADE,
    ("pg-schema-diff/extensions--upgrade-an-extension-implicitly-and-explicitly", "old"): DOWNGRADE,
    ("pg-delta/role-rename--policy-reference", "new"): RENAMED,
    ("pg-delta/role-rename--policy-reference", "old"): RENAMED,
    (
        "pg-schema-diff/partitioned-table--can-handle-scenario-where-partition-is-not-attached",
        "new",
    ): "of two equal indexes PostgreSQL attaches the older one, along with the table",
}
"""What no plan leads to yet, by case and state that is wanted, and why."""


@pytest.fixture(scope="session")
def benches() -> Iterator[Callable[[Server], Bench]]:
    """Two servers of a version, started once."""
    started: dict[int, Bench] = {}
    with ExitStack() as stack:

        def start(server: Server) -> Bench:
            if server.major not in started:
                started[server.major] = stack.enter_context(bench(server.installation))
            return started[server.major]

        yield start


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("part", range(PARTS))
def test_there_and_back(part: int, form: str, server: Server, benches: Callable[[Server], Bench]) -> None:
    tried = _sample(server.major)[part::PARTS]
    found = {
        f"{case.title} {way[1]}": complaint
        for case in tried
        for way in WAYS
        if (case.title, way[1]) not in GAPS
        if (complaint := wrong(case, way, benches(server), online=FORMS[form]))
    }
    assert tried
    assert found == {}


EVERY_GAP = [
    pytest.param(*gap, marks=pytest.mark.xfail(strict=True, reason=reason, raises=AssertionError))
    for gap, reason in GAPS.items()
]


@pytest.mark.newest
@pytest.mark.parametrize(("title", "wanted"), EVERY_GAP)
def test_gap(title: str, wanted: str, server: Server, benches: Callable[[Server], Bench]) -> None:
    (case,) = (case for case in cases() if case.title == title)
    (way,) = (way for way in WAYS if way[1] == wanted)
    assert wrong(case, way, benches(server), online=False) == ""


def _sample(major: int) -> list[Case]:
    """Those for this version: all, or some that are the same each time."""
    fitting = [case for case in cases() if case.min_pg <= major]
    return fitting if ALL else random.Random(major).sample(fitting, SAMPLE)
