"""What users of other tools complain of most, each a case of its own, there and back, with rows."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from seachange.plan import Plan
from seachange.planner import plan
from tests.planner.converging import catalog, converge, said
from tests.plugins.servers import Server

Databases = Callable[[int], tuple[str, ...]]


def both_ways(databases: Databases, one: str, other: str, rows: str = "") -> tuple[Plan, Plan]:
    """The plans there and back; what `rows` asks is answered alike before and after."""
    plans = []
    for ours, theirs in ((one, other), (other, one)):
        current, desired = databases(2)
        send(current, ours)
        send(desired, theirs)
        before = ask(current, rows)
        plans.append(converge(current, desired))
        assert ask(current, rows) == before
        assert plan(catalog(current), catalog(desired)).groups == ()
    there, back = plans
    return there, back


def send(conninfo: str, script: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(script.encode())


def ask(conninfo: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(conninfo) as session:
        return session.execute(question.encode()).fetchall() if question else []


EMPTY = "create schema app; create table app.kept (id int primary key); insert into app.kept values (1), (2);"


def test_1_plans_in_the_wrong_order(server: Server, databases: Databases) -> None:
    """Each of these needs one that comes after it by its kind or by its name."""
    full = f"""{EMPTY}
        create type app.a_state as enum ('new', 'done');
        create function app.z_default() returns app.a_state language sql immutable as $$ select 'new'::app.a_state $$;
        create table app.a_tasks (id int primary key, state app.a_state default app.z_default(), of int);
        create view app.z_open as select * from app.a_tasks where state <> 'done';
        create view app.a_open as select id from app.z_open;
        create function app.a_count() returns bigint language sql begin atomic select count(*) from app.a_open; end;
        create materialized view app.a_counts as select app.a_count() as n;
        create unique index a_counts_n on app.a_counts (n);
        create function app.z_touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create trigger a_touch before update on app.a_tasks for each row execute function app.z_touch();
        create table app.z_people (id int primary key, name text check (length(name) > 0));
        alter table app.a_tasks add foreign key (of) references app.z_people;
        alter table app.kept add column tasks bigint default app.a_count();
        create policy mine on app.kept using (tasks = app.a_count());
    """
    both_ways(databases, EMPTY, full, "select id from app.kept order by id")


RETYPED = """
    create schema app;
    create function app.is_large({type}) returns boolean language sql immutable as 'select $1 > 10';
    create table app.orders (id int primary key, amount {type}, note text,
      twice {type} generated always as (amount * 2) stored, check (amount > 0));
    create index orders_amount on app.orders (amount) where amount > 5;
    create view app.amounts as select id, amount from app.orders;
    create view app.large as select * from app.amounts where amount > 100;
    create materialized view app.total as select sum(amount) as total from app.orders;
    create rule nothing as on insert to app.large do instead nothing;
    alter table app.orders enable row level security;
    create policy large on app.orders using (app.is_large(amount));
    create function app.touch() returns trigger language plpgsql as 'begin return new; end';
    create trigger touch before update on app.orders for each row when (old.amount <> new.amount)
      execute function app.touch();
    comment on view app.large is 'kept';
    grant select on app.large to public;
    insert into app.orders (id, amount) values (1, 7), (2, 700);
