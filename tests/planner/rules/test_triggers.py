"""What others notice while routines, triggers and policies change."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from seachange.plan import Plan
from seachange.planner import plan
from seachange.step import Held, Lock, Risk, Step
from tests.planner.converging import catalog, said

BASE = """
create schema p;
create table p.t (id int);
create table p.part (id int) partition by list (id);
create table p.one partition of p.part for values in (1);
create function p.touch() returns trigger language plpgsql as 'begin return new; end';
create function p.f(int) returns int language sql as 'select 1';
create policy pol on p.t using (true);
"""
TRIGGER = "create trigger tg before insert on p.t for each row execute function p.touch();"
PARTED = "create trigger tg after insert on p.part for each row execute function p.touch();"


@pytest.fixture
def planned(databases: Callable[[int], tuple[str, ...]]) -> Callable[[str, str], Plan]:
    """The plan from what one script makes to what another does."""

    def between(one: str, other: str) -> Plan:
        pair = databases(2)
        for conninfo, script in zip(pair, (one, other), strict=True):
            with psycopg.connect(conninfo, autocommit=True) as session:
                session.execute((BASE + script).encode())
        return plan(*map(catalog, pair))

    return between


def step(made: Plan, beginning: str) -> Step:
    """The only step that begins so."""
    (found,) = (step for step in made.steps if step.sql.startswith(beginning))
    return found


@pytest.mark.newest
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", f"{TRIGGER} alter table p.t disable trigger tg"),
        (
            f"{TRIGGER} alter table p.t disable trigger tg",
            f"{TRIGGER.replace('insert', 'update')} alter table p.t disable trigger tg",
        ),
        ("", "create rule ru as on insert to p.t do also nothing; alter table p.t disable rule ru"),
        ("", f"{PARTED} alter table p.part enable always trigger tg"),
    ],
)
def test_nobody_sees_fire_what_is_switched_off(planned: Callable[[str, str], Plan], one: str, other: str) -> None:
    made = planned(one, other)
    (group,) = (group for group in made.groups if any("TABLE" in step.sql for step in group.steps))
    first, then = (step for step in group.steps if not step.sql.startswith("DROP"))
    assert "CREATE" in first.sql
    assert then.sql.startswith("ALTER TABLE"), said(made)


@pytest.mark.newest
def test_locks(planned: Callable[[str, str], Plan]) -> None:
    made = planned(
        f"{TRIGGER} create statistics p.s (mcv) on id, (id + 1) from p.t",
        f"{PARTED} create policy other on p.t using (true); create rule ru as on delete to p.t do also nothing",
    )
    held = {held for step in made.steps for held in step.locks}
    assert step(made, "CREATE TRIGGER").locks == tuple(
        Held(("p", table), Lock.SHARE_ROW_EXCLUSIVE) for table in ("part", "one")
    )
    for beginning in ("DROP TRIGGER", "CREATE POLICY", "CREATE RULE"):
        assert step(made, beginning).locks == (Held(("p", "t"), Lock.ACCESS_EXCLUSIVE),)
    assert step(made, "DROP STATISTICS").lock is Lock.SHARE_UPDATE_EXCLUSIVE
    assert len(held) == 4


@pytest.mark.newest
def test_risks(planned: Callable[[str, str], Plan]) -> None:
    made = planned(
        "",
        """create or replace function p.f(int) returns int language sql security definer as 'select 1';
        create function p.body() returns int language sql as 'select 2';
        create function p.plain() returns int language sql return 3;
        create function p.of_definer() returns int language sql security definer return 3;
        alter policy pol on p.t using (false);""",
    )
    assert step(made, "CREATE OR REPLACE FUNCTION p.f").risks == {Risk.CHANGES_ACCESS}
    assert step(made, "CREATE FUNCTION p.body").risks == {Risk.HIDES_NEEDS}
    assert step(made, "CREATE FUNCTION p.plain").risks == frozenset()
    assert step(made, "CREATE FUNCTION p.of_definer").risks == {Risk.CHANGES_ACCESS}
    assert step(made, "ALTER POLICY").risks == {Risk.CHANGES_ACCESS}
