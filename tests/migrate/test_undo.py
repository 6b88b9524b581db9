"""What a run did is taken back, as far as it came, with the rows that it put aside."""

from __future__ import annotations

import pytest

from seachange.apply.terms import Terms
from seachange.errors import Drifted, NotAgreed, NotUnderstood
from seachange.migrate.making import Order
from tests.migrate.shop import Shop, Stopped, ask, rows, say, state
from tests.plugins.servers import Server
from tests.real.mirrors import ALL


def test_undo_of_a_run_and_of_its_undo(server: Server, shop: Shop) -> None:
    if not ALL and server.major not in (14, 18):
        pytest.skip("the oldest and the newest version are run")
    before, held, aside = state(shop.target), rows(shop.target), put_aside(shop)
    shop.migrate()
    there = state(shop.target)
    outcome = shop.undo()
    assert outcome.arrived, outcome.left
    assert state(shop.target).fingerprint == before.fingerprint
    assert (rows(shop.target), put_aside(shop)) == (held, aside)
    with pytest.raises(NotUnderstood, match="run 1 is undone already, by run 2"):
        shop.undo()
    assert shop.undo(2).arrived
    assert state(shop.target).fingerprint == there.fingerprint
    assert rows(shop.target, client="customer") == held
    assert shop.undo(3).arrived
    assert state(shop.target).fingerprint == before.fingerprint
    assert put_aside(shop) == aside


def put_aside(shop: Shop) -> list[list[tuple[object, ...]]]:
    """What a migration puts into the quarantine, as it is in the shop."""
    questions = (
        "select id, note from shop.old order by id",
        "select id, memo from shop.invoice order by id",
        "select id, mail from shop.client order by id",
    )
    return [ask(shop.target, question) for question in questions]


@pytest.mark.newest
@pytest.mark.parametrize("after", range(1, 25) if ALL else [5, 16])
def test_undo_of_a_run_that_did_not_come_to_its_end(shop: Shop, after: int) -> None:
    before, held, old = state(shop.target), rows(shop.target), ask(shop.target, "table shop.old")
    with pytest.raises(KeyboardInterrupt):
        shop.migrate(hears=Stopped(after))
    outcome = shop.undo()
    assert outcome.arrived, outcome.left
    assert state(shop.target).fingerprint == before.fingerprint
    assert rows(shop.target) == held
    assert ask(shop.target, "table shop.old") == old
    migration = shop.migrate()
    assert migration
    assert migration.good


@pytest.mark.newest
def test_undo_goes_on_where_it_stopped(shop: Shop) -> None:
    before, held = state(shop.target), rows(shop.target)
    shop.migrate()
    with pytest.raises(KeyboardInterrupt):
        shop.undo(hears=Stopped(6))
    assert shop.undo().arrived
    assert state(shop.target).fingerprint == before.fingerprint
    assert rows(shop.target) == held


@pytest.mark.newest
def test_what_others_have_built_upon_is_not_undone(shop: Shop) -> None:
    shop.migrate()
    say(shop.target, "create table shop.theirs (id int)", "alter table shop.visit add who text")
    there = state(shop.target).fingerprint
    with pytest.raises(Drifted, match="came table shop") as refused:
        shop.undo()
    assert "came table shop.theirs" in refused.value.message
    assert "came table column shop.visit.who" in refused.value.message
    assert state(shop.target).fingerprint == there


@pytest.mark.newest
def test_a_later_run_is_undone_first(shop: Shop) -> None:
    shop.migrate()
    with open(shop.desired, "a") as file:
        file.write("create table shop.more (id int);")
    shop.migrate(order=Order())
    with pytest.raises(Drifted, match="run 2 came after run 1"):
        shop.undo(1)
    assert shop.undo().run == 3
    assert shop.undo().arrived


@pytest.mark.newest
def test_undo_asks_for_consent(shop: Shop) -> None:
    shop.migrate()
    there = state(shop.target).fingerprint
    with pytest.raises(NotAgreed):
        shop.undo(terms=Terms())
    assert state(shop.target).fingerprint == there


@pytest.mark.newest
def test_there_is_nothing_to_undo(shop: Shop) -> None:
    with pytest.raises(NotUnderstood, match="no ledger"):
        shop.undo()
    shop.migrate()
    with pytest.raises(NotUnderstood, match="no run 7"):
        shop.undo(7)