"""


def test_2_what_leans_on_a_column_is_not_built_anew_around_its_change_of_type(
    server: Server, databases: Databases
) -> None:
    one, other = RETYPED.format(type="integer"), RETYPED.format(type="bigint")
    both_ways(databases, one, other, "select id, amount, twice from app.orders order by id")


def test_2_what_leans_on_a_function_is_not_built_anew_around_its_change_of_signature(
    server: Server, databases: Databases
) -> None:
    states = [
        f"""create schema app;
        create function app.tax(price numeric{extra}) returns {type} language sql immutable as 'select 1::{type}';
        create function app.listed(out id int, out name {type}) language sql as $$ select 1, 2::{type} $$;
        create table app.orders (id int primary key, price numeric default app.tax(2));
        create view app.taxes as select id, app.tax(price) as tax from app.orders;
        create view app.all_taxes as select sum(tax) from app.taxes;
        create view app.list as select name from app.listed();
        create index orders_tax on app.orders (app.tax(price));
        insert into app.orders values (1, 3);"""
        for extra, type in (("", "numeric"), (", rate numeric default 1", "bigint"))
    ]
    both_ways(databases, states[0], states[1], "select * from app.orders")


@pytest.mark.versions(min=15)
def test_4_options_of_views_are_lost(server: Server, databases: Databases) -> None:
    """A view that is replaced or built anew goes on to ask with the rights of who asks."""
    one, other = (
        f"""create schema app; create table app.docs (id {type}, body text); insert into app.docs values (1, 'a');
        create view app.mine with (security_invoker = true, security_barrier = true) as select * from app.docs;
        create view app.replaced with (security_invoker = true) as select {columns} from app.docs where id > 0;
        create view app.checked as select * from app.docs where id > 0 with local check option;"""
        for type, columns in (("int", "id"), ("bigint", "id, body"))
    )
    for made in both_ways(databases, one, other, "select id, body from app.docs"):
        views = [step.sql for step in made.steps if "VIEW app." in step.sql and step.sql.startswith("CREATE")]
        assert all("security_invoker" in sql for sql in views if "app.checked" not in sql), said(made)


def test_4_options_of_views_change(server: Server, databases: Databases) -> None:
    one = "create view v as select 1 as a;"
    there, back = both_ways(databases, one, "create view v with (security_barrier) as select 1 as a;")
    for made in (there, back):
        assert not any(step.takes for step in made.steps), said(made)


def test_5_grants_default_privileges_and_owners_are_not_tracked(
    server: Server, databases: Databases, roles: Callable[[], str]
) -> None:
    reader, owner = roles(), roles()
    send(server.conninfo, f"create role {reader}; create role {owner}")
    plain = "create schema app; create table app.t (a int, b int); create function app.f() returns int return 1;"
    said = f"""{plain}
        alter schema app owner to {owner}; alter table app.t owner to {owner};
        grant usage on schema app to {reader}; grant select on app.t to {reader} with grant option;
        grant update (b) on app.t to {reader}; revoke execute on function app.f() from public;
        alter default privileges in schema app grant select on tables to {reader};
        alter default privileges for role {owner} revoke execute on functions from public;
        insert into app.t values (1, 2);
    """
    both_ways(databases, plain, said)


def test_6_the_same_difference_after_every_run(server: Server, databases: Databases) -> None:
    """What PostgreSQL writes in other words than people do is no difference."""
    shared = "create schema app; create table app.t (id serial primary key, at timestamptz, s text, n numeric"
    one = f"""{shared}, check (s in ('a', 'b')), check (n between 1 and 2));
        alter table app.t alter at set default now(); grant select on app.t to postgres;
        create view app.v as select * from app.t where s in ('a', 'b') and at > '2024-01-01';
        create index on app.t (lower(s)) where s like 'a%';"""
    other = f"""{shared}, check (s = any (array['a'::text, 'b'::text])), check (n >= 1 and n <= 2));
        alter table app.t alter at set default current_timestamp;
        create view app.v as select id, at, s, n from app.t where (s = 'a' or s = 'b') and at > '2024-01-02';
        create index on app.t (lower(s::text)) where s like 'a%' and id > 0;"""
    both_ways(databases, one, other)
    here, there = databases(2)
    send(here, one)
    send(
        there,
        one.replace("in ('a', 'b'))", "= any (array['a', 'b']))").replace("grant select on app.t to postgres;", ""),
    )
    assert plan(catalog(here), catalog(there)).groups == ()


ENUM = """
    create schema app;
    create type app.state as enum ({labels});
    create function app.is_new(app.state) returns boolean language sql immutable as $$ select $1 = 'new' $$;
    create table app.jobs (id int primary key, state app.state default 'new', past app.state[] default '{{}}',
      check (state <> 'old' or id > 0));
    create index jobs_state on app.jobs (state) where state = 'new';
    create view app.new_jobs as select * from app.jobs where app.is_new(state);
    alter table app.jobs enable row level security;
    create policy fresh on app.jobs using (state = 'new');
    insert into app.jobs values (1, 'new', '{{old,new}}'), (2, 'old', null), (3, null, '{{}}');
