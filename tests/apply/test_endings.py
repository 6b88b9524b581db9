"""Runs that are stopped in every way there is: the same call goes on, nothing is done twice, the ledger is true."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import msgspec
import psycopg
import pytest

from seachange.apply import apply
from seachange.apply.terms import Listener
from seachange.errors import StepFailed, Unreachable
from seachange.plan import folder as folders
from seachange.plan.folder import Folder
from seachange.postgres import runlock
from seachange.postgres.ledger import Begun, State
from seachange.step import Lock, Risk, Stage, Step, Way
from tests.apply.targets import (
    COUNT,
    INDEX,
    INDEX_REF,
    INVOICE,
    NOTE,
    OURS,
    YES,
    ask,
    folder,
    held,
    ledger,
    send,
    step,
    with_steps,
)
from tests.postgres.processes import eventually, process

Databases = Callable[[int], tuple[str, ...]]
DESIRED = "alter table shop.invoice add note text; create index invoice_customer on shop.invoice (customer)"
UNIQUE = step(
    "CREATE UNIQUE INDEX CONCURRENTLY invoice_customer ON shop.invoice (customer)",
    INVOICE,
    lock=Lock.SHARE_UPDATE_EXCLUSIVE,
    stage=Stage.INDEXES,
    way=Way.ALONE,
    subject=INDEX_REF,
    makes=frozenset({INDEX_REF}),
    risks=frozenset({Risk.BUILDS_INDEX}),
)
INVALID = "select count(*) from pg_index where not indisvalid"
RUN = """
from seachange.apply import Terms, apply
from seachange.apply.terms import Backup, Listener
from seachange.plan.folder import load

class Stays(Listener):
    def sends(self, number, step, attempt):
        if number == int(sys.argv[3]):
            stay("there")

