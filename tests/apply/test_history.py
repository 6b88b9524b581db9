"""Where a database stands, what was done to it, and whether that is still there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from seachange.apply import Kind, apply
from seachange.apply.history import audit, audited, history, listing, one, told
from seachange.apply.standing import report, standing
from seachange.errors import NotUnderstood, StepFailed
from seachange.plan.folder import Folder
from seachange.postgres.ledger import State
from seachange.step import Stage, Step
from tests.apply.targets import COUNT, NOTE, YES, Heard, folder, held, send, with_steps

Databases = Callable[[int], tuple[str, ...]]

pytestmark = pytest.mark.newest


class Looks(Heard):
    """Looks where the target stands while a step is on its way."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self._target = target
        self.seen: list[Any] = []

    def sent(self, number: int, step: Step, seconds: float) -> None:
        self.seen.append(standing(self._target))


def test_database_without_a_ledger(databases: Databases) -> None:
    (target,) = databases(1)
    assert history(target) == ()
    assert report(standing(target), "t").verdict == "Nobody is at work, and no run was ever begun here."
    assert audit(target).recorded == 0
    with pytest.raises(NotUnderstood, match="no run 3"):
        told(target, 3)


def test_run_at_work_is_seen(databases: Databases) -> None:
    target, model = databases(2)
    looks = Looks(target)
    apply(folder(target, model), target, YES, looks)
    second = looks.seen[1]
    assert second.working.application == "seachange run 1"
    assert (second.open.run, second.done, second.next) == (1, 1, 2)
    assert report(second, "t").verdict == "Run 1 is at work, at step 2 of 4."
    assert report(standing(target), "t").verdict == "Nobody is at work, and nothing is left to do.  The last run was 1."


def test_run_that_has_not_ended_tells_how_to_go_on(databases: Databases) -> None:
    target, model = databases(2)
    with pytest.raises(StepFailed):
        apply(folder(target, model, [NOTE, Step(sql="SELECT 1/0", stage=Stage.DATA)]), target, YES)
    told_of = report(standing(target), "t")
    assert not told_of.good
    assert "1 of 2 steps are done" in told_of.verdict
    assert "seachange undo TARGET 1" in told_of.verdict
    assert ("next step", "2: SELECT 1/0") in told_of.about


def test_quarantine_is_told(databases: Databases) -> None:
    (target,) = databases(1)
    send(target, "create schema seachange_quarantine; create table seachange_quarantine.old as select 1")
    send(target, "comment on table seachange_quarantine.old is 'was something'")
    (waiting,) = standing(target).quarantine
    assert (waiting.name, waiting.about) == ("old", "was something")
    assert waiting.bytes > 0


def test_history_has_each_run(databases: Databases) -> None:
    target, model = databases(2)
    apply(folder(target, model), target, YES)
    (run,) = history(target)
    found = told(target, 1)
    assert found.run == run
    assert len(found.steps) == 4
    assert listing(history(target), "t").verdict == "1 run."
    assert one(found, "t").verdict == "4 of 4 steps are done; the run is done."


def test_what_is_no_longer_there_is_named(databases: Databases) -> None:
    target, model = databases(2)
    apply(folder(target, model), target, YES)
    assert audit(target).gone == ()
    assert "All 3 recorded changes" in audited(audit(target), "t").verdict
    send(target, "drop index shop.invoice_customer; alter table shop.customer add mail text; create table shop.x ()")
    found = audit(target)
    assert sorted(str(change.ref) for change in found.gone) == [
        "index shop.invoice_customer",
        "table column shop.customer.mail",
    ]
    assert found.runs == (1,)


def test_what_was_taken_back_counts_for_nothing(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE, COUNT], "alter table shop.invoice add note text")
    outcome = apply(made, target, YES)
    drop = Step(sql="ALTER TABLE shop.invoice DROP COLUMN note", stage=Stage.REMOVE)
    undone = apply(_back(made, drop), target, YES, kind=Kind.UNDO, undoes=outcome.run)
    assert undone.arrived
    assert audit(target).recorded == 0
    assert [run.state for run in history(target)] == [State.DONE, State.DONE]
    again = with_steps(made, NOTE)
    assert apply(again, target, YES, kind=Kind.UNDO, undoes=undone.run).arrived
    assert audit(target).recorded > 0


def test_run_that_has_not_ended_can_be_taken_back(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(
        target, model, [NOTE, Step(sql="SELECT 1/0", stage=Stage.DATA)], "alter table shop.invoice add note text"
    )
    with pytest.raises(StepFailed):
        apply(made, target, YES)
    drop = Step(sql="ALTER TABLE shop.invoice DROP COLUMN note", stage=Stage.REMOVE)
    assert apply(_back(made, drop), target, YES, kind=Kind.UNDO, undoes=1).arrived
    assert standing(target).open is None


def _back(made: Folder, *steps: Step) -> Folder:
    return with_steps(Folder(made.undo, made.plan, made.desired, made.current), *steps)


def test_somebody_in_the_way_is_seen(databases: Databases) -> None:
    target, _ = databases(2)
    with held(target, "select 1"):
        assert standing(target).blockers == ()
