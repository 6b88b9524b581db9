"""Whatever the two states: the plan leads there and back, rows survive, and the plan is the same each time."""

from __future__ import annotations

import random
from collections.abc import Mapping

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.planner import Wishes, plan, remaining
from seachange.postgres.scratch import Scratch
from tests.catalog.probes import line
from tests.planner.converging import catalog, run, said
from tests.planner.imagined import State, states
from tests.planner.surviving import Kept, Rows, kept, told
from tests.real.mirrors import ALL

EXAMPLES = 100 if ALL else 4
seldom = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # to make a failing pair smaller takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("form", ["plain", "online"])
@seldom
@given(one=states, other=states)
def test_there_and_back(form: str, scratch: Scratch, one: State, other: State) -> None:
    wishes = Wishes(online=form == "online")
    with scratch.empty() as current, scratch.empty() as desired:
        send(current, one.script() + one.rows())
        send(desired, other.script())
        before, wanted = catalog(current), catalog(desired)
        tables, rows = step_over(current, before, wanted, wishes)
        assert told(current, tables) == rows
        tables, rows = step_over(current, catalog(current), before, wishes)
        assert told(current, tables) == rows


def step_over(
    conninfo: str, before: Catalog, wanted: Catalog, wishes: Wishes
) -> tuple[list[Kept], Mapping[Path, Rows]]:
    """Carry out the plan, and see that nothing is left; the rows that should be there afterwards."""
    tables = kept(before, wanted)
    rows = told(conninfo, tables)
    made = plan(before, wanted, wishes)
    run(made, conninfo)
    assert [line(change) for change in remaining(catalog(conninfo), before, wanted)] == [], said(made)
    return tables, rows


@pytest.mark.newest
@seldom
@given(one=states, other=states, seed=st.integers(0, 1000))
def test_a_plan_is_the_same_whatever_the_order_of_what_is_read(
    scratch: Scratch, one: State, other: State, seed: int
) -> None:
    with scratch.empty() as current, scratch.empty() as desired:
        send(current, one.script())
        send(desired, other.script())
        before, wanted = catalog(current), catalog(desired)
    made = plan(before, wanted)
    assert plan(shuffled(before, seed), shuffled(wanted, seed)) == made
    assert msgspec.json.encode(plan(before, wanted)) == msgspec.json.encode(made)


def shuffled(catalog: Catalog, seed: int) -> Catalog:
    """The same facts and edges, in another order."""
    facts, edges = [*catalog.facts.items()], sorted(catalog.edges)
    random.Random(seed).shuffle(facts)
    random.Random(seed).shuffle(edges)
    return Catalog(dict(facts), edges, catalog.origin)


def send(conninfo: str, script: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(script.encode())
