"""Constraints of tables that others use meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from msgspec import Struct

from seachange.plan import Plan
from seachange.planner import Size, Wishes, plan
from seachange.step import Lock, Risk, Way
from tests.planner.converging import catalog, left, said
from tests.planner.online.measuring import run_measured, writing
from tests.plugins.servers import Server

Databases = Callable[[int], tuple[str, ...]]

BASE = """
create schema p;
create table p.o (id int primary key);
insert into p.o select generate_series(1, 2000);
create table p.t (a int, b int, c text);
insert into p.t select i, i, i from generate_series(1, 2000) i;
create table p.part (a int, b int) partition by range (a);
create table p.one partition of p.part for values from (0) to (1000);
create table p.two partition of p.part for values from (1000) to (9000) partition by range (a);
create table p.deep partition of p.two for values from (1000) to (9000);
insert into p.part select i, i from generate_series(1, 2000) i;
create table p.up (a int, b int);
create table p.down (d int) inherits (p.up);
insert into p.down select i, i, i from generate_series(1, 2000) i;
create type p.pair as (x int, y int);
create domain p.dom as p.pair;
create table p.odd (pair p.pair, dom p.dom, "A ""b c" int);
insert into p.odd values (row(1, null), row(null, 2), 3);
"""
WRITE = (
    "update p.t set c = 'x' where a = 7; update p.part set b = 3 where a = 1700; update p.down set b = 4 where a = 8"
)


class Case(Struct, frozen=True):
    """From `here` to `there` by these statements, on servers from `first` to `last`."""

    title: str
    here: str
    there: str
    sql: tuple[str, ...]
    first: int = 14
    last: int = 99

    def __str__(self) -> str:
        return self.title


ADD_T = "ALTER TABLE p.t ADD CONSTRAINT"
CASES = (
    Case(
        "check",
        "",
        "alter table p.t add constraint k check (a > 0)",
        (f"{ADD_T} k CHECK ((a > 0)) NOT VALID", "ALTER TABLE p.t VALIDATE CONSTRAINT k"),
    ),
    Case(
        "check of a partitioned table",
        "",
        "alter table p.part add constraint k check (a > 0)",
        ("ALTER TABLE p.part ADD CONSTRAINT k CHECK ((a > 0)) NOT VALID", "ALTER TABLE p.part VALIDATE CONSTRAINT k"),
    ),
    Case(
        "check handed down",
        "",
        "alter table p.up add constraint k check (a > 0)",
        ("ALTER TABLE p.up ADD CONSTRAINT k CHECK ((a > 0)) NOT VALID", "ALTER TABLE p.up VALIDATE CONSTRAINT k"),
    ),
    Case(
        "check changed",
        "alter table p.t add constraint k check (a > 0); comment on constraint k on p.t is 'why'",
        "alter table p.t add constraint k check (a > -1); comment on constraint k on p.t is 'why'",
        (
            f"{ADD_T} k_new CHECK ((a > '-1'::integer)) NOT VALID",
            "ALTER TABLE p.t VALIDATE CONSTRAINT k_new",
            "ALTER TABLE p.t DROP CONSTRAINT k",
            "ALTER TABLE p.t RENAME CONSTRAINT k_new TO k",
            "COMMENT ON CONSTRAINT k ON p.t IS 'why'",
        ),
    ),
    Case(
        "check of a partitioned table changed",
        "alter table p.part add constraint k check (a > 0)",
        "alter table p.part add constraint k check (b > 0)",
        (
            "ALTER TABLE p.part ADD CONSTRAINT k_new CHECK ((b > 0)) NOT VALID",
            "ALTER TABLE p.part VALIDATE CONSTRAINT k_new",
            "ALTER TABLE p.part DROP CONSTRAINT k",
            "ALTER TABLE p.part RENAME CONSTRAINT k_new TO k",
        ),
    ),
    Case(
        "check handed down changed",
        "alter table p.up add constraint k check (a > 0)",
        "alter table p.up add constraint k check (b > 0)",
        (
            "ALTER TABLE p.up ADD CONSTRAINT k_new CHECK ((b > 0)) NOT VALID",
            "ALTER TABLE p.up VALIDATE CONSTRAINT k_new",
            "ALTER TABLE p.up DROP CONSTRAINT k",
            "ALTER TABLE p.up RENAME CONSTRAINT k_new TO k",
        ),
    ),
    Case(
        "foreign key",
        "",
        "alter table p.t add constraint k foreign key (a) references p.o",
        (f"{ADD_T} k FOREIGN KEY (a) REFERENCES p.o (id) NOT VALID", "ALTER TABLE p.t VALIDATE CONSTRAINT k"),
    ),
    Case(
        "foreign key changed",
        "alter table p.t add constraint k foreign key (a) references p.o",
        "alter table p.t add constraint k foreign key (b) references p.o on delete cascade",
        (
            "ALTER TABLE p.t DROP CONSTRAINT k",
            f"{ADD_T} k FOREIGN KEY (b) REFERENCES p.o (id) ON DELETE CASCADE NOT VALID",
            "ALTER TABLE p.t VALIDATE CONSTRAINT k",
        ),
    ),
    Case(
        "foreign key of a partitioned table, by its partitions",
        "",
        "alter table p.part add constraint k foreign key (a) references p.o",
        (
            "ALTER TABLE p.deep ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p.o (id) NOT VALID",
            "ALTER TABLE p.deep VALIDATE CONSTRAINT k",
            "ALTER TABLE p.one ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p.o (id) NOT VALID",
            "ALTER TABLE p.one VALIDATE CONSTRAINT k",
            "ALTER TABLE p.part ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p.o (id)",
        ),
        last=17,
    ),
    Case(
        "foreign key of a partitioned table",
        "",
        "alter table p.part add constraint k foreign key (a) references p.o",
        (
            "ALTER TABLE p.part ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p.o (id) NOT VALID",
            "ALTER TABLE p.part VALIDATE CONSTRAINT k",
        ),
        first=18,
    ),
    Case(
        "foreign key to a partitioned table",
        "alter table p.part add primary key (a)",
        "alter table p.part add primary key (a); alter table p.t add constraint k foreign key (a) references p.part",
        (f"{ADD_T} k FOREIGN KEY (a) REFERENCES p.part (a) NOT VALID", "ALTER TABLE p.t VALIDATE CONSTRAINT k"),
    ),
    Case(
        "not null by a check",
        "",
        "alter table p.t alter a set not null",
        (
            f"{ADD_T} a_is_not_null CHECK (a IS NOT NULL) NOT VALID",
            "ALTER TABLE p.t VALIDATE CONSTRAINT a_is_not_null",
            "ALTER TABLE p.t ALTER COLUMN a SET NOT NULL",
            "ALTER TABLE p.t DROP CONSTRAINT a_is_not_null",
        ),
        last=17,
    ),
    Case(
        "not null",
        "",
        "alter table p.t alter a set not null",
        (f"{ADD_T} t_a_not_null NOT NULL a NOT VALID", "ALTER TABLE p.t VALIDATE CONSTRAINT t_a_not_null"),
        first=18,
    ),
    Case(
        "not null of a partitioned table, by a check",
        "",
        "alter table p.part alter b set not null",
        (
            "ALTER TABLE p.part ADD CONSTRAINT b_is_not_null CHECK (b IS NOT NULL) NOT VALID",
            "ALTER TABLE p.part VALIDATE CONSTRAINT b_is_not_null",
            "ALTER TABLE p.part ALTER COLUMN b SET NOT NULL",
            "ALTER TABLE p.part DROP CONSTRAINT b_is_not_null",
        ),
        last=17,
    ),
    Case(
        "not null of a partitioned table",
        "",
        "alter table p.part alter b set not null",
        (
            "ALTER TABLE p.part ADD CONSTRAINT part_b_not_null NOT NULL b NOT VALID",
            "ALTER TABLE p.part VALIDATE CONSTRAINT part_b_not_null",
        ),
        first=18,
    ),
    Case(
        "not null handed down, by a check",
        "",
        "alter table p.up alter b set not null",
        (
            "ALTER TABLE p.up ADD CONSTRAINT b_is_not_null CHECK (b IS NOT NULL) NOT VALID",
            "ALTER TABLE p.up VALIDATE CONSTRAINT b_is_not_null",
            "ALTER TABLE p.up ALTER COLUMN b SET NOT NULL",
            "ALTER TABLE p.up DROP CONSTRAINT b_is_not_null",
        ),
        last=17,
    ),
    Case(
        "not null handed down",
        "",
        "alter table p.up alter b set not null",
        (
            "ALTER TABLE p.up ADD CONSTRAINT up_b_not_null NOT NULL b NOT VALID",
            "ALTER TABLE p.up VALIDATE CONSTRAINT up_b_not_null",
        ),
        first=18,
    ),
    Case(
        "named not null",
        "",
        "alter table p.t add constraint k not null a",
        (f"{ADD_T} k NOT NULL a NOT VALID", "ALTER TABLE p.t VALIDATE CONSTRAINT k"),
        first=18,
    ),
    Case(
        "not null of rows with nulls in them",
        "",
        'alter table p.odd alter pair set not null, alter dom set not null, alter "A ""b c" set not null',
        (
            'ALTER TABLE p.odd ADD CONSTRAINT "A ""b c_is_not_null" CHECK ("A ""b c" IS NOT NULL) NOT VALID',
            "ALTER TABLE p.odd ADD CONSTRAINT dom_is_not_null CHECK (dom IS DISTINCT FROM NULL) NOT VALID",
            "ALTER TABLE p.odd ADD CONSTRAINT pair_is_not_null CHECK (pair IS DISTINCT FROM NULL) NOT VALID",
            'ALTER TABLE p.odd VALIDATE CONSTRAINT "A ""b c_is_not_null"',
            'ALTER TABLE p.odd ALTER COLUMN "A ""b c" SET NOT NULL',
            'ALTER TABLE p.odd DROP CONSTRAINT "A ""b c_is_not_null"',
            "ALTER TABLE p.odd VALIDATE CONSTRAINT dom_is_not_null",
            "ALTER TABLE p.odd ALTER COLUMN dom SET NOT NULL",
            "ALTER TABLE p.odd DROP CONSTRAINT dom_is_not_null",
            "ALTER TABLE p.odd VALIDATE CONSTRAINT pair_is_not_null",
            "ALTER TABLE p.odd ALTER COLUMN pair SET NOT NULL",
            "ALTER TABLE p.odd DROP CONSTRAINT pair_is_not_null",
        ),
        last=17,
    ),
    Case(
        "not null that a check proves",
        "alter table p.t add constraint k check (a is not null)",
        "alter table p.t add constraint k check (a is not null); alter table p.t alter a set not null",
        ("ALTER TABLE p.t ALTER COLUMN a SET NOT NULL",),
    ),
    Case(
        "not null instead of the check that proves it",
        "alter table p.t add constraint k check (a is not null)",
        "alter table p.t alter a set not null",
        ("ALTER TABLE p.t ALTER COLUMN a SET NOT NULL", "ALTER TABLE p.t DROP CONSTRAINT k"),
    ),
    Case(
        "unique",
        "",
        "alter table p.t add constraint k unique (a) include (b) deferrable",
        (
            "CREATE UNIQUE INDEX CONCURRENTLY k ON p.t USING btree (a) INCLUDE (b)",
            f"{ADD_T} k UNIQUE USING INDEX k DEFERRABLE",
        ),
    ),
    Case(
        "primary key",
        "",
        "alter table p.t add constraint k primary key (a)",
        (
            f"{ADD_T} a_is_not_null CHECK (a IS NOT NULL) NOT VALID",
            "ALTER TABLE p.t VALIDATE CONSTRAINT a_is_not_null",
            "ALTER TABLE p.t ALTER COLUMN a SET NOT NULL",
            "ALTER TABLE p.t DROP CONSTRAINT a_is_not_null",
            "CREATE UNIQUE INDEX CONCURRENTLY k ON p.t USING btree (a)",
            f"{ADD_T} k PRIMARY KEY USING INDEX k",
        ),
        last=17,
    ),
    Case(
        "primary key, whose rows are proven",
        "",
        "alter table p.t add constraint k primary key (a)",
        (
            f"{ADD_T} t_a_not_null NOT NULL a NOT VALID",
            "ALTER TABLE p.t VALIDATE CONSTRAINT t_a_not_null",
            "CREATE UNIQUE INDEX CONCURRENTLY k ON p.t USING btree (a)",
            f"{ADD_T} k PRIMARY KEY USING INDEX k",
        ),
        first=18,
    ),
    Case(
        "unique changed",
        "alter table p.t add constraint k unique (a)",
        "alter table p.t add constraint k unique (a, b)",
        (
            "CREATE UNIQUE INDEX CONCURRENTLY k_new ON p.t USING btree (a, b)",
            "ALTER TABLE p.t DROP CONSTRAINT k, ADD CONSTRAINT k UNIQUE USING INDEX k_new",
        ),
    ),
    Case(
        "unique deferred",
        "alter table p.t add constraint k unique (a)",
        "alter table p.t add constraint k unique (a) deferrable initially deferred",
        (
            "CREATE UNIQUE INDEX CONCURRENTLY k_new ON p.t USING btree (a)",
            "ALTER TABLE p.t DROP CONSTRAINT k, ADD CONSTRAINT k UNIQUE USING INDEX k_new"
            " DEFERRABLE INITIALLY DEFERRED",
        ),
    ),
    Case(
        "primary key changed",
        "alter table p.t add primary key (a); alter table p.t alter b set not null",
        "alter table p.t add primary key (b, a)",
        (
            "CREATE UNIQUE INDEX CONCURRENTLY t_pkey_new ON p.t USING btree (b, a)",
            "ALTER TABLE p.t DROP CONSTRAINT t_pkey, ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey_new",
        ),
    ),
    Case(
        "unique of a partitioned table",
        "",
        "alter table p.part add constraint k unique (a)",
        (
            "ALTER TABLE ONLY p.part ADD CONSTRAINT k UNIQUE (a)",
            "ALTER TABLE ONLY p.two ADD CONSTRAINT two_a_key UNIQUE (a)",
            "CREATE UNIQUE INDEX CONCURRENTLY deep_a_key ON p.deep USING btree (a)",
            "CREATE UNIQUE INDEX CONCURRENTLY one_a_key ON p.one USING btree (a)",
            "ALTER TABLE p.deep ADD CONSTRAINT deep_a_key UNIQUE USING INDEX deep_a_key",
            "ALTER INDEX p.two_a_key ATTACH PARTITION p.deep_a_key",
            "ALTER INDEX p.k ATTACH PARTITION p.two_a_key",
            "ALTER TABLE p.one ADD CONSTRAINT one_a_key UNIQUE USING INDEX one_a_key",
            "ALTER INDEX p.k ATTACH PARTITION p.one_a_key",
        ),
    ),
)


@pytest.fixture
def pair(databases: Databases) -> Callable[[str, str], tuple[str, str]]:
    """Two databases: what one script makes of the base, and what another does."""

    def made(here: str, there: str) -> tuple[str, str]:
        current, desired = databases(2)
        for conninfo, script in ((current, here), (desired, there)):
            with psycopg.connect(conninfo, autocommit=True) as session:
                session.execute((BASE + script).encode())
        return current, desired

    return made


@pytest.mark.parametrize("case", CASES, ids=str)
def test_others_go_on(case: Case, server: Server, pair: Callable[[str, str], tuple[str, str]]) -> None:
    if not case.first <= server.major <= case.last:
        pytest.skip("another form on this version")
    current, desired = pair(case.here, case.there)
    before, wanted = catalog(current), catalog(desired)
    made = plan(before, wanted)
    assert tuple(step.sql for step in made.steps) == case.sql, said(made)
    with writing(current, WRITE):
        run_measured(made, current)
    assert left(current, before, wanted) == [], said(made)


def planned(pair: tuple[str, str], wishes: Wishes = Wishes(), **rows: int) -> Plan:  # noqa: B008
    sizes = {("p", table): Size(count, count * 100) for table, count in rows.items()}
    return plan(*map(catalog, pair), wishes, sizes)


@pytest.mark.newest
@pytest.mark.parametrize("case", [case for case in CASES if case.last > 17], ids=str)
def test_a_small_table_is_read_at_once(case: Case, pair: Callable[[str, str], tuple[str, str]]) -> None:
    current, desired = pair(case.here, case.there)
    before, wanted = catalog(current), catalog(desired)
    tables = ("o", "t", "part", "one", "two", "deep", "up", "down", "odd")
    made = plan(before, wanted, sizes={("p", table): Size(2000, 200_000) for table in tables})
    assert not [step for step in made.steps if step.way is not Way.GROUPED or "NOT VALID" in step.sql], said(made)
    run_plain(made, current)
    assert left(current, before, wanted) == [], said(made)


def run_plain(made: Plan, conninfo: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        for step in made.steps:
            session.execute(step.sql.encode())


@pytest.mark.newest
def test_one_large_partition_makes_a_table_large(pair: Callable[[str, str], tuple[str, str]]) -> None:
    tables = dict.fromkeys(("o", "t", "part", "one", "two"), 0)
    made = planned(pair("", "alter table p.part add constraint k check (a > 0)"), **tables, deep=1_000_000)
    assert [group.way for group in made.groups] == [Way.GROUPED, Way.COMMITTED], said(made)


@pytest.mark.newest
def test_rows_are_refused_only_where_they_are_read(pair: Callable[[str, str], tuple[str, str]]) -> None:
    made = planned(pair("", "alter table p.t add constraint k check (a > 0), add constraint u unique (b)"))
    assert [step.risks for step in made.steps] == [
        {Risk.BUILDS_INDEX, Risk.REFUSES_ROWS},
        frozenset(),
        frozenset(),
        {Risk.REFUSES_ROWS},
    ], said(made)


@pytest.mark.newest
def test_an_exclusion_constraint_has_no_other_form(pair: Callable[[str, str], tuple[str, str]]) -> None:
    made = planned(pair("", "alter table p.t add constraint k exclude using btree (a with =)"))
    (step,) = made.steps
    assert step.lock is Lock.ACCESS_EXCLUSIVE
    assert step.risks == {Risk.BUILDS_INDEX, Risk.REFUSES_ROWS}
    assert step.scans == {("p", "t")}


@pytest.mark.newest
def test_a_key_that_is_referred_to_is_built_anew(pair: Callable[[str, str], tuple[str, str]]) -> None:
    here = "alter table p.t add constraint k unique (a); create table p.r (a int references p.t (a))"
    there = "alter table p.t add constraint k unique (a) include (b); create table p.r (a int references p.t (a))"
    current, desired = pair(here, there)
    before, wanted = catalog(current), catalog(desired)
    made = plan(before, wanted)
    run_plain(made, current)
    assert left(current, before, wanted) == [], said(made)
