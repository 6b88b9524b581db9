"""Indexes of tables that others use."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from seachange.plan import Plan
from seachange.step import Lock, Risk, Way
from tests.planner.converging import catalog
from tests.planner.online.watching import SMALL, others, pair, statements

Databases = Callable[[int], tuple[str, ...]]

BASE = "create schema s; create table s.t (a int, b int); "
ROWS = "insert into s.t select i, i from generate_series(1, 2000) i; "
PARTED = """create table s.p (a int, b int) partition by list (a);
create table s.p1 partition of s.p for values in (1);
create table s.p2 partition of s.p for values in (2);
insert into s.p select 1 + i % 2, i from generate_series(1, 2000) i;
"""


def alone(made: Plan) -> list[str]:
    return [step.sql for step in made.steps if step.way is Way.ALONE]


def test_index_comes_while_others_write(databases: Databases) -> None:
    states = pair(databases, BASE + ROWS, BASE + "create index i on s.t (a); create unique index u on s.t (b)")
    made = states.planned()
    assert (
        alone(made)
        == statements(made)
        == [
            "DROP INDEX CONCURRENTLY IF EXISTS s.i",
            "CREATE INDEX CONCURRENTLY i ON s.t USING btree (a)",
            "DROP INDEX CONCURRENTLY IF EXISTS s.u",
            "CREATE UNIQUE INDEX CONCURRENTLY u ON s.t USING btree (b)",
        ]
    )
    assert {step.lock for step in made.steps} == {Lock.SHARE_UPDATE_EXCLUSIVE}
    assert Risk.BUILDS_INDEX in made.risks
    with others(states.current, "insert into s.t values (-1, null)") as wrong:
        states.converged(made)
    assert wrong == []


def test_leftover_of_a_failed_build_is_cleared(databases: Databases) -> None:
    states = pair(databases, BASE + ROWS, BASE + "create unique index u on s.t (a)")
    clear, build = states.planned().steps
    with psycopg.connect(states.current, autocommit=True) as session:

        def undone(step: str) -> bool:
            (answer,) = session.execute(f"select {step}".encode()).fetchone() or (None,)
            return bool(answer)

        session.execute("insert into s.t values (1, 1)")
        assert (undone(clear.undone), undone(build.undone)) == (False, True)
        with pytest.raises(psycopg.errors.UniqueViolation):
            session.execute(build.sql.encode())
        assert (undone(clear.undone), undone(build.undone)) == (True, True)
        session.execute("delete from s.t where a = 1")
        session.execute(clear.sql.encode())
        session.execute(build.sql.encode())
        assert (undone(clear.undone), undone(build.undone)) == (False, False)


def test_index_that_is_not_valid_is_mended(databases: Databases) -> None:
    script = "create unique index u on s.t (a); comment on index s.u is 'kept'"
    states = pair(databases, BASE + ROWS + "insert into s.t values (1)", BASE + script)
    with psycopg.connect(states.current, autocommit=True) as session:
        with pytest.raises(psycopg.errors.UniqueViolation):
            session.execute("create unique index concurrently u on s.t (a)")
        session.execute("comment on index s.u is 'kept'; delete from s.t where a = 1")
    states = type(states)(states.current, states.desired, catalog(states.current), states.wanted)
    made = states.converged(states.planned())
    assert statements(made) == ["REINDEX INDEX CONCURRENTLY s.u"]


def test_index_is_replaced_without_being_missed(databases: Databases) -> None:
    states = pair(
        databases,
        BASE + ROWS + "create index i on s.t ((a + b)); alter index s.i alter column 1 set statistics 200; "
        "comment on index s.i is 'kept'",
        BASE + "create index i on s.t (b, (a + 1)) with (fillfactor = 70) where a > 1; "
        "alter index s.i alter column 2 set statistics 300; comment on index s.i is 'kept'",
    )
    made = states.planned()
    assert statements(made) == [
        "DROP INDEX CONCURRENTLY IF EXISTS s.i_new",
        "CREATE INDEX CONCURRENTLY i_new ON s.t USING btree (b, ((a + 1))) WITH (fillfactor='70') WHERE (a > 1)",
        "ALTER INDEX s.i_new ALTER COLUMN 2 SET STATISTICS 300",
        "COMMENT ON INDEX s.i_new IS 'kept'",
        "ALTER INDEX s.i RENAME TO i_old",
        "ALTER INDEX s.i_new RENAME TO i",
        "DROP INDEX CONCURRENTLY s.i_old",
    ]
    with others(states.current, "update s.t set b = b + 1 where a = 5") as wrong:
        states.converged(made)
    assert wrong == []


def test_index_that_others_name_is_built_anew(databases: Databases) -> None:
    held = "alter table s.t alter a set not null; alter table s.t replica identity using index u"
    states = pair(
        databases,
        BASE + ROWS + f"create unique index u on s.t (a); {held}",
        BASE + f"create unique index u on s.t (a) include (b); {held}",
    )
    made = states.converged(states.planned())
    assert alone(made) == []
    (group,) = (group for group in made.groups if group.steps[0].sql.startswith("DROP INDEX"))
    assert group.steps[1].sql.startswith("CREATE UNIQUE INDEX")
    assert group.steps[2].sql.endswith("REPLICA IDENTITY USING INDEX u")


def test_index_goes_while_others_write(databases: Databases) -> None:
    states = pair(databases, BASE + ROWS + "create index i on s.t (a)", BASE)
    made = states.planned()
    assert statements(made) == ["DROP INDEX CONCURRENTLY s.i"]
    assert made.risks == {Risk.DROPS_INDEX}
    with others(states.current, "insert into s.t values (-1, null)") as wrong:
        states.converged(made)
    assert wrong == []


def test_index_of_a_partitioned_table(databases: Databases) -> None:
    states = pair(databases, BASE + PARTED, BASE + PARTED + "create index i on s.p (b)")
    made = states.planned()
    assert statements(made) == [
        "CREATE INDEX i ON ONLY s.p USING btree (b)",
        "DROP INDEX CONCURRENTLY IF EXISTS s.p1_b_idx",
        "CREATE INDEX CONCURRENTLY p1_b_idx ON s.p1 USING btree (b)",
        "ALTER INDEX s.i ATTACH PARTITION s.p1_b_idx",
        "DROP INDEX CONCURRENTLY IF EXISTS s.p2_b_idx",
        "CREATE INDEX CONCURRENTLY p2_b_idx ON s.p2 USING btree (b)",
        "ALTER INDEX s.i ATTACH PARTITION s.p2_b_idx",
    ]
    with others(states.current, "insert into s.p values (1, 1), (2, 2)") as wrong:
        states.converged(made)
    assert wrong == []
    back = pair(databases, BASE + PARTED + "create index i on s.p (b)", BASE + PARTED)
    assert statements(back.converged(back.planned())) == ["DROP INDEX s.i"]


@pytest.mark.newest
def test_small_tables_are_not_worth_it(databases: Databases) -> None:
    states = pair(
        databases,
        BASE + ROWS + "create index i on s.t (a); create index gone on s.t (a)",
        BASE + "create index i on s.t (b); create index new on s.t (a, b)",
    )
    made = states.planned(SMALL)
    assert statements(made) == [
        "DROP INDEX s.i",
        "CREATE INDEX i ON s.t USING btree (b)",
        "CREATE INDEX new ON s.t USING btree (a, b)",
        "DROP INDEX s.gone",
    ]
    states.converged(made)
