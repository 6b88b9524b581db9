"""Locks that are not to be had: asked for again and again, without anybody waiting long; who is in the way is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from seachange import read
from seachange.apply import apply, together
from seachange.errors import Blocked
from seachange.postgres import server as servers
from seachange.postgres.ledger import Blocker, State, Wait, Why
from seachange.step import Step
from tests.apply.targets import INDEX, NOTE, YES, Heard, folder, held, ledger, old, send, step, with_steps
from tests.plugins.servers import Server
from tests.postgres.processes import eventually

Databases = Callable[[int], tuple[str, ...]]
IMPATIENT = msgspec.structs.replace(YES, patience=0.6)
READS = "select from shop.invoice"
AND_NOTE = "alter table shop.invoice add note text"
AND_INDEX = "alter table shop.invoice add note text; create index invoice_customer on shop.invoice (customer)"


@pytest.fixture
def young(monkeypatch: pytest.MonkeyPatch) -> None:
    """No transaction counts as old."""
    monkeypatch.setattr(together, "OLD", 3600.0)


@pytest.mark.usefixtures("young")
def test_who_holds_a_lock_is_named(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE])
    with held(target, READS) as session:
        pid = session.info.backend_pid
        with pytest.raises(Blocked) as caught:
            apply(made, target, IMPATIENT)
    assert f"process {pid}" in caught.value.message
    assert "“somebody”, idle in transaction" in caught.value.message
    assert "0 of 1 steps are done" in caught.value.message
    with ledger(target) as kept:
        assert kept.run(1).state is State.STOPPED
        waits = kept.waits(1)
        assert {wait.why for wait in waits} == {Why.LOCK}
        assert {blocker.pid for wait in waits for blocker in wait.blockers} == {pid}


@pytest.mark.newest
def test_same_call_goes_on_when_the_lock_is_free(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [INDEX, NOTE], AND_INDEX)
    with held(target, READS), pytest.raises(Blocked, match="1 of 2 steps are done"):
        apply(made, target, IMPATIENT)
    outcome = apply(made, target, YES)
    assert outcome.arrived
    assert (outcome.run, outcome.first) == (1, 2)


@pytest.mark.newest
@pytest.mark.usefixtures("young")
def test_step_is_tried_until_the_lock_is_free(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE], AND_NOTE)
    with held(target, READS) as session:
        outcome = apply(made, target, YES, heard := FreeingAfterwards(session))
    assert outcome.arrived
    assert outcome.steps[1].attempts > 1
    assert outcome.steps[1].waited > 0
    assert heard.over == list(outcome.waits)


@pytest.mark.newest
def test_nobody_is_kept_waiting_behind_an_old_transaction(databases: Databases) -> None:
    target, model = databases(2)
    made, heard = folder(target, model, [NOTE]), Heard()
    with held(target, READS) as session:
        old(session)
        with pytest.raises(Blocked):
            apply(made, target, IMPATIENT, heard)
    assert [why for _, why, _ in heard.waiting] == [Why.GUARD]
    with ledger(target) as kept:
        (wait,) = kept.waits(1)
        assert wait.why is Why.GUARD
        assert [one.application for one in wait.blockers] == ["somebody"]
        assert not kept.steps(1)


@pytest.mark.newest
def test_old_transaction_that_takes_no_such_lock_is_in_nobodys_way(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE], AND_NOTE)
    with held(target, "select from shop.customer") as session:
        old(session)
        outcome = apply(made, target, YES)
    assert outcome.arrived
    assert outcome.waits == ()


@pytest.mark.newest
def test_reader_of_a_partition_is_in_the_way_of_the_whole(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [step("ALTER TABLE shop.part ADD note text", ("shop", "part"))], "")
    send(
        target,
        "create table shop.part (id int) partition by range (id);"
        "create table shop.part_1 partition of shop.part for values from (0) to (9)",
    )
    made = msgspec.structs.replace(made, current=read(target))
    with held(target, "select from shop.part_1") as session:
        old(session)
        with pytest.raises(Blocked, match="somebody"):
            apply(made, target, IMPATIENT)
    with ledger(target) as kept:
        assert [wait.why for wait in kept.waits(1)] == [Why.GUARD]


@pytest.mark.newest
def test_prepared_transaction_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(servers.SETTINGS, "max_prepared_transactions", "2")
    with servers.running(server.installation) as conninfo:
        send(conninfo, "create database model")
        made = folder(conninfo, make_conninfo(conninfo, dbname="model"), [NOTE])
        with psycopg.connect(conninfo, autocommit=True) as session:
            for statement in ("begin", "insert into shop.invoice values (1000, 1, 1)", "prepare transaction 'left'"):
                session.execute(statement.encode())
        with pytest.raises(Blocked, match="a prepared transaction of postgres") as caught:
            apply(made, conninfo, IMPATIENT)
    assert "PREPARE TRANSACTION 'left'" in caught.value.message


@pytest.mark.newest
def test_deadlock_is_tried_again(databases: Databases) -> None:
    """Somebody locks two tables in the other order, and waits for us after we wait for them: the server chooses us."""
    target, model = databases(2)
    first = Step(sql="LOCK TABLE shop.invoice", stage=NOTE.stage, undone="true")
    second = Step(sql="LOCK TABLE shop.customer", stage=NOTE.stage)
    made = with_steps(folder(target, model, [first], ""), first, second, together=True)
    with held(target, "lock table shop.customer") as session:
        crossing = Thread(target=_cross, args=(session,))
        crossing.start()
        outcome = apply(made, target, YES)
        crossing.join()
    assert outcome.arrived
    assert outcome.waits[0].why is Why.DEADLOCK


def _cross(session: psycopg.Connection[Any]) -> None:
    waiting = "select exists (select from pg_locks where relation = 'shop.customer'::regclass and not granted)"
    eventually(lambda: session.execute(waiting).fetchone() == (True,))
    session.execute("lock table shop.invoice")
    session.rollback()


def test_build_waits_for_old_transactions_and_says_so(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE, INDEX], AND_INDEX)
    with held(target, "set transaction isolation level repeatable read", "select from shop.customer") as session:
        outcome = apply(made, target, YES, Freeing(session))
    assert outcome.arrived
    assert [(wait.step, wait.why) for wait in outcome.waits] == [(2, Why.SNAPSHOT)]
    assert [one.application for one in outcome.waits[0].blockers] == ["somebody"]


class Freeing(Heard):
    """Lets go of what is held as soon as somebody waits for it."""

    def __init__(self, session: psycopg.Connection[Any]) -> None:
        super().__init__()
        self._session = session

    def waits(self, number: int, why: Why, blockers: Iterable[Blocker]) -> None:
        self._session.rollback()


class FreeingAfterwards(Heard):
    """Lets go of what is held when somebody has waited for it in vain."""

    def __init__(self, session: psycopg.Connection[Any]) -> None:
        super().__init__()
        self._session = session

    def waited(self, wait: Wait) -> None:
        super().waited(wait)
        self._session.rollback()
