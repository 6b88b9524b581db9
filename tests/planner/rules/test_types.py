"""Types: enums, composite types, domains, ranges, base types, and columns that outlive their rebuilding."""

from __future__ import annotations

import pytest

from seachange.step import Way
from tests.planner.converging import converge
from tests.planner.rules import Databases, Pair, ask, send, there_and_back
from tests.plugins.servers import Server

HASH = """
create type p.hash;
create function p.hash_in(cstring) returns p.hash language internal immutable strict as 'int4in';
create function p.hash_out(p.hash) returns cstring language internal immutable strict as 'int4out';
create function p.hash_recv(internal) returns p.hash language internal immutable strict as 'int4recv';
create function p.hash_send(p.hash) returns bytea language internal immutable strict as 'int4send';
"""
MOODS = """
create table p.t (id int primary key, m p.mood default 'sad', ms p.mood[] default '{sad}', n text, check (m <> 'glad'));
create index on p.t (m) where m = 'sad';
create view p.v as select id, m from p.t;
create function p.f(m p.mood) returns p.mood[] language sql as 'select array[m]';
comment on type p.mood is 'how one feels';
comment on column p.t.m is 'now';
"""
PAIRS = "create table p.t (id int primary key, c p.pair, cs p.pair[]); "
CASES = (
    Pair("enum", "", "create type p.mood as enum ('a', 'it''s', 'c\\d')"),
    Pair("enum without labels", "create type p.mood as enum ()", "create type p.mood as enum ('a', 'b')"),
    Pair(
        "labels",
        "create type p.mood as enum ('b', 'd')",
        "create type p.mood as enum ('z', 'a', 'b', 'y', 'c', 'd', 'x', 'e')",
    ),
    Pair(
        "enum that is used",
        "create type p.mood as enum ('sad', 'glad', 'odd');" + MOODS + "insert into p.t values (1, 'sad', '{odd,sad}')",
        "create type p.mood as enum ('odd', 'sad', 'glad', 'new');"
        + MOODS
        + "insert into p.t values (1, 'odd', '{sad}')",
        rows="select t::text from p.t",
    ),
    Pair(
        "enum below a domain in an array",
        "create type p.mood as enum ('a', 'b'); create domain p.d as p.mood default 'a' check (value <> 'b');"
        "create table p.t (d p.d, ds p.d[]); insert into p.t values ('a', '{a,a}')",
        "create type p.mood as enum ('b', 'a'); create domain p.d as p.mood default 'a' check (value <> 'b');"
        "create table p.t (d p.d, ds p.d[]); insert into p.t values ('a', '{a}')",
        rows="select t::text from p.t",
    ),
    Pair(
        "enum that becomes a domain",
        "create type p.mood as enum ('a', 'b'); create table p.t (m p.mood); insert into p.t values ('a'), ('b')",
        "create domain p.mood as text; create table p.t (m p.mood); insert into p.t values ('a'), ('b')",
        rows="select m::text from p.t order by 1",
    ),
    Pair("composite type", "", 'create type p.pair as (x int, "Y z" text collate "C", l int[])'),
    Pair("composite type without attributes", "", "create type p.nil as ()"),
    Pair(
        "attributes",
        "create type p.pair as (x int, y text, z int)",
        "create type p.pair as (y varchar(3), x int, w date)",
    ),
    Pair(
        "attributes that come and go below rows",
        "create type p.pair as (x int, y text);" + PAIRS + "insert into p.t (id) values (1)",
        "create type p.pair as (x int, z date);" + PAIRS + "insert into p.t (id) values (2)",
        rows="select t::text from p.t",
    ),
    Pair(
        "attribute of another type below rows",
        "create type p.pair as (x int, y text);" + PAIRS + "insert into p.t values (1, '(1,a)', '{\"(2,b)\"}')",
        "create type p.pair as (y text, x bigint);" + PAIRS + "insert into p.t values (1, '(a,1)', '{\"(b,2)\"}')",
        rows="select id, (c).x::text, (c).y, (cs[1]).x::text from p.t",
    ),
    Pair(
        "attribute of another type, while others come and go, below rows",
        "create type p.pair as (w int, x int, y text);"
        + PAIRS
        + "insert into p.t values (1, '(0,1,a)', '{\"(,2,b)\"}')",
        "create type p.pair as (x bigint, y text, z date);"
        + PAIRS
        + "insert into p.t values (1, '(1,a,)', '{\"(2,b,)\"}')",
        rows="select id, (c).x::text, (c).y, (cs[1]).x::text from p.t",
    ),
    Pair(
        "enum in a composite type below rows",
        "create type p.mood as enum ('a', 'b'); create type p.pair as (m p.mood, x int);"
        + PAIRS
        + "insert into p.t values (1, '(a,1)', '{\"(b,2)\"}')",
        "create type p.mood as enum ('b', 'a'); create type p.pair as (m p.mood, x int);"
        + PAIRS
        + "insert into p.t values (1, '(a,1)', '{\"(b,2)\"}')",
        rows="select t::text from p.t",
    ),
    Pair(
        "attributes of a typed table",
        "create type p.pair as (x int, y text); create table p.t of p.pair",
        "create type p.pair as (x bigint, z text); create table p.t of p.pair",
    ),
    Pair(
        "attribute that a view reads",
        "create type p.pair as (x int, y text); create function p.f() returns p.pair language sql as "
        "'select row(1, null)::p.pair';"
        "create view p.v as select (p.f()).x",
        "create type p.pair as (x bigint, y text); create function p.f() returns p.pair language sql "
        "as 'select row(1, null)::p.pair';"
        "create view p.v as select (p.f()).x",
    ),
    Pair(
        "domain",
        "",
        "create domain p.d as varchar(9) collate \"C\" default 'a' not null check (value <> '') check (value <> 'b')",
    ),
    Pair("domain default", "create domain p.d as int default 1", "create domain p.d as int default 2"),
    Pair("domain not null", "create domain p.d as int", "create domain p.d as int not null"),
    Pair(
        "domain not null below rows",
        "create domain p.d as int; create table p.t (d p.d); insert into p.t values (1)",
        "create domain p.d as int not null; create table p.t (d p.d); insert into p.t values (1)",
        rows="select t::text from p.t",
    ),
    Pair(
        "domain constraints",
        "create domain p.d as int constraint a check (value > 0) constraint b check (value > 1)",
        (
            "create domain p.d as int constraint a check (value > 2); alter domain p.d add constraint c "
            "check (value > 3) not valid"
        ),
    ),
    Pair(
        "domain constraint validated",
        "create domain p.d as int; alter domain p.d add constraint c check (value > 3) not valid",
        "create domain p.d as int constraint c check (value > 3)",
    ),
    Pair(
        "domain constraint by a function",
        "create domain p.d as int",
        "create function p.ok(int) returns bool language sql immutable as 'select true';"
        "create domain p.d as int constraint c check (p.ok(value))",
    ),
    Pair(
        "domain of another type below rows",
        (
            "create domain p.d as int check (value > 0); create table p.t (d p.d default 1, ds p.d[]); "
            "insert into p.t values (1, '{2}')"
        ),
        (
            "create domain p.d as text check (value > '0'); create table p.t (d p.d default '1', ds "
            "p.d[]); insert into p.t values (1, '{2}')"
        ),
        rows="select t::text from p.t",
    ),
    Pair(
        "domain not null by name",
        "create domain p.d as int",
        "create domain p.d as int constraint must not null",
        first=17,
    ),
    Pair(
        "domain not null renamed",
        "create domain p.d as int constraint must not null",
        "create domain p.d as int constraint shall not null",
        first=17,
    ),
    Pair(
        "domain not null that loses its name",
        "create domain p.d as int constraint must not null",
        "create domain p.d as int not null",
        first=17,
    ),
    Pair(
        "domain not null with a comment",
        "create domain p.d as int constraint must not null; comment on constraint must on domain p.d is 'why'",
        "create domain p.d as int not null",
        first=17,
    ),
    Pair(
        "domain not null with a comment on its own name",
        "create domain p.d as int not null; comment on constraint d_not_null on domain p.d is 'why'",
        "create domain p.d as int not null",
        first=17,
    ),
    Pair("range", "", "create type p.r as range (subtype = float8, subtype_diff = float8mi)"),
    Pair(
        "range of another subtype below rows",
        "create type p.r as range (subtype = int4); create table p.t (r p.r, rs p.r[], m p.r_multirange);"
        "insert into p.t values ('[1,4)', '{\"[1,2)\"}', '{[1,2)}')",
        "create type p.r as range (subtype = int8); create table p.t (r p.r, rs p.r[], m p.r_multirange);"
        "insert into p.t values ('[1,4)', '{\"[1,2)\"}', '{[1,2)}')",
        rows="select t::text from p.t",
    ),
    Pair(
        "range with another difference below rows",
        "create type p.r as range (subtype = float8); create table p.t (r p.r); insert into p.t values ('[1,4)')",
        "create type p.r as range (subtype = float8, subtype_diff = float8mi, multirange_type_name = p.rr);"
        "create table p.t (r p.r); insert into p.t values ('[1,4)')",
        rows="select t::text from p.t",
    ),
    Pair(
        "range with canonical values",
        "",
        "create type p.r; create function p.canon(p.r) returns p.r language internal immutable strict "
        "as 'int4range_canonical';"
        "create type p.r as range (subtype = int4, canonical = p.canon)",
    ),
    Pair("shell", "", "create type p.hash"),
    Pair(
        "shell that is defined",
        "create type p.hash",
        HASH + "create type p.hash (input = p.hash_in, output = p.hash_out, like = int4)",
    ),
    Pair(
        "base type",
        "",
        HASH
        + "create type p.hash (input = p.hash_in, output = p.hash_out, like = int4, category = 'N', default = '7')",
    ),
    Pair(
        "base type altered",
        HASH + "create type p.hash (input = p.hash_in, output = p.hash_out, like = int4)",
        HASH
        + (
            "create type p.hash (input = p.hash_in, output = p.hash_out, receive = p.hash_recv, send = "
            "p.hash_send, like = int4)"
        ),
    ),
    Pair(
        "base type below rows",
        HASH + "create type p.hash (input = p.hash_in, output = p.hash_out, receive = p.hash_recv, send = "
        "p.hash_send, like = int4);"
        "create table p.t (h p.hash, hs p.hash[]); insert into p.t values ('1', '{2,3}')",
        HASH
        + "create type p.hash (input = p.hash_in, output = p.hash_out, like = int4, category = 'N', default = '7');"
        "create table p.t (h p.hash, hs p.hash[]); insert into p.t values ('1', '{2,3}')",
        rows="select t::text from p.t",
    ),
    Pair("table and type of one name", "create table p.x (a int)", "create type p.x as enum ('a')"),
    Pair("domain and composite type of one name", "create domain p.x as int", "create type p.x as (a int)"),
)


@pytest.mark.parametrize("pair", CASES, ids=lambda pair: pair.title)
def test_there_and_back(pair: Pair, server: Server, databases: Databases) -> None:
    if pair.fits(server.major):
        there_and_back(pair, databases)


def test_labels_are_committed_before_they_are_used(server: Server, databases: Databases) -> None:
    current, desired = databases(2)
    send(current, "create schema p; create type p.mood as enum ('a'); create table p.t (m p.mood)")
    send(
        desired,
        "create schema p; create type p.mood as enum ('a', 'b'); create table p.t (m p.mood default "
        "'b' check (m <> 'b'));"
        "create view p.v as select * from p.t where m = 'b'",
    )
    plan = converge(current, desired)
    assert [step.way for step in plan.steps if "ADD VALUE" in step.sql] == [Way.COMMITTED]


def test_adding_labels_asks_whether_they_are_there(server: Server, databases: Databases) -> None:
    current, desired = databases(2)
    send(current, "create schema p; create type p.mood as enum ('a')")
    send(desired, "create schema p; create type p.mood as enum ('a', 'b\\')")
    plan = converge(current, desired)
    assert [ask(current, f"select {step.undone}") for step in plan.steps] == [[(False,)]]