"""


@pytest.mark.parametrize(
    "labels",
    ["'new', 'old', 'added'", "'added', 'new', 'more', 'old', 'last'", "'old', 'new'", "'new', 'gone', 'old'"],
    ids=["added at the end", "added in between", "another order", "one removed on the way back"],
)
def test_7_labels_of_enums(labels: str, server: Server, databases: Databases) -> None:
    one, other = ENUM.format(labels="'new', 'old'"), ENUM.format(labels=labels)
    there, back = both_ways(databases, one, other, "select id, state::text, past::text from app.jobs order by id")
    for made in (there, back):
        assert not any("DROP TABLE" in step.sql or "DROP COLUMN" in step.sql for step in made.steps), said(made)


PARTITIONED = "create schema app; create table app.events (id int, at date not null, kind int) partition by range (at);"
PARTITIONS = """
    create table app.events_2024 partition of app.events for values from ('2024-01-01') to ('2025-01-01');
    create table app.events_2025 partition of app.events for values from ('2025-01-01') to ('2026-01-01');
    insert into app.events values (1, '2024-05-05', 1), (2, '2025-05-05', 2);
"""


def test_9_partitions_that_were_made_at_run_time_are_dropped(server: Server, databases: Databases) -> None:
    current, desired = databases(2)
    send(current, PARTITIONED + PARTITIONS)
    send(desired, PARTITIONED + "create index events_kind on app.events (kind); alter table app.events add note text;")
    made = converge(current, desired)
    assert not any("DROP" in step.sql or "DETACH" in step.sql for step in made.steps), said(made)
    assert ask(current, "select id, note from app.events order by id") == [(1, None), (2, None)]
    assert len(ask(current, "select 1 from pg_inherits where inhparent = 'app.events'::regclass")) == 2


def test_10_cycles_of_needs(server: Server, databases: Databases) -> None:
    """Tables that refer to each other, sequences and defaults, functions and views and tables."""
    full = f"""{EMPTY}
        create table app.teams (id int primary key, lead int);
        create table app.people (id int primary key, team int not null references app.teams);
        alter table app.teams add foreign key (lead) references app.people deferrable;
        create table app.tree (id int primary key, parent int references app.tree);
        create table app.own (id int); create sequence app.own_ids owned by app.own.id;
        alter table app.own alter id set default nextval('app.own_ids');
        create function app.one(app.people) returns int language sql as 'select 1';
        create view app.ones as select app.one(p) from app.people p;
        create function app.even(int) returns boolean language plpgsql as 'begin return app.odd($1 - 1); end';
        create function app.odd(int) returns boolean language plpgsql as 'begin return app.even($1 - 1); end';
        create table app.checked (p int check (app.even(p)));
        create publication {{publication}} for table app.teams, app.people;
        alter table app.kept add team int references app.teams;
        alter table app.teams add first int references app.kept;
    """.replace("{publication}", "cyclic")
    both_ways(databases, EMPTY, full, "select id from app.kept order by id")


def test_10_cycles_that_change(server: Server, databases: Databases) -> None:
    """Both ends of a cycle change at once, and what stands in it goes while another comes."""
    one, other = (
        f"""create schema app;
        create table app.teams (id {type} primary key, lead {type});
        create table app.people (id {type} primary key, team {type} references app.teams on delete {action});
        alter table app.teams add constraint lead foreign key (lead) references app.people (id);
        create sequence app.ids as {type} owned by app.teams.id;
        alter table app.teams alter id set default nextval('app.ids');
        create view app.leads as select t.id, p.team from app.teams t join app.people p on p.id = t.lead;
        insert into app.teams values (1, null); insert into app.people values (1, 1);
        update app.teams set lead = 1;"""
        for type, action in (("integer", "cascade"), ("bigint", "restrict"))
    )
    both_ways(databases, one, other, "select t.id, lead, team from app.teams t join app.people p on p.id = t.lead")
