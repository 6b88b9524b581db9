"""Materialized views that others read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.planner.online.watching import SMALL, others, pair, statements

Databases = Callable[[int], tuple[str, ...]]

TABLE = """create schema s; create table s.t (a int, b int, c int);
insert into s.t select i, i, i from generate_series(1, 100) i;
"""
OLD = """create materialized view s.m as select a, b, c from s.t;
create unique index i on s.m (a); create index gone on s.m (c); comment on column s.m.c is 'gone';
"""
NEW = """create materialized view s.m with (fillfactor = 70) as select a, b, a + b as d from s.t;
create unique index i on s.m (a); create index n on s.m (d); comment on column s.m.d is 'new';
"""
SAID = """comment on materialized view s.m is 'kept'; comment on index s.i is 'kept'; comment on column s.m.b is 'kept';
alter materialized view s.m cluster on i; grant select on s.m to public; grant select (a) on s.m to pg_monitor;
alter materialized view s.m alter column b set statistics 50;
"""


def test_view_is_filled_beside_the_one_that_others_read(databases: Databases) -> None:
    states = pair(databases, TABLE + OLD + SAID, TABLE + NEW + SAID)
    made = states.planned()
    said = [sql for sql in statements(made) if sql != "COMMENT ON COLUMN s.m.c IS NULL"]
    assert said[:4] == [
        "CREATE MATERIALIZED VIEW s.m_new WITH (fillfactor='70') AS",
        "ALTER TABLE s.m_new ALTER COLUMN b SET STATISTICS 50",
        "CREATE UNIQUE INDEX i_new ON s.m_new USING btree (a)",
        "ANALYZE s.m_new",
    ]
    (swap,) = (group for group in made.groups if "RENAME" in group.steps[0].sql)
    assert [step.sql for step in swap.steps[:4]] == [
        "ALTER MATERIALIZED VIEW s.m RENAME TO m_old",
        "ALTER MATERIALIZED VIEW s.m_new RENAME TO m",
        "ALTER INDEX s.i RENAME TO i_old",
        "ALTER INDEX s.i_new RENAME TO i",
    ]
    assert said[-1] == "DROP MATERIALIZED VIEW s.m_old"
    with others(states.current, "select a from s.m") as wrong:
        states.converged(made)
    assert wrong == []


def test_view_that_others_lean_on_is_built_anew_in_one_group(databases: Databases) -> None:
    user = "create view s.v as select a from s.m"
    states = pair(databases, TABLE + OLD + user, TABLE + NEW + user)
    made = states.converged(states.planned())
    (group,) = (group for group in made.groups if any("DROP MATERIALIZED VIEW" in step.sql for step in group.steps))
    assert any("CREATE OR REPLACE VIEW" in step.sql for step in group.steps)


def test_there_and_back(databases: Databases) -> None:
    states = pair(databases, TABLE + NEW + SAID, TABLE + OLD + SAID)
    states.converged(states.planned())


@pytest.mark.newest
def test_small_view_is_built_anew(databases: Databases) -> None:
    states = pair(databases, TABLE + OLD + SAID, TABLE + NEW + SAID)
    made = states.planned(SMALL)
    assert "DROP MATERIALIZED VIEW s.m" in statements(made)
    assert not any("m_new" in said for said in statements(made))
    states.converged(made)
