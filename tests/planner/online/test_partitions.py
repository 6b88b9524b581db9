"""Partitions that come and go while others work with the table."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from seachange.step import Lock, Way
from tests.planner.online.watching import SMALL, others, pair, statements

Databases = Callable[[int], tuple[str, ...]]

TABLE = """create schema s; create table s.p (a bigint, b text) partition by range (a);
create table s.one partition of s.p for values from (1) to (100);
"""
ROWS = "insert into s.p select i, i from generate_series(1, 99) i;"
APART = "create table s.two (a bigint, b text);"
TWO = "create table s.two partition of s.p for values from (100) to (200);"
BY_TEXT = """create schema s; create table s.l (b varchar(20), c int) partition by list (b);
create table s.rest partition of s.l default; create table s.a partition of s.l for values in ('a');
insert into s.l values ('a'), ('q'), (null);
"""


def notices(conninfo: str, steps: list[str]) -> list[str]:
    """What PostgreSQL says of how it looks for rows that do not fit."""
    heard: list[str] = []
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute("set client_min_messages = debug1")
        session.add_notice_handler(lambda said: heard.append(said.message_primary or ""))
        for step in steps:
            session.execute(step.encode())
    return [said for said in heard if "constraint" in said]


def test_rows_are_shown_to_fit_before(databases: Databases) -> None:
    states = pair(
        databases, TABLE + ROWS + APART + "insert into s.two select 150 from generate_series(1, 1000)", TABLE + TWO
    )
    made = states.planned()
    assert statements(made) == [
        "ALTER TABLE s.two ADD CONSTRAINT two_bound CHECK (a IS NOT NULL AND a >= '100' AND a < '200') NOT VALID",
        "ALTER TABLE s.two VALIDATE CONSTRAINT two_bound",
        "ALTER TABLE ONLY s.p ATTACH PARTITION s.two FOR VALUES FROM ('100') TO ('200')",
        "ALTER TABLE s.two DROP CONSTRAINT two_bound",
    ]
    assert [len(group.steps) for group in made.groups] == [1, 1, 2]
    with others(states.current, "insert into s.p values (5, 'other')") as wrong:
        states.converged(made)
    assert wrong == []


BOUNDS = {
    "list": (
        BY_TEXT.replace("default", "for values in ('q', null)"),
        "create table s.two (b varchar(20), c int)",
        "create table s.two partition of s.l for values in ('b', 'it''s')",
        "insert into s.two values ('b'), ('it''s')",
    ),
    "list with null": (
        "create schema s; create table s.l (b text, c int) partition by list (b);",
        "create table s.two (b text, c int)",
        "create table s.two partition of s.l for values in ('b', null)",
        "insert into s.two values ('b'), (null)",
    ),
    "time without an end": (
        'create schema s; create table s.l ("At" timestamptz, c numeric) partition by range ("At");',
        'create table s.two ("At" timestamptz, c numeric)',
        "create table s.two partition of s.l for values from ('2024-01-01') to (maxvalue)",
        "insert into s.two values ('2024-05-05')",
    ),
    "two levels": (
        "create schema s; create table s.l (b text, c int) partition by list (b);"
        "create table s.x partition of s.l for values in ('x') partition by range (c);",
        "create table s.two (b text, c int)",
        "create table s.two partition of s.x for values from (-5) to (5)",
        "insert into s.two values ('x', 1)",
    ),
}


@pytest.mark.parametrize("case", BOUNDS)
def test_no_row_is_read_while_attaching(databases: Databases, case: str) -> None:
    table, apart, attached, rows = BOUNDS[case]
    states = pair(databases, f"{table} {apart}; {rows}", f"{table} {attached}")
    made = states.planned()
    add, validate, attach, drop = (step.sql for step in made.steps)
    assert "ADD CONSTRAINT" in add
    heard = notices(states.current, [add, validate, attach, drop])
    assert any("is implied by existing constraints" in said for said in heard), heard
    back = pair(databases, f"{table} {apart}; {rows}", f"{table} {attached}")
    back.converged(back.planned())


def test_default_partition_is_not_read_either(databases: Databases) -> None:
    states = pair(databases, BY_TEXT, BY_TEXT + "create table s.b partition of s.l for values in ('b', 'c')")
    made = states.planned()
    assert (
        "ALTER TABLE s.rest ADD CONSTRAINT rest_b_bound CHECK (NOT (b IS NOT NULL AND b IN ('b', 'c'))) NOT VALID"
        in (statements(made))
    )
    heard = notices(states.current, [step.sql for step in made.steps])
    assert any("default partition" in said and "is implied" in said for said in heard), heard
    again = pair(databases, BY_TEXT, BY_TEXT + "create table s.b partition of s.l for values in ('b', 'c')")
    with others(again.current, "insert into s.l values ('q')") as wrong:
        again.converged(again.planned())
    assert wrong == []


def test_key_is_there_before(databases: Databases) -> None:
    keyed = TABLE.replace("a bigint,", "a bigint primary key,", 1)
    apart = "create table s.two (a bigint not null, b text); create unique index two_pkey on s.two (a);"
    states = pair(databases, keyed + apart, keyed + TWO)
    made = states.converged(states.planned())
    said = statements(made)
    key = next(i for i, sql in enumerate(said) if "PRIMARY KEY" in sql)
    assert key < next(i for i, sql in enumerate(said) if "ATTACH PARTITION" in sql)


def test_partition_leaves_while_others_write(databases: Databases) -> None:
    states = pair(databases, TABLE + ROWS + TWO, TABLE + APART)
    made = states.planned()
    leave, finish, forget = made.steps
    assert leave.sql == "ALTER TABLE s.p DETACH PARTITION s.two CONCURRENTLY"
    assert leave.way is Way.ALONE
    assert "FINALIZE" in finish.sql
    assert forget.sql == "ALTER TABLE s.two DROP CONSTRAINT IF EXISTS two_a_check"
    with others(states.current, "insert into s.p values (5, 'other')") as wrong:
        states.converged(made)
    assert wrong == []


def test_detaching_that_was_cancelled_is_finished(databases: Databases) -> None:
    states = pair(databases, TABLE + ROWS + TWO, TABLE + APART)
    leave, finish, _ = states.planned().steps
    with psycopg.connect(states.current) as reader, psycopg.connect(states.current, autocommit=True) as session:
        reader.execute("select from s.p")
        session.execute("set statement_timeout = '200ms'")
        with pytest.raises(psycopg.errors.QueryCanceled):
            session.execute(leave.sql.encode())
        reader.rollback()
        session.execute("set statement_timeout = 0")
        assert session.execute(f"select {leave.undone}, {finish.undone}".encode()).fetchone() == (False, True)
        session.execute(finish.sql.encode())
        assert session.execute(f"select {leave.undone}, {finish.undone}".encode()).fetchone() == (False, False)


def test_partition_is_detached_before_it_is_dropped(databases: Databases) -> None:
    states = pair(databases, TABLE + ROWS + TWO, TABLE)
    made = states.planned()
    assert statements(made) == ["ALTER TABLE s.p DETACH PARTITION s.two CONCURRENTLY", "DROP TABLE s.two"]
    states.converged(made)


def test_where_there_is_a_default_partition_nothing_leaves_concurrently(databases: Databases) -> None:
    states = pair(databases, BY_TEXT, BY_TEXT.replace("partition of s.l for values in ('a')", "(b varchar(20), c int)"))
    states = pair(
        databases,
        BY_TEXT,
        BY_TEXT.replace(
            "create table s.a partition of s.l for values in ('a')", "create table s.a (b varchar(20), c int)"
        ),
    )
    made = states.planned()
    assert statements(made) == ["ALTER TABLE s.l DETACH PARTITION s.a"]
    states.converged(made)


def test_partition_that_moves_is_never_missed(databases: Databases) -> None:
    states = pair(databases, TABLE + ROWS + TWO, TABLE + TWO.replace("(200)", "(300)"))
    made = states.planned()
    assert statements(made)[2:] == [
        "ALTER TABLE s.p DETACH PARTITION s.two",
        "ALTER TABLE ONLY s.p ATTACH PARTITION s.two FOR VALUES FROM ('100') TO ('300')",
        "ALTER TABLE s.two DROP CONSTRAINT two_bound",
    ]
    assert len(made.groups[-1].steps) == 3
    states.converged(made)


@pytest.mark.newest
def test_small_tables_are_not_worth_it(databases: Databases) -> None:
    there = pair(databases, TABLE + ROWS + APART, TABLE + TWO)
    made = there.planned(SMALL)
    assert statements(made) == ["ALTER TABLE ONLY s.p ATTACH PARTITION s.two FOR VALUES FROM ('100') TO ('200')"]
    there.converged(made)
    back = pair(databases, TABLE + ROWS + TWO, TABLE + APART)
    made = back.planned(SMALL)
    assert statements(made) == ["ALTER TABLE s.p DETACH PARTITION s.two"]
    assert made.groups[0].lock is Lock.ACCESS_EXCLUSIVE
    back.converged(made)
