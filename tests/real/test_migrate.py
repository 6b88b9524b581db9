"""Real databases are carried to what people made of them, with rows in their tables, and verified."""

from __future__ import annotations

import random

import pytest

from seachange import read
from seachange.apply.consent import WORDS
from seachange.apply.terms import Backup, Keep, Terms
from seachange.migrate.job import migrate
from seachange.migrate.making import Order
from seachange.migrate.migration import Migration
from seachange.migrate.undoing import undo
from seachange.postgres.load import load
from seachange.postgres.scratch import Scratch
from seachange.sql.script import read as script
from seachange.verify.verification import Since
from tests.corpus import corpus
from tests.planner.surviving import sow, stricter
from tests.planner.test_real import PAIRS, WITH_POSTGIS, WITHOUT_STORES, Pair, insert, send
from tests.plugins.servers import Server
from tests.real.mirrors import ALL

TERMS = Terms(agreed=WORDS, backup=Backup(Keep.NONE))
EVERY = [(pair, way) for pair in PAIRS for way in ("there", "back")]


@pytest.mark.parametrize(("pair", "way"), EVERY, ids=str)
def test_migrates(pair: Pair, way: str, server: Server, scratch: Scratch) -> None:
    if not ALL and (pair, way) not in random.Random(server.major).sample(EVERY, 1):
        pytest.skip("a sample of them is run on each version")
    check(pair if way == "there" else pair.back, scratch)


@pytest.mark.versions(min=15, max=15)
@pytest.mark.parametrize("way", ["there", "back"])
@pytest.mark.parametrize("pair", WITH_POSTGIS, ids=str)
def test_migrates_with_postgis(pair: Pair, way: str, scratch: Scratch) -> None:
    if not ALL and (pair, way) != (WITH_POSTGIS[0], "there"):
        pytest.skip("one of them is run")
    check(pair if way == "there" else pair.back, scratch)


def check(pair: Pair, scratch: Scratch) -> None:
    """All is as desired, all rows are there, no fault is new; and it can be taken back."""
    with scratch.empty() as current, scratch.empty() as desired, scratch.empty() as elsewhere:
        for conninfo, state in ((current, pair.current), (desired, pair.desired)):
            load(conninfo, (script(corpus("real") / state),), own_server=True)
        before, wanted = read(current), read(desired)
        if pair.rows:
            insert(current, pair.rows)
            send(current, WITHOUT_STORES)
        sow(current, before, stricter(before, wanted))
        migration = migrate(current, desired, order=Order(), terms=TERMS, scratch=elsewhere)
        assert migration is not None
        assert wrong(migration) == ([], [], [])
        assert all(row.equal == row.all for row in migration.story.verification.parity)  # type: ignore[union-attr]
        assert undo(current, None, TERMS, scratch=elsewhere).arrived


def wrong(migration: Migration) -> tuple[list[str], list[str], list[str]]:
    """What differs, the tables that did not keep their rows, and the faults that are new."""
    verification = migration.story.verification
    assert verification is not None
    return (
        [str(change.ref) for change in verification.changes],
        [".".join(one.name) for one in migration.story.survivals if not one.survived],
        [
            f"{one.about} {one.aspect} {one.case}: {one.said}"
            for one in verification.failed
            if one.since is not Since.INHERITED
        ],
    )
