"""Columns of tables that others use: rows have their values afterwards, and nobody waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import psycopg
import pytest

from seachange.catalog.facts import Path
from seachange.catalog.ref import Ref
from seachange.plan import Group, Plan
from seachange.planner import Size, Wishes, plan
from seachange.step import Lock, Risk, Step, Way
from tests.planner.converging import SESSION, catalog, converge, left, said

ROWS = 4000
READ = "select coalesce(sum(seq_tup_read), 0) from pg_stat_xact_all_tables where schemaname = 's' and relname = 't'"
"""Rows that this session read one after the other.  What it has not reported yet counts too."""
HELD = """
select count(*) from pg_locks
where pid = pg_backend_pid() and mode = 'AccessExclusiveLock' and relation = to_regclass('s.t')
"""
CALCULATED = "operator does not exist: text + integer"
"""What the other session says is refused once the column is a text."""
ONLINE = Wishes()
TABLE = "create schema s; create table s.t ({}); "
FILLED = f"insert into s.t (id, c) select i, i from generate_series(1, {ROWS}) i; "
RICH = """
create table s.p (k int primary key); insert into s.p values (1), (2);
create table s.t (
  id int primary key, c {0} not null default 7 constraint positive check (c > 0), note text,
  p {0} default 1 references s.p, u {0} unique, "odd name" {0}
);
create index plain on s.t (c desc, note);
create index counted on s.t ((c + 1)) where c > 5;
create index odd on s.t (note) include ("odd name");
create sequence s.us owned by s.t.u; alter table s.t alter u set default nextval('s.us');
create view s.v as select id, c from s.t where c > 3;
alter table s.t alter c set statistics 55;
comment on column s.t.c is 'how many'; comment on index s.plain is 'plain';
grant select (c) on s.t to public;
create policy positive on s.t using (c > 0);
"""


@contextmanager
def writing(conninfo: str) -> Iterator[list[str]]:
    """Another session inserts and updates rows meanwhile; whatever it is refused is told."""
    stop, refused = threading.Event(), list[str]()

    def write() -> None:
        with psycopg.connect(conninfo, autocommit=True) as session:
            number = ROWS
            while not stop.is_set():
                number += 1
                try:
                    session.execute("insert into s.t (id, c) values (%s, %s)", (number, number))
                    session.execute("update s.t set c = c + 100000 where id = %s", (number * 7919 % ROWS + 1,))
                except psycopg.Error as error:
                    refused.append(str(error))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield refused
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def states(databases: Callable[[int], tuple[str, ...]]) -> Callable[[str, str], tuple[str, str]]:
    """Two databases, each as a script makes it."""

    def made(one: str, other: str) -> tuple[str, str]:
        current, desired = databases(2)
        for conninfo, script in ((current, one), (desired, other)):
            with psycopg.connect(conninfo, autocommit=True) as session:
                session.execute(script.encode())
        return current, desired

    return made


def change(current: str, desired: str, wishes: Wishes = ONLINE) -> Plan:
    """Plan, and run the plan while others write: no step reads rows while nobody else may use the table."""
    before, wanted = catalog(current), catalog(desired)
    made = plan(before, wanted, wishes)
    with writing(current) as refused, psycopg.connect(current, autocommit=True) as session:
        session.execute(SESSION)
        for group in made.groups:
            carry_out(session, group)
    assert [each for each in refused if CALCULATED not in each] == [], said(made)
    assert left(current, before, wanted) == [], said(made)
    return made


def carry_out(session: psycopg.Connection[tuple[object, ...]], group: Group) -> None:
    if group.way is Way.ALONE:
        session.execute(group.steps[0].sql.encode())
        return
    with session.transaction():
        (before,) = session.execute(READ.encode()).fetchone() or (0,)
        for step in group.steps:
            session.execute(step.sql.encode())
        (after,) = session.execute(READ.encode()).fetchone() or (0,)
        (alone,) = session.execute(HELD.encode()).fetchone() or (0,)
        assert not alone or before == after, [step.sql for step in group.steps]


def value(conninfo: str, query: str) -> object:
    with psycopg.connect(conninfo, autocommit=True) as session:
        row = session.execute(query.encode()).fetchone()
    return row[0] if row else None


def backfills(made: Plan) -> list[Step]:
    return [step for step in made.steps if step.sql.startswith("DO ") and step.way is Way.ALONE]


KEYS = ("id int primary key", "id int", "id int, primary key (c, id)")


@pytest.mark.parametrize("key", KEYS, ids=("key", "no key", "two columns"))
def test_values_that_differ_from_row_to_row(states: Callable[[str, str], tuple[str, str]], key: str) -> None:
    first, _, last = key.partition(", ")
    columns = f"{first}, c int{', ' + last if last else ''}"
    added = f"{columns}, u uuid not null default gen_random_uuid(), r float default random()"
    current, desired = states(TABLE.format(columns) + FILLED, TABLE.format(added))
    made = change(current, desired)
    assert value(current, "select count(*) - count(distinct u) from s.t") == 0
    assert value(current, "select count(*) from s.t where r is null") == 0
    assert Risk.REWRITES not in made.risks
    assert_idle(current, backfills(made))


def assert_idle(conninfo: str, steps: list[Step]) -> None:
    """Once more they change nothing."""
    state = "select md5(string_agg(ctid::text || xmin, ',' order by id)) from s.t"
    before = value(conninfo, state)
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(SESSION)
        for step in steps:
            session.execute(step.sql.encode())
    assert steps
    assert value(conninfo, state) == before


@pytest.mark.parametrize("type", ["serial", "bigserial", "bigint generated always as identity (increment 5)"])
def test_numbers(states: Callable[[str, str], tuple[str, str]], type: str) -> None:
    columns = "id int primary key, c int"
    current, desired = states(TABLE.format(columns) + FILLED, TABLE.format(f"{columns}, n {type}"))
    change(current, desired)
    assert value(current, "select count(*) - count(distinct n) from s.t") == 0
    assert value(current, "insert into s.t (id) values (-1) returning n > (select max(n) from s.t)") is True


def test_a_default_that_comes_after_its_column(states: Callable[[str, str], tuple[str, str]]) -> None:
    columns = "id int primary key, c int"
    function = "create schema f; create function f.five() returns int language sql immutable as 'select 5';"
    current, desired = states(
        TABLE.format(columns) + FILLED, function + TABLE.format(f"{columns}, n int not null default f.five()")
    )
    change(current, desired)
    assert value(current, "select count(*) from s.t where n <> 5") == 0


def test_partitions_are_filled_one_by_one(states: Callable[[str, str], tuple[str, str]]) -> None:
    def script(more: str) -> str:
        table = f"create schema s; create table s.t (id int primary key, c int{more}) partition by range (id);"
        parts = f"create table s.a partition of s.t for values from (0) to ({ROWS // 2});"
        return f"{table}{parts} create table s.b partition of s.t default;"

    current, desired = states(script("") + FILLED, script(", u uuid not null default gen_random_uuid()"))
    made = change(current, desired)
    assert len(backfills(made)) == 2
    assert value(current, "select count(*) - count(distinct u) from s.t") == 0


@pytest.mark.parametrize("key", ["id int primary key", "id int"], ids=("key", "no key"))
def test_another_type(states: Callable[[str, str], tuple[str, str]], key: str) -> None:
    current, desired = states(TABLE.format(f"{key}, c int") + FILLED, TABLE.format(f"{key}, c bigint"))
    made = change(current, desired)
    assert value(current, "select count(*) from s.t where c % 100000 <> id") == 0
    assert Risk.REWRITES not in made.risks


def test_another_type_of_much_used_columns(states: Callable[[str, str], tuple[str, str]]) -> None:
    one, other = ("create schema s;" + RICH.format(type) for type in ("int", "bigint"))
    current, desired = states(one + FILLED, other)
    made = change(current, desired)
    assert Risk.REWRITES not in made.risks, said(made)
    assert value(current, "select count(*) from s.t where c % 100000 <> id or p <> 1") == 0
    assert value(current, "select count(*) - count(distinct u) from s.t") == 0
    assert value(current, "select count(*) from pg_index where not indisvalid") == 0
    assert value(current, "select count(*) from pg_constraint where not convalidated") == 0
    assert value(current, "select count(*) from pg_proc where pronamespace = 's'::regnamespace") == 0


def test_an_expression_for_the_values(states: Callable[[str, str], tuple[str, str]]) -> None:
    columns = "id int primary key, c {} not null"
    current, desired = states(TABLE.format(columns.format("int")) + FILLED, TABLE.format(columns.format("text")))
    usings = {Ref("table column", ("s", "t", "c")): "'no ' || t.c || ' of ' || id"}
    made = change(current, desired, Wishes(usings=usings))
    wrong = "c !~ '^no [0-9]+ of [0-9]+$'"
    assert value(current, f"select count(*) from s.t where {wrong} and id <= {ROWS}") == 0
    assert backfills(made)


def test_what_cannot_be_converted_is_refused_before_anybody_who_writes(
    states: Callable[[str, str], tuple[str, str]],
) -> None:
    current, desired = states(TABLE.format("id int, c int") + FILLED, TABLE.format("id int, c timestamp"))
    with pytest.raises(psycopg.errors.CannotCoerce):
        change(current, desired)
    assert value(current, "insert into s.t values (0, 5) returning c") == 5


SMALL: Mapping[Path, Size] = {("s", "t"): Size(100, 8192)}


TOUCHED = """
create function s.touch() returns trigger language plpgsql as $$begin new.touched := now(); return new; end$$;
create trigger touch before update on s.t for each row execute function s.touch();
"""


@pytest.mark.parametrize("wishes", [Wishes(), Wishes(online=False)], ids=("online", "plain"))
@pytest.mark.parametrize("key", ["id int primary key", "id int"], ids=("key", "no key"))
def test_triggers_see_no_change_where_nobody_made_one(
    states: Callable[[str, str], tuple[str, str]], key: str, wishes: Wishes
) -> None:
    """A time of change tells when somebody changed the row, and not when it got a column."""
    old = TABLE.format(f"{key}, c int, touched timestamptz") + FILLED + TOUCHED
    late = "create function s.f() returns int volatile language sql as 'select 1';"
    late += "alter table s.t add d int default s.f();"
    new = TABLE.format(f"{key}, c bigint, touched timestamptz, r float default random()") + TOUCHED + late
    current, desired = states(old, new)
    made = converge(current, desired, wishes)
    assert value(current, "select count(*) from s.t where touched is not null") == 0, said(made)
    assert value(current, "select count(*) from s.t where r is null or d is null or c is null") == 0
    back = converge(current, states(old, new)[0], wishes)
    assert value(current, "select count(*) from s.t where touched is not null") == 0, said(back)


@pytest.mark.newest
def test_small_tables_are_changed_at_once(states: Callable[[str, str], tuple[str, str]]) -> None:
    current, desired = states(
        TABLE.format("id int, c int"), TABLE.format("id int, c bigint, u uuid default gen_random_uuid()")
    )
    made = plan(catalog(current), catalog(desired), Wishes(), SMALL)
    assert [step.sql for step in made.steps] == [
        "ALTER TABLE s.t ADD COLUMN u uuid DEFAULT gen_random_uuid()",
        "ALTER TABLE s.t ALTER COLUMN c TYPE bigint",
    ]
    assert all(Risk.REWRITES in step.risks and step.rewrites == {("s", "t")} for step in made.steps)
    assert all(step.lock is Lock.ACCESS_EXCLUSIVE for step in made.steps)


TYPES = [
    ("varchar(5)", "varchar(9)"),
    ("varchar(9)", "varchar(5)"),
    ("varchar(5)", "text"),
    ("text", "varchar"),
    ("text", "varchar(9)"),
    ("char(5)", "text"),
    ("char(5)", "char(9)"),
    ("numeric(5,2)", "numeric(9,2)"),
    ("numeric(5,2)", "numeric"),
    ("numeric(5,2)", "numeric(9,3)"),
    ("numeric", "numeric(9,2)"),
    ("varbit(5)", "varbit(9)"),
    ("bit(5)", "bit(9)"),
    ("timestamp(3)", "timestamp(5)"),
    ("timestamptz(3)", "timestamptz"),
    ("timestamptz", "timestamptz(3)"),
    ("time(3)", "time(6)"),
    ("interval(3)", "interval"),
    ("interval", "interval(2)"),
    ("cidr", "inet"),
    ("inet", "cidr"),
    ("int", "bigint"),
    ("int", "oid"),
    ("xml", "text"),
    ("json", "jsonb"),
    ("varchar(5)[]", "varchar(9)[]"),
    ("s.free", "text"),
    ("text", "s.free"),
    ("varchar(5)", "s.free"),
    ("text", "s.bound"),
    ("s.bound", "text"),
]
DOMAINS = "create schema s; create domain s.free as text; create domain s.bound as text check (length(value) < 9); "


@pytest.mark.parametrize(("old", "new"), TYPES)
def test_which_types_are_written_anew(states: Callable[[str, str], tuple[str, str]], old: str, new: str) -> None:
    """As PostgreSQL does it: what is said to be kept is kept."""
    current, desired = states(*(DOMAINS + f"create table s.t (c {type})" for type in (old, new)))
    (step,) = plan(catalog(current), catalog(desired), Wishes(online=False)).steps
    file = "select pg_relation_filenode('s.t')"
    before = value(current, file)
    with psycopg.connect(current, autocommit=True) as session:
        session.execute(SESSION)
        session.execute(step.sql.encode())
    assert (value(current, file) != before) == (Risk.REWRITES in step.risks) == bool(step.rewrites)


@pytest.mark.newest
def test_a_check_makes_a_wider_type_read_the_rows(states: Callable[[str, str], tuple[str, str]]) -> None:
    table = "create schema s; create table s.t (id int, c varchar({}), constraint k check (c::text <> ''))"
    current, desired = states(table.format(5), table.format(9))
    (step,) = plan(catalog(current), catalog(desired)).steps
    assert step.risks == {Risk.SCANS}
    assert step.scans == {("s", "t")}
    assert not step.rewrites


@pytest.mark.newest
@pytest.mark.parametrize(
    ("column", "risks"),
    [
        ("n int", set()),
        ("n int default 5 not null", set()),
        ("n timestamptz default now() not null", set()),
        ("n int not null", {Risk.REFUSES_ROWS}),
        ("n float default random()", {Risk.REWRITES}),
        ("n s.free default 'a'", set()),
        ("n s.bound", {Risk.REWRITES}),
        ("n int generated always as (id + 1) stored", {Risk.REWRITES}),
        ("n int generated always as identity", {Risk.REWRITES}),
    ],
)
def test_what_a_new_column_costs(states: Callable[[str, str], tuple[str, str]], column: str, risks: set[Risk]) -> None:
    current, desired = states(f"{DOMAINS} create table s.t (id int)", f"{DOMAINS} create table s.t (id int, {column})")
    (step,) = plan(catalog(current), catalog(desired), Wishes(online=False)).steps
    assert step.risks == risks
    assert bool(step.rewrites) == (Risk.REWRITES in risks)
