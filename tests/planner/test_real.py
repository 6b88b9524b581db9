"""States of real databases: a plan leads from each to the other, both ways, and the rows survive."""

from __future__ import annotations

import random

import msgspec
import psycopg
import pytest

from seachange.planner import Wishes, plan, remaining
from seachange.postgres.load import load
from seachange.postgres.scratch import Scratch
from seachange.sql.script import read
from seachange.step import Risk
from tests.catalog.probes import line
from tests.corpus import corpus
from tests.planner.converging import catalog, run, said
from tests.planner.surviving import kept, sow, stricter, told
from tests.plugins.servers import Server
from tests.real.mirrors import ALL

SAMPLE = 2
"""Pairs and ways on each version, others on each."""
BASE22_ROWS = "3-legacy-to-postgis/base/data.sql"
WITHOUT_STORES = "update users set store_id = null; delete from orders; delete from promotions; delete from stores"
"""A store must be in a province afterwards, whose table is new: only somebody who knows them can keep stores."""


class Pair(msgspec.Struct, frozen=True):
    """Two states of one database, and rows for the one that is first in time."""

    current: str
    desired: str
    rows: str = ""

    def __str__(self) -> str:
        return self.current.partition("/")[0] + (" with postgis" if ".postgis" in self.current else "")

    @property
    def back(self) -> Pair:
        return Pair(self.desired, self.current)


PAIRS = (
    Pair("2-eight-stages/states/current_before.nogis.sql", "2-eight-stages/states/legacy.nogis.sql"),
    Pair(
        "3-legacy-to-postgis/states/base22.nogis.sql", "3-legacy-to-postgis/states/after_human.nogis.sql", BASE22_ROWS
    ),
    Pair("4-travel/states/base.sql", "4-travel/states/after_production.sql"),
    Pair("5-event-analytics/states/platform_before.sql", "5-event-analytics/states/consolidated_after.sql"),
)
WITH_POSTGIS = (
    Pair("2-eight-stages/states/current_before.postgis.sql", "2-eight-stages/states/legacy.postgis.sql"),
    Pair(
        "3-legacy-to-postgis/states/base22.postgis.sql",
        "3-legacy-to-postgis/states/after_human.postgis.sql",
        BASE22_ROWS,
    ),
)
EVERY = [(pair, way, form) for pair in PAIRS for way in ("there", "back") for form in ("plain", "online")]


@pytest.mark.parametrize(("pair", "way", "form"), EVERY, ids=lambda part: str(part))
def test_there_and_back(pair: Pair, way: str, form: str, server: Server, scratch: Scratch) -> None:
    if not ALL and (pair, way, form) not in random.Random(server.major).sample(EVERY, SAMPLE):
        pytest.skip("a sample of them is run on each version")
    check(pair if way == "there" else pair.back, scratch, online=form == "online")


@pytest.mark.versions(min=15, max=15)
@pytest.mark.parametrize("form", ["plain", "online"])
@pytest.mark.parametrize("way", ["there", "back"])
@pytest.mark.parametrize("pair", WITH_POSTGIS, ids=str)
def test_there_and_back_with_postgis(pair: Pair, way: str, form: str, scratch: Scratch) -> None:
    if not ALL and (way, form) != ("there", "plain"):
        pytest.skip("one way and form of it is run")
    check(pair if way == "there" else pair.back, scratch, online=form == "online")


@pytest.mark.newest
@pytest.mark.parametrize("form", ["plain", "online"])
def test_what_no_plan_can_keep_is_refused_by_a_step_that_says_so(form: str, scratch: Scratch) -> None:
    pair = PAIRS[1]
    with scratch.empty() as current, scratch.empty() as desired:
        for conninfo, state in ((current, pair.current), (desired, pair.desired)):
            load(conninfo, (read(corpus("real") / state),), own_server=True)
        insert(current, pair.rows)
        made = plan(catalog(current), catalog(desired), Wishes(online=form == "online"))
        with pytest.raises(AssertionError) as refused:
            run(made, current)
    (step,) = (step for step in made.steps if f": {step.sql}\n" in str(refused.value))
    assert Risk.REFUSES_ROWS in step.risks


def insert(conninfo: str, rows: str) -> None:
    send(conninfo, (corpus("real") / rows).read_text())


def send(conninfo: str, script: str) -> None:
    with psycopg.connect(conninfo) as session:
        session.execute("set search_path = public")
        session.execute(script.encode())


def check(pair: Pair, scratch: Scratch, *, online: bool) -> None:
    """With rows in all tables to which nothing comes that might refuse them."""
    with scratch.empty() as current, scratch.empty() as desired:
        for conninfo, state in ((current, pair.current), (desired, pair.desired)):
            load(conninfo, (read(corpus("real") / state),), own_server=True)
        before, wanted = catalog(current), catalog(desired)
        if pair.rows:
            insert(current, pair.rows)
            send(current, WITHOUT_STORES)
        sow(current, before, stricter(before, wanted))
        made, tables = plan(before, wanted, Wishes(online=online)), kept(before, wanted)
        rows = told(current, tables)
        run(made, current)
        assert [line(change) for change in remaining(catalog(current), before, wanted)] == [], said(made)
        assert told(current, tables) == rows
        assert any(rows.values())