plan = load(Path(sys.argv[1]))
apply(plan, sys.argv[2], Terms(agreed=frozenset(["loses-data"]), backup=Backup(snapshot="none")), Stays())
"""


class Ends(Listener):
    """Has the session of the run ended by the server at a step."""

    def __init__(self, target: str, number: int) -> None:
        self._target, self._number = target, number

    def sends(self, number: int, step: Step, attempt: int) -> None:
        if number == self._number:
            assert ask(self._target, f"select count(pg_terminate_backend(pid)) {OURS}") == [(1,)]


class Stops(Listener):
    """Somebody presses Ctrl-C at a step."""

    def __init__(self, number: int) -> None:
        self._number = number

    def sends(self, number: int, step: Step, attempt: int) -> None:
        if number == self._number:
            raise KeyboardInterrupt


def _went_on(made: Folder, target: str, run: int = 1) -> None:
    """The same call ends what was begun, and no effect is there twice."""
    outcome = apply(made, target, YES)
    assert outcome.arrived, outcome.left
    assert outcome.run == run
    assert ask(target, "select distinct total from shop.invoice") == [(2,)]
    assert ask(target, INVALID) == [(0,)]
    with ledger(target) as kept:
        assert kept.run(run).state is State.DONE
        assert {taken.state for taken in kept.steps(run).values()} <= {Begun.DONE, Begun.SKIPPED}


@pytest.mark.newest
@pytest.mark.parametrize("number", [2, 3, 4])
def test_killed_client(databases: Databases, tmp_path: Path, number: int) -> None:
    target, model = databases(2)
    made = folder(target, model)
    folders.write(tmp_path / "plan", made)
    with process(RUN, tmp_path / "plan", target, number) as running:
        assert running.word() == "there"
        running.end(signal.SIGKILL)
    with ledger(target) as kept:
        assert kept.run(1).state is State.RUNNING
    _went_on(made, target)


@pytest.mark.newest
@pytest.mark.parametrize("number", [2, 3, 4])
def test_session_that_the_server_ends(databases: Databases, number: int) -> None:
    target, model = databases(2)
    made = folder(target, model)
    with pytest.raises(Unreachable) as caught:
        apply(made, target, YES, Ends(target, number))
    assert "the ledger has each step that is done" in caught.value.message
    _went_on(made, target)


@pytest.mark.newest
@pytest.mark.parametrize("number", [2, 3, 4])
def test_run_that_somebody_stops(databases: Databases, number: int) -> None:
    target, model = databases(2)
    made = folder(target, model)
    with pytest.raises(KeyboardInterrupt) as caught:
        apply(made, target, YES, Stops(number))
    assert f"{number - 1} of 4 steps are done" in caught.value.__notes__[0]
    with ledger(target) as kept:
        assert kept.run(1).state is State.STOPPED
    _went_on(made, target)


def test_build_that_fails_leaves_nothing(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE, UNIQUE], DESIRED)
    with pytest.raises(StepFailed) as caught:
        apply(made, target, YES)
    assert caught.value.code == "23505"
    assert ask(target, INVALID) == [(0,)]
    assert ask(target, "select to_regclass('shop.invoice_customer')") == [(None,)]


def test_index_that_a_killed_build_left_is_built_again(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE, COUNT, INDEX], DESIRED)
    with pytest.raises(Unreachable):
        apply(made, target, YES, Ends(target, 3))
    with psycopg.connect(target, autocommit=True) as session, pytest.raises(psycopg.errors.UniqueViolation):
        session.execute(UNIQUE.sql.encode())
    assert ask(target, INVALID) == [(1,)]
    _went_on(made, target)
    assert ask(target, "select indisunique from pg_index where indexrelid = 'shop.invoice_customer'::regclass") == [
        (False,)
    ]


@pytest.mark.newest
def test_build_that_ended_before_it_was_told_is_not_made_again(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE, COUNT, INDEX], DESIRED)
    with pytest.raises(Unreachable):
        apply(made, target, YES, Ends(target, 3))
    send(target, INDEX.sql)
    (before,) = ask(target, "select 'shop.invoice_customer'::regclass::oid")
    _went_on(made, target)
    assert ask(target, "select 'shop.invoice_customer'::regclass::oid") == [before]


@pytest.mark.newest
def test_statement_that_somebody_cancels_fails_and_leaves_nothing(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE, COUNT, INDEX], DESIRED)

    class Cancels(Listener):
        def waits(self, *about: object) -> None:
            send(target, f"select pg_cancel_backend(pid) {OURS}")

    with (
        held(target, "set transaction isolation level repeatable read", "select from shop.customer"),
        pytest.raises(StepFailed) as caught,
    ):
        apply(made, target, YES, Cancels())
    assert caught.value.code == "57014"
    assert ask(target, INVALID) == [(0,)]
    _went_on(made, target)


@pytest.mark.newest
def test_group_that_fails_is_undone_whole(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE], "alter table shop.invoice add note text")
    third = Step(sql="SELECT 1 FROM seachange_quarantine.t", stage=Stage.DATA)
    both = with_steps(made, NOTE, COUNT, third, together=True)
    with pytest.raises(StepFailed):
        apply(both, target, YES)
    assert ask(target, "select distinct total from shop.invoice") == [(1,)]
    send(target, "create schema seachange_quarantine; create table seachange_quarantine.t ()")
    _went_on(both, target, run=2)


@pytest.mark.newest
def test_stage_is_made_again(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model)
    stage = msgspec.structs.replace(YES, stage=Stage.INDEXES)
    apply(made, target, YES)
    send(target, "drop index shop.invoice_customer")
    outcome = apply(made, target, stage)
    assert (outcome.run, outcome.arrived) == (1, True)
    assert apply(made, target, stage).steps[3].attempts == 2
    assert ask(target, "select distinct total from shop.invoice") == [(2,)]


@pytest.mark.newest
def test_one_stage_first(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model)
    outcome = apply(made, target, msgspec.structs.replace(YES, stage=NOTE.stage))
    assert (outcome.state, outcome.first) == (State.STOPPED, 1)
    _went_on(made, target)


@pytest.mark.newest
def test_session_of_a_killed_client_is_waited_for(databases: Databases, tmp_path: Path) -> None:
    """The server sees within a second that nobody is there any more, whatever it is waiting for."""
    target, model = databases(2)
    made = folder(target, model, [msgspec.structs.replace(INDEX, stage=NOTE.stage), NOTE, COUNT], DESIRED)
    folders.write(tmp_path / "plan", made)
    waited_for = held(target, "set transaction isolation level repeatable read", "select from shop.customer")
    with waited_for, process(RUN, tmp_path / "plan", target, 0) as running:
        eventually(lambda: ask(target, f"select count(*) {OURS} and wait_event_type = 'Lock'") == [(1,)])
        running.end(signal.SIGKILL)
        eventually(lambda: ask(target, f"select count(*) {OURS}") == [(0,)])
    _went_on(made, target)


@pytest.mark.newest
@pytest.mark.parametrize(("usual", "meant"), [("off", "on"), ("local", "local")])
def test_what_is_told_to_be_done_is_on_the_disk(database: str, usual: str, meant: str) -> None:
    setting = f"format($$alter database %I set synchronous_commit = {usual}$$, current_database())"
    send(database, f"do 'begin execute {setting}; end'")
    with runlock.held(database) as session:
        assert session.execute("show synchronous_commit").fetchone() == (meant,)
