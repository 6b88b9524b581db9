"""What is said of objects comes, goes and changes."""

from __future__ import annotations

import pytest

from seachange.planner import Wishes
from seachange.postgres.scratch import Scratch
from tests.catalog.probes import HERE
from tests.planner.converging import converge
from tests.planner.rules.cases import Case, Databases, Roles, check, make
from tests.planner.rules.probing import complaints
from tests.plugins.servers import Server

NO_PROVIDER = ("labels", "label of another text", "label on the database", "label on the database dropped")
"""Labels that no module stands for can be written into the catalogs, but not said."""


def test_what_the_maker_owns_needs_no_word(server: Server, databases: Databases) -> None:
    current, desired = databases(2)
    make(desired, "create schema s; create table s.t (n serial); create view s.v as select 1 as a", {})
    assert not any("OWNER" in step.sql for step in converge(current, desired, Wishes(role="postgres")).steps)


def test_what_is_said_goes_there_and_back(server: Server, scratch: Scratch) -> None:
    assert complaints(HERE / "said.sql", server, scratch, NO_PROVIDER) == {}


TABLE = "create table t (a int, b int);"
CASES = (
    Case("odd comment", both=TABLE, there="""comment on table t is 'it''s \\ $$ 50% ''; drop'"""),
    Case("comment on what is new", there="create schema n; comment on schema n is 'x'"),
    Case(
        "comments on an aggregate without arguments and one of an ordered set",
        both="""create aggregate zero(*) (sfunc = int8inc, stype = int8, initcond = '0');
        create aggregate pick(float8 order by anyelement) (
          sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);""",
        there="""comment on aggregate zero(*) is 'x'; comment on aggregate pick(float8 order by anyelement) is 'y';
        revoke execute on function zero() from public; grant execute on function pick(float8, anyelement) to $1""",
    ),
    Case("several privileges of one grantee", both=TABLE, there="grant select, insert, update on t to $1"),
    Case(
        "some with the right to grant them on",
        both=TABLE,
        here="grant select, insert on t to $1",
        there="grant select, update on t to $1 with grant option; grant insert on t to $1",
    ),
    Case("all on a table", both=TABLE, there="grant all on t to $1, public"),
    Case("columns", both=TABLE, here="grant select (a) on t to $1", there="grant select (b), update (a) on t to $1"),
    Case(
        "columns and table",
        both=TABLE,
        here="grant select on t to $1; grant select (a), select (b) on t to $1",
        there="grant select (b) on t to $1",
    ),
    Case("column instead of table", both=TABLE, here="grant select on t to $1", there="grant select (b) on t to $1"),
    Case(
        "of an odd name",
        there="""create table "it's ""odd"" too" ("a b" int); grant select ("a b") on "it's ""odd"" too" to $1""",
    ),
    Case("the owner may less", both=TABLE, there="revoke insert, update on t from current_user"),
    Case("the owner has nothing", both=TABLE, there="revoke all on t from current_user"),
    Case(
        "another owner who may less",
        both=TABLE,
        here="revoke insert on t from current_user",
        there="alter table t owner to $1; revoke update on t from $1",
    ),
    Case(
        "the owner becomes a grantee",
        both=TABLE,
        here="alter table t owner to $1; grant select on t to $2",
        there="alter table t owner to $2; grant select on t to $1; grant update (a) on t to $1",
    ),
    Case(
        "the owner has a column too",
        both=TABLE + "alter table t owner to $1; grant select (a) on t to $1;",
        there="alter table t owner to $2; grant select (a) on t to $1; revoke select (a) on t from $2",
    ),
    Case(
        "by another grantor",
        both=TABLE + "grant usage on schema public to $1; grant select on t to $1 with grant option;",
        there="set role $1; grant select on t to $2; reset role",
    ),
    Case(
        "by another grantor, and all that it takes",
        both="create schema s; create table s.t (a int);",
        there="""grant usage on schema s to $1; grant select on s.t to $1 with grant option;
        set role $1; grant select on s.t to $2 with grant option; reset role""",
    ),
    Case(
        "new objects of another owner",
        there="""create schema s authorization $1; create table s.t (id int generated always as identity, n serial);
        alter table s.t owner to $1; create function s.f() returns int language sql as 'select 1';
        alter function s.f() owner to $1; revoke execute on function s.f() from public; grant all on s.t to $2""",
    ),
    Case(
        "a serial's owner",
        both="create table t (a int); alter table t owner to $1;",
        there="alter table t add n serial",
    ),
    Case(
        "a sequence becomes a column's",
        both="create table t (n int); alter table t owner to $1; create sequence s;",
        there="alter sequence s owner to $1; alter sequence s owned by t.n",
    ),
    Case(
        "what is in the catalogs",
        there="grant select on pg_catalog.pg_authid to $1;"
        "revoke execute on function pg_catalog.pg_sleep(float8) from public",
    ),
    Case(
        "what an extension brought",
        both="create extension citext;",
        there="grant execute on function citext_eq(citext, citext) to $1;"
        "revoke execute on function citext_ne from public",
    ),
    Case(
        "the database",
        there="""do $$ begin execute format('revoke connect on database %I from public', current_database());
        execute format('grant create on database %I to $1', current_database());
        execute format('comment on database %I is %L', current_database(), '100% it''s');
        execute format('alter database %I owner to $2', current_database()); end $$""",
    ),
    Case("maintain", both=TABLE, there="grant maintain on t to $1", first=17),
)
DEFAULTS = """create schema s; alter default privileges in schema s grant select, insert on tables to $1;
alter default privileges grant usage on schemas to $1; alter default privileges grant usage on sequences to $1;
alter default privileges revoke execute on functions from public;
alter default privileges revoke usage on types from public;
alter default privileges grant update on tables to $2 with grant option;"""
MADE = """create schema n; create table s.t (id serial); create table n.t (id int); create view s.v as select 1 as a;
create function s.f() returns int language sql as 'select 1'; create procedure s.p() language sql as 'select 1';
create sequence n.q;"""
BIRTHS = (
    Case(
        "types born otherwise",
        both=DEFAULTS,
        there="create type s.e as enum (); grant usage on type s.e to public; create domain d as int",
    ),
    Case("born as they should be", both=DEFAULTS, there=MADE),
    Case(
        "born with more than they should have",
        both=DEFAULTS,
        there=MADE + "revoke all on s.t, n.t, s.v from $1, $2; revoke all on schema n from $1;"
        "grant execute on function s.f() to public;"
        "revoke all on sequence n.q, s.t_id_seq from $1;",
    ),
    Case(
        "born with other rights and owners",
        both=DEFAULTS,
        there=MADE + "revoke all on s.t from $1, $2; grant select on s.t to $1; grant update on s.t to $2;"
        "alter table s.t owner to $1; alter table n.t owner to $2; alter function s.f() owner to $2;",
    ),
    Case(
        "born by defaults that go, or come",
        here="alter default privileges grant select on tables to $1",
        there="create table t (a int); alter default privileges revoke execute on functions from public;"
        "create function f() returns int language sql as 'select 1'",
    ),
    Case(
        "the maker may less",
        here="alter default privileges revoke insert on tables from current_user",
        there="alter default privileges revoke insert on tables from current_user; create table t (a int);"
        "create table u (a int); alter table u owner to $1; grant insert on u to $1",
    ),
    Case(
        "default privileges of others",
        both="create schema s;",
        here="alter default privileges for role $1 in schema s grant select on tables to $2 with grant option",
        there="alter default privileges for role $1 in schema s grant select on tables to $2;"
        "alter default privileges for role $2 grant usage on schemas to public",
    ),
    Case(
        "default privileges in a schema that comes",
        there="create schema s; alter default privileges in schema s grant select on tables to $1;"
        "create table s.t (a int)",
    ),
    Case(
        "built anew while defaults change",
        both="create foreign data wrapper w; create server v foreign data wrapper w;"
        "create server u foreign data wrapper w;",
        here="create foreign table f (a int) server v; alter default privileges grant select on tables to $1",
        there="create foreign table f (a int) server u; alter default privileges grant insert on tables to $1",
    ),
    Case("large objects", there="alter default privileges grant select on large objects to $1", first=18),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_state_is_reached_from_the_other(case: Case, server: Server, databases: Databases, roles: Roles) -> None:
    check(case, server, databases, roles)


@pytest.mark.parametrize("case", BIRTHS, ids=str)
def test_objects_are_born_and_put_right(case: Case, server: Server, databases: Databases, roles: Roles) -> None:
    check(case, server, databases, roles)
