"""A database is carried to its next version in one go, whatever stops it, and what came of it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from seachange.apply.terms import Terms
from seachange.errors import Drifted, NotAgreed, NotProven
from seachange.postgres.connection import connected
from seachange.postgres.ledger import Ledger, State
from tests.migrate.shop import Shop, Stopped, ask, rows, say, state


def test_migrates_in_one_go(shop: Shop, tmp_path: Path) -> None:
    before = rows(shop.target)
    migration = shop.migrate(to=tmp_path / "run")
    assert migration
    assert migration.good
    story = migration.story
    assert {one.name for one in story.survivals} >= {("shop", "customer"), ("shop", "invoice")}
    assert all(one.survived for one in story.survivals)
    assert story.verification
    assert story.verification.changes == ()
    assert rows(shop.target, client="customer") == before
    assert (story.run.state, story.run.message) == (State.DONE, "")
    assert all(path.exists() for path in migration.documents)
    assert (tmp_path / "run" / "plan" / "plan.json").exists()
    with connected(shop.target) as session:
        kept = Ledger(session).reports(1)
    assert {path.name for path in migration.documents} <= set(kept)


@pytest.mark.newest
def test_nothing_to_do(shop: Shop) -> None:
    shop.migrate()
    assert shop.migrate() is None


@pytest.mark.newest
def test_nothing_is_changed_without_consent(shop: Shop) -> None:
    before = state(shop.target).fingerprint
    with pytest.raises(NotAgreed, match="loses-data"):
        shop.migrate(Terms())
    assert state(shop.target).fingerprint == before
    assert ask(shop.target, "select to_regnamespace('seachange')") == [(None,)]


@pytest.mark.newest
def test_nothing_is_changed_by_a_plan_that_does_not_prove_itself(shop: Shop) -> None:
    say(shop.target, "update shop.invoice set total = 0 where id = 7")
    before = state(shop.target).fingerprint
    with pytest.raises(NotProven):
        shop.migrate()
    assert state(shop.target).fingerprint == before


@pytest.mark.newest
@pytest.mark.parametrize("after", [3, 14])
def test_goes_on_where_it_stopped(shop: Shop, after: int) -> None:
    before = rows(shop.target)
    with pytest.raises(KeyboardInterrupt):
        shop.migrate(hears=Stopped(after))
    migration = shop.migrate()
    assert migration
    assert migration.good
    assert migration.story.run.run == 1
    assert all(one.survived for one in migration.story.survivals)
    assert {one.name for one in migration.story.survivals} >= {("shop", "customer"), ("shop", "invoice")}
    assert rows(shop.target, client="customer") == before


@pytest.mark.newest
def test_another_way_waits_until_the_first_has_ended(shop: Shop) -> None:
    with pytest.raises(KeyboardInterrupt):
        shop.migrate(hears=Stopped(5))
    Path(shop.desired).write_text("create schema shop;")
    with pytest.raises(Drifted, match="run 1"):
        shop.migrate()
