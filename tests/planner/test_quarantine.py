"""What goes for good waits in the quarantine, and comes back from there."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
import pytest

from seachange.catalog.catalog import Catalog
from seachange.plan import Plan
from seachange.planner import Wishes, plan
from seachange.planner.undoing import take_back
from seachange.step import Risk
from tests.planner.converging import catalog, left, run, said
from tests.planner.rules.cases import Databases, make

TABLES = """
    select c.oid::regclass::text from pg_class c
    where relkind in ('r', 'p') and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
      and relnamespace::regnamespace::text not like 'pg_t%%'
      and relnamespace::regnamespace::text <> 'seachange_quarantine'
    order by 1
"""
WAITING = "select relname from pg_class where relnamespace = to_regnamespace('seachange_quarantine')"


def rows(conninfo: str) -> Mapping[str, list[str]]:
    """Every row of every table, in no order, whatever the order of its columns."""
    with psycopg.connect(conninfo) as session:
        session.execute("set search_path = ''")
        tables = [name for (name,) in session.execute(TABLES)]
        query = "select to_jsonb(the_row)::text from {} the_row"
        return {t: sorted(row for (row,) in session.execute(query.format(t).encode())) for t in tables}


def asked(conninfo: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(conninfo) as session:
        return session.execute(query.encode()).fetchall()


def forth(conninfo: str, before: Catalog, wanted: Catalog, label: str = "1111aaaa") -> Plan:
    made = plan(before, wanted, Wishes(quarantine=label))
    run(made, conninfo)
    assert left(conninfo, before, wanted) == [], said(made)
    return made


def back(made: Plan, conninfo: str, before: Catalog, wanted: Catalog, label: str = "2222bbbb") -> Plan:
    undone = take_back(made, before, wanted, Wishes(quarantine=label))
    run(undone, conninfo)
    assert left(conninfo, wanted, before) == [], said(undone)
    return undone


CASES: Mapping[str, tuple[str, str]] = {
    "a table with all that hangs on one": (
        """create table other (id int primary key, t_id int);
        create function touch() returns trigger language plpgsql as 'begin return new; end';
        create function good(int) returns boolean language sql immutable as 'select true';
        create table t (id int generated always as identity primary key, serial serial, a int default 1 check (good(a)),
          o int references other, twice int generated always as (a * 2) stored, unique (a, id));
        create index on t (good(a)) where good(id); create index odd on t (a);
        alter table other add foreign key (t_id) references t;
        create trigger touched before update on t for each row execute function touch();
        alter table t enable row level security; create policy p on t using (good(a));
        create rule r as on delete to t do also nothing;
        create publication pub for table t; create statistics st on a, o from t;
        create view v as select a from t; comment on table t is 'mine'; comment on column t.a is 'a';
        grant select on t to public; grant update (a) on t to public;
        insert into other values (1, null), (2, null); insert into t (a, o) select i, 1 from generate_series(1, 5) i;
        update other set t_id = 3;""",
        "drop publication pub; drop table t cascade; drop function touch; drop function good(int)",
    ),
    "tables that refer to each other": (
        """create table a (id int primary key, b int); create table b (id int primary key, a int references a);
        alter table a add foreign key (b) references b; create table self (id int primary key, up int references self);
        insert into a values (1, null); insert into b values (1, 1); update a set b = 1;
        insert into self values (1, 1)""",
        "drop table a, b, self cascade",
    ),
    "a table with its partitions": (
        """create table t (id int, k text, primary key (id, k)) partition by list (k);
        create table t_a partition of t for values in ('a'); create table t_rest partition of t default;
        create index on t (k); create table ref (id int, k text, foreign key (id, k) references t);
        insert into t select i, case when i % 2 = 0 then 'a' else 'b' end from generate_series(1, 9) i;
        insert into ref values (1, 'b')""",
        "drop table t cascade",
    ),
    "one partition of several": (
        """create table o (id int primary key); insert into o values (1);
        create table t (id int references o, k text, primary key (id, k), check (id > 0)) partition by list (k);
        create index on t (k);
        create table t_a partition of t for values in ('a'); create table t_b partition of t for values in ('b');
        insert into t values (1, 'a'), (1, 'b')""",
        "drop table t_a",
    ),
    "types that only it has": (
        """create type mood as enum ('sad', 'happy'); create domain pos as int check (value > 0);
        create type pair as (m mood, n pos); create type span as range (subtype = float8);
        create table t (id pos primary key, m mood default 'sad', p pair, ms mood[], s span, check (m <> 'happy'));
        create index on t (m); create index on t using gist (s);
        insert into t values (1, 'sad', row('sad', 3), '{sad,happy}', '[1,2)')""",
        "drop table t; drop type pair, mood, pos, span",
    ),
    "a type that is made anew": (
        """create type mood as enum ('sad', 'happy'); create table t (id int primary key, m mood default 'happy');
        create index on t (m); create table u (id int primary key, m mood);
        insert into t values (1, 'sad'), (2, null); insert into u values (1, 'sad')""",
        """drop table t; drop table u; drop type mood; create type mood as enum ('sad');
        create table u (id int primary key, m mood)""",
    ),
    "columns of a table with a key": (
        """create function now_() returns trigger language plpgsql as 'begin new.seen = new.seen + 1; return new; end';
        create type mood as enum ('sad', 'happy');
        create table t (a int, b text, primary key (a, b), c text not null default 'x', d serial, e mood,
          seen int default 0, f int generated always as identity, g int unique);
        create trigger seen before update on t for each row execute function now_();
        insert into t (a, b, c, e, g) select i, i || 'b', i || 'c', case when i > 2 then 'sad'::mood end, i
        from generate_series(1, 5) i;""",
        "alter table t drop column c, drop column d, drop column e, drop column f, drop column g; drop type mood",
    ),
    "a column of a partitioned table": (
        """create table t (id int primary key, x text) partition by range (id);
        create table t_1 partition of t for values from (0) to (10);
        create table t_2 partition of t for values from (10) to (20); insert into t values (1, 'a'), (11, 'b')""",
        "alter table t drop column x",
    ),
    "sequences": (
        """create sequence s start 7; select nextval('s'), nextval('s'); create table t (id int primary key);
        create sequence o owned by t.id; select nextval('o')""",
        "drop sequence s; drop sequence o",
    ),
    "a table that others inherit from": (
        """create table p (a int check (a > 0), b text); create table c (d int) inherits (p);
        insert into p values (1, 'x'); insert into c values (2, 'y', 3)""",
        "drop table p cascade",
    ),
    "long names": (
        f"""create schema "{"é" * 30}"; create table "{"é" * 30}"."{"ü" * 31}1" (id int primary key);
        create table "{"é" * 30}"."{"ü" * 31}2" (id serial primary key);
        create table "a.b" (id int); create schema a; create table a."b" (id int);
        insert into "{"é" * 30}"."{"ü" * 31}1" values (1); insert into "{"é" * 30}"."{"ü" * 31}2" values (2)""",
        f"""drop table "{"é" * 30}"."{"ü" * 31}1", "{"é" * 30}"."{"ü" * 31}2", "a.b", a.b""",
    ),
    "types of extensions": (
        """create extension citext; create extension hstore;
        create table t (id citext primary key, h hstore default 'a=>1', n int, cs citext[] not null);
        create index on t using gin (h); create index on t (n); insert into t values ('A', 'a=>1,b=>2', 3, '{X,y}');
        create table u (id int primary key, c citext not null, n int); insert into u values (1, 'Cc', 3)""",
        "drop table t; alter table u drop column c; drop extension citext; drop extension hstore",
    ),
    "a column that a lost function generates": (
        """create function twice(int) returns int language sql immutable as 'select $1 * 2';
        create table t (id int primary key, a int, b int generated always as (twice(a)) stored);
        create index on t (b);
        insert into t values (1, 2)""",
        "drop table t; drop function twice",
    ),
    "a generated column of a partitioned table": (
        """create function twice(int) returns int language sql immutable as 'select $1 * 2';
        create table t (id int, a int, b int generated always as (twice(a)) stored) partition by range (id);
        create table t1 partition of t for values from (0) to (10); create index on t (b);
        insert into t values (1, 2)""",
        "drop table t; drop function twice",
    ),
    "a table that lists the rows of a type": (
        """create type of as (a int, b text); create table t of of (primary key (a)); insert into t values (1, 'x');
        create collation c (locale = 'C'); create table u (a text collate c primary key); insert into u values ('x')""",
        "drop table t; drop type of; drop table u; drop collation c",
    ),
    "a table whose name another takes": (
        """create table t (id int primary key, a int); create index i on t (a); insert into t values (1, 2)""",
        "drop table t; create view t as select 1 as id; create table i (id int constraint t_pkey primary key)",
    ),
    "a schema with all that is in it": (
        """create schema s; create type s.mood as enum ('sad'); create table s.t (id serial primary key, m s.mood);
        create function s.f() returns int language sql as 'select 1'; insert into s.t (m) values ('sad');
        create table s.u (id int default s.f(), t int references s.t); insert into s.u values (1, 1)""",
        "drop schema s cascade",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_goes_there_and_back(case: str, databases: Databases) -> None:
    here, there = databases(2)
    first, change = CASES[case]
    make(here, first, {})
    make(there, f"{first}; {change}", {})
    before, wanted, had = catalog(here), catalog(there), rows(here)
    made = forth(here, before, wanted)
    assert Risk.LOSES_DATA in made.risks
    undone = back(made, here, before, wanted)
    assert rows(here) == had, said(made) + "\n" + said(undone)
    again = forth(here, before, wanted, "3333cccc")
    back(again, here, before, wanted, "4444dddd")
    assert rows(here) == had


def test_says_what_waits_and_where(databases: Databases) -> None:
    here, there = databases(2)
    make(here, "create table t (id int primary key, a int, b int); insert into t values (1, 2, null), (2, null, 3)", {})
    make(here, "create table u (id int); insert into u values (7)", {})
    make(there, "create table t (id int primary key, b int)", {})
    before, wanted = catalog(here), catalog(there)
    made = forth(here, before, wanted)
    assert asked(here, 'select * from seachange_quarantine."public.u.1111aaaa"') == [(7,)]
    assert asked(here, 'select * from seachange_quarantine."public.t.a.1111aaaa"') == [(1, 2)]
    said_of = "select obj_description('seachange_quarantine.\"public.u.1111aaaa\"'::regclass)"
    assert asked(here, said_of) == [("seachange: was table public.u, put away by plan 1111aaaa",)]
    assert all("quarantine" in step.why for step in made.steps)


def test_nothing_is_kept_where_nobody_wants_it(databases: Databases) -> None:
    here, there = databases(2)
    make(here, "create table t (id int primary key, a int); create table u (id int); create sequence s", {})
    make(there, "create table t (id int primary key)", {})
    before, wanted = catalog(here), catalog(there)
    made = forth(here, before, wanted, "")
    assert asked(here, WAITING) == []
    undone = back(made, here, before, wanted, "")
    assert {finding.about for finding in undone.findings} == {
        "table public.u",
        "table column public.t.a",
        "sequence public.s",
    }


def test_what_the_plan_made_waits_after_the_undo(databases: Databases) -> None:
    here, there = databases(2)
    make(here, "create table t (id int primary key)", {})
    make(there, "create table t (id int primary key, a int); create table u (id int)", {})
    before, wanted = catalog(here), catalog(there)
    made = forth(here, before, wanted)
    make(here, "insert into t values (1, 2); insert into u values (3)", {})
    undone = back(made, here, before, wanted)
    assert asked(here, 'select * from seachange_quarantine."public.u.2222bbbb"') == [(3,)]
    assert asked(here, 'select * from seachange_quarantine."public.t.a.2222bbbb"') == [(1, 2)]
    assert [finding.about for finding in undone.findings] == ["table public.u", "table column public.t.a"]


def test_names_what_has_no_key(databases: Databases) -> None:
    here, there = databases(2)
    make(here, "create table t (a int, b int); insert into t values (1, 2), (1, 2)", {})
    make(there, "create table t (a int)", {})
    before, wanted = catalog(here), catalog(there)
    made = forth(here, before, wanted)
    assert asked(here, 'select * from seachange_quarantine."public.t.b.1111aaaa"') == [(1, 2), (1, 2)]
    (finding,) = back(made, here, before, wanted).findings
    assert (finding.check, finding.about) == ("does-not-come-back", "table column public.t.b")
    assert 'seachange_quarantine."public.t.b.1111aaaa"' in finding.advice


def test_values_of_rows_that_are_left_come_back(databases: Databases) -> None:
    here, there = databases(2)
    make(here, "create table t (id int primary key, a text not null default 'x')", {})
    make(here, "insert into t select i, i::text from generate_series(1, 3) i", {})
    make(there, "create table t (id int primary key)", {})
    before, wanted = catalog(here), catalog(there)
    made = forth(here, before, wanted)
    make(here, "delete from t where id = 2; insert into t values (4)", {})
    back(made, here, before, wanted)
    assert asked(here, "select id, a from t order by id") == [(1, "1"), (3, "3"), (4, "x")]


def test_sequences_go_on_where_they_stood(databases: Databases) -> None:
    here, there = databases(2)
    make(here, "create sequence s; select nextval('s'), nextval('s'); create table t (a int)", {})
    make(here, "create table u (id serial primary key, n serial); insert into u default values", {})
    make(there, "create table t (a int); create table u (id serial primary key)", {})
    before, wanted = catalog(here), catalog(there)
    back(forth(here, before, wanted), here, before, wanted)
    assert asked(here, "select nextval('s'), nextval('u_n_seq')") == [(3, 2)]


def test_privileges_go(databases: Databases, role: str) -> None:
    here, there = databases(2)
    make(here, f"create role {role}; create table t (a int); grant update (a) on t to public", {})
    make(here, f"grant select on t to {role} with grant option", {})
    before, wanted = catalog(here), catalog(there)
    made = forth(here, before, wanted)
    held = "select has_table_privilege('{}', c.oid, 'select') from pg_class c where relname = 'public.t.1111aaaa'"
    assert asked(here, held.format(role)) == [(False,)]
    back(made, here, before, wanted)
