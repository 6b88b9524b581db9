"""A plan is carried out: once, in order, with the ledger telling the truth of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seachange.apply import apply
from seachange.errors import StepFailed
from seachange.postgres.ledger import Begun, State
from seachange.step import Stage, Step
from tests.apply.targets import STEPS, YES, Heard, ask, folder, ledger, send

Databases = Callable[[int], tuple[str, ...]]


def test_plan_is_carried_out_and_kept(databases: Databases) -> None:
    target, model = databases(2)
    made, heard = folder(target, model), Heard()
    outcome = apply(made, target, YES, heard)
    assert outcome.arrived, outcome.left
    assert (outcome.run, outcome.of, heard.first, heard.sent_) == (1, 4, 1, [1, 2, 3, 4])
    assert ask(target, "select distinct total from shop.invoice") == [(2,)]
    with ledger(target) as kept:
        (run,) = kept.runs()
        assert run.state is State.DONE
        assert (run.before, run.desired, run.after) == (
            made.current.fingerprint,
            made.desired.fingerprint,
            outcome.after.fingerprint,
        )
        taken = kept.steps(1)
        assert [taken[number].sql for number in sorted(taken)] == [step.sql for step in STEPS]
        assert {step.state for step in taken.values()} == {Begun.DONE}
        assert {step.attempts for step in taken.values()} == {1}


@pytest.mark.newest
def test_nothing_is_done_twice(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model)
    apply(made, target, YES)
    assert apply(made, target, YES).run is None
    assert ask(target, "select distinct total from shop.invoice") == [(2,)]
    with ledger(target) as kept:
        assert len(kept.runs()) == 1


@pytest.mark.newest
def test_steps_that_lock_nothing_share_a_transaction_until_one_is_refused(databases: Databases) -> None:
    target, model = databases(2)
    tables = [f"CREATE TABLE shop.t{number} ()" for number in range(3)]
    steps = [Step(sql=sql, stage=Stage.TABLES) for sql in (*tables, "CREATE TABLE seachange_quarantine.t ()")]
    made = folder(target, model, steps, ";".join(tables))
    with pytest.raises(StepFailed, match="3 of 4 steps are done") as caught:
        apply(made, target, YES)
    assert caught.value.number == 4
    send(target, "create schema seachange_quarantine")
    assert apply(made, target, YES).arrived
    with ledger(target) as kept:
        assert len({taken.began for taken in kept.steps(1).values()}) == 4
