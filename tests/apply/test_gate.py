"""When a run may begin, and when one that did not end may go on."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from seachange import read
from seachange.apply import Terms, apply
from seachange.apply.reach import Reach
from seachange.compare import changes
from seachange.errors import Busy, Drifted, NotAgreed, NotPermitted, NotUnderstood, StepFailed
from seachange.plan import Group
from seachange.postgres.ledger import State
from seachange.postgres.runlock import held
from seachange.step import Stage, Step
from tests.apply.targets import COUNT, INDEX, NOTE, STEPS, YES, ask, folder, ledger, send, with_steps

Databases = Callable[[int], tuple[str, ...]]
REFUSED = Step(sql="SELECT 1/0", stage=Stage.DATA)

pytestmark = pytest.mark.newest


def test_what_moved_since_the_plan_was_made_is_named(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model)
    send(target, "create table shop.other (id int); alter table shop.customer alter name drop not null")
    with pytest.raises(Drifted) as caught:
        apply(made, target, YES)
    assert "+ table shop.other is new" in caught.value.message
    assert "~ table column shop.customer.name: not_null" in caught.value.message
    assert ask(target, "select to_regclass('seachange.runs')") == [(None,)]


def test_target_that_is_there_already_needs_nothing(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model)
    apply(made, target, YES)
    send(target, "drop schema seachange cascade")
    assert apply(made, target, YES).run is None


def test_consent_names_steps_and_words(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model)
    with pytest.raises(NotAgreed) as caught:
        apply(made, target, msgspec.structs.replace(YES, agreed=frozenset()))
    assert caught.value.words == ("loses-data",)
    assert "step 4: table column shop.customer.mail" in caught.value.message
    assert "--yes-to loses-data" in caught.value.advice


def test_no_backup_needs_consent(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE])
    none = Terms(backup=msgspec.structs.replace(YES.backup, snapshot=""))
    with pytest.raises(NotAgreed) as caught:
        apply(made, target, none)
    assert caught.value.words == ("no-backup",)


def test_two_runs_at_once(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    target, model = databases(2)
    made = folder(target, model)
    monkeypatch.setattr("seachange.postgres.runlock.PATIENCE", 0.2)
    with held(target) as session:
        pid = session.info.backend_pid
        with pytest.raises(Busy) as caught:
            apply(made, target, YES)
    assert f"process {pid} of the server" in caught.value.message


def test_run_that_failed_says_so_and_names_what_others_do_meanwhile(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE, COUNT, Step(sql="SELECT 1 FROM shop.later", stage=Stage.DATA), INDEX])
    with pytest.raises(StepFailed) as caught:
        apply(made, target, YES)
    assert (caught.value.number, caught.value.code) == (3, "42P01")
    assert "Run 1: 2 of 4 steps are done" in caught.value.message
    with ledger(target) as kept:
        run, steps = kept.run(1), kept.steps(1)
        assert run.state is State.FAILED
        assert "42P01" in run.message
        assert (steps[3].state, steps[3].message) == ("failed", 'relation "shop.later" does not exist')
    send(target, "create schema later; create view later.a as select 1")
    with pytest.raises(Drifted) as strange:
        apply(made, target, YES)
    assert "+ view later.a is new" in strange.value.message
    assert ask(target, "select distinct total from shop.invoice") == [(2,)]


def test_going_on_does_nothing_twice(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE, COUNT, *_needs("seachange_quarantine.key"), INDEX])
    with pytest.raises(StepFailed):
        apply(made, target, YES)
    send(target, "create schema seachange_quarantine; create table seachange_quarantine.key ()")
    outcome = apply(made, target, YES)
    assert (outcome.run, outcome.state, outcome.first) == (1, State.DONE, 3)
    assert ask(target, "select distinct total from shop.invoice") == [(2,)]
    with ledger(target) as kept:
        assert {number: step.attempts for number, step in kept.steps(1).items()} == {1: 1, 2: 1, 3: 1, 4: 1}


def _needs(relation: str) -> tuple[Step, ...]:
    """A step that is refused until there is a relation that is part of no state."""
    return (Step(sql=f"SELECT FROM {relation}", stage=Stage.DATA),)


def test_run_of_another_plan_that_has_not_ended_is_named(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE, REFUSED])
    with pytest.raises(StepFailed):
        apply(made, target, YES)
    with pytest.raises(Drifted, match="run 1, of another plan") as caught:
        apply(with_steps(made, INDEX), target, YES)
    assert "seachange undo TARGET 1" in caught.value.advice


def test_run_that_did_nothing_is_in_nobodys_way(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model, [REFUSED])
    with pytest.raises(StepFailed):
        apply(made, target, YES)
    assert apply(with_steps(made, *STEPS), target, YES).arrived


def test_secret_of_a_step_by_hand_is_not_kept(databases: Databases, role: str) -> None:
    target, model = databases(2)
    by_hand = Step(sql=f"CREATE ROLE {role} PASSWORD 'hush'", stage=Stage.DATA)
    made = folder(target, model, [NOTE])
    groups = (*made.plan.groups, Group(Stage.DATA, (by_hand, REFUSED), file="07_data.mine.sql"))
    made = msgspec.structs.replace(made, plan=msgspec.structs.replace(made.plan, groups=groups))
    with pytest.raises(StepFailed):
        apply(made, target, YES)
    with ledger(target) as kept:
        ours = kept.folder(1)
    assert "hush" not in "".join(step.sql for step in ours.plan.steps)
    with pytest.raises(NotUnderstood, match="holds a secret"):
        apply(ours, target, YES)


def test_target_that_only_reads_is_refused(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model)
    name = ask(target, "select quote_ident(current_database())")[0][0]
    send(target, f"alter database {name} set default_transaction_read_only = on")
    with pytest.raises(NotPermitted, match="default_transaction_read_only"):
        apply(made, target, YES)


def test_ledger_of_a_newer_version_is_refused(databases: Databases) -> None:
    target, model = databases(2)
    made = folder(target, model)
    apply(made, target, YES)
    send(target, "insert into seachange.ledger (version, made_by) values (99, 'a later one')")
    with pytest.raises(NotPermitted, match="form 99"):
        apply(made, target, YES)


def test_what_is_no_database_is_no_target(databases: Databases) -> None:
    target, model = databases(2)
    with pytest.raises(NotUnderstood, match="no database"):
        apply(folder(target, model), "run:true", YES)


@pytest.mark.parametrize(
    ("script", "covered"),
    [
        ("alter table shop.invoice add note text", True),
        ("alter table shop.invoice add note text default '-'; comment on column shop.invoice.note is 'x'", True),
        ("alter table shop.invoice add other text", False),
        ("alter table shop.invoice add helper text", True),
        ("grant select on shop.invoice to public", False),
        ("create index helper on shop.customer (name)", True),
        ("create index others on shop.customer (name)", False),
    ],
)
def test_reach_of_a_plan(databases: Databases, script: str, covered: bool) -> None:
    target, model = databases(2)
    made = folder(target, model, [NOTE, Step(sql="UPDATE shop.invoice SET helper = NULL", stage=Stage.DATA)])
    send(target, script)
    now = read(target)
    reach = Reach(made.plan, made.current, made.desired)
    assert all(map(reach.covers, changes(made.current, now))) == covered
    assert changes(made.current, now)
