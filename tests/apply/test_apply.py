"""A plan is carried out: once, in order, with the ledger telling the truth of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seachange.apply import apply
from seachange.postgres.ledger import Begun, State
from tests.apply.targets import STEPS, YES, Heard, ask, folder, ledger

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
