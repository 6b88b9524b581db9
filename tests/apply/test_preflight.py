"""What would stop a run is told before its first step, all at once, and nothing is told that would not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import msgspec
import psycopg
import pytest

from seachange.apply import extensions, onlookers, room
from seachange.apply.terms import Terms
from seachange.catalog.facts.outside import Extension
from seachange.errors import NotPermitted
from seachange.plan import Volume
from seachange.plan.folder import Folder
from seachange.planner import Wishes, plan
from seachange.postgres import ledger, surroundings
from seachange.postgres.connection import connected
from seachange.postgres.surroundings import Available, Mode
from seachange.step import Stage
from tests.apply.folders import between, checked, fill
from tests.planner.converging import run
from tests.plugins.servers import Server

Databases = Callable[[int], tuple[str, ...]]

CURRENT = """
create schema shop;
create table shop.customers (id int primary key, name text, old text);
create table shop.orders (id int primary key, customer int);
create table shop.gone (id int);
create view shop.names as select name from shop.customers;
create function shop.noted() returns trigger language plpgsql as 'begin return new; end';
"""
DESIRED = """
create schema shop;
create schema fresh;
create table shop.customers (id int primary key, name text not null, born date);
create index customers_born on shop.customers (born);
create table shop.orders (id int primary key, customer int references shop.customers);
create table shop.fresh (id int);
create view shop.names as select name, id from shop.customers;
create function shop.noted() returns trigger language plpgsql as 'begin return null; end';
create trigger noted before insert on shop.orders for each row execute function shop.noted();
comment on table shop.orders is 'What was ordered.';
grant select on shop.customers to public;
"""


@pytest.fixture
def folder(databases: Databases) -> tuple[str, Folder]:
    """A database and a plan that does something of everything to it."""
    current, desired = databases(2)
    fill(current, CURRENT)
    fill(desired, DESIRED)
    return current, between(current, desired, owners=False)


def refused(conninfo: str, folder: Folder, role: str = "") -> NotPermitted:
    with pytest.raises(NotPermitted) as raised:
        checked(conninfo, folder, role)
    return raised.value


def owned(conninfo: str, role: str) -> None:
    """Everything belongs to `role`, which is no superuser."""
    fill(conninfo, f"do 'begin execute format($$alter database %I owner to {role}$$, current_database()); end'")
    fill(conninfo, "alter schema shop owner to " + role)
    for kind, objects in {"table": ("customers", "orders", "gone"), "view": ("names",), "function": ("noted",)}.items():
        for name in objects:
            fill(conninfo, f"alter {kind} shop.{name} owner to {role}")


def names(conninfo: str) -> str:
    return str(fill(conninfo, "select current_database()")[0][0])


# Rights


def test_superuser_may_do_all(folder: tuple[str, Folder]) -> None:
    conninfo, made = folder
    assert checked(conninfo, made) == ()


def test_stranger_is_told_all_grants_that_help_and_they_do(folder: tuple[str, Folder], role: str) -> None:
    conninfo, made = folder
    fill(conninfo, f"create role {role}")
    told = refused(conninfo, made, role)
    grants = [line.strip() for line in told.advice.splitlines()[1:]]
    assert set(grants) >= {
        f"GRANT CREATE ON DATABASE {names(conninfo)} TO {role};",
        f"GRANT USAGE ON SCHEMA shop TO {role};",
        f"GRANT CREATE ON SCHEMA shop TO {role};",
        f"GRANT REFERENCES ON TABLE shop.customers TO {role};",
        f"GRANT TRIGGER ON TABLE shop.orders TO {role};",
        f"GRANT postgres TO {role};",
    }
    assert "ownership of table shop.customers, which belongs to postgres" in told.message
    assert "nothing was changed" in told.message
    owned(conninfo, role)
    fill(conninfo, f"revoke all on schema shop from {role}")
    again = refused(conninfo, made, role)
    assert [line.strip() for line in again.advice.splitlines()[1:]] == [
        f"GRANT USAGE ON SCHEMA shop TO {role};",
        f"GRANT CREATE ON SCHEMA shop TO {role};",
    ]
    fill(conninfo, "\n".join(line for line in again.advice.splitlines()[1:]))
    assert checked(conninfo, made, role) == ()
    run(made.plan, conninfo, role)


@pytest.mark.newest
def test_who_has_the_rights_of_the_owner_may_as_well(folder: tuple[str, Folder], roles: Callable[[], str]) -> None:
    conninfo, made = folder
    owner, member, stranger = roles(), roles(), roles()
    fill(conninfo, f"create role {owner}; create role {member} in role {owner}; create role {stranger}")
    owned(conninfo, owner)
    assert checked(conninfo, made, member) == ()
    assert f"GRANT {owner} TO {stranger};" in refused(conninfo, made, stranger).advice


BEFOREHAND = "create schema s; create table s.t (id int primary key, a int); create table s.u (id int primary key);"
LATER = {
    "a new owner": ("alter table s.t owner to pg_monitor", "membership in pg_monitor", "GRANT pg_monitor TO"),
    "a leakproof function": (
        "create function s.f() returns int leakproof language sql as 'select 1'",
        "a superuser for function s.f",
        "superuser",
    ),
    "C": ("create function s.f() returns text language internal as 'pgsql_version'", "a superuser for", "superuser"),
    "an event trigger": (
        "create function s.e() returns event_trigger language plpgsql as 'begin end';"
        " create event trigger e on ddl_command_end execute function s.e()",
        "a superuser for event trigger e",
        "superuser",
    ),
    "a wrapper": ("create foreign data wrapper w", "a superuser for foreign-data wrapper w", "superuser"),
    "all tables published": ("create publication p for all tables", "a superuser for publication p", "superuser"),
    "default privileges": (
        "alter default privileges for role pg_monitor in schema s grant select on tables to public",
        "ownership of default grant s(pg_monitor",
        "GRANT pg_monitor TO",
    ),
    "an untrusted extension": ("create extension file_fdw schema s", "a superuser for extension file_fdw", "superuser"),
}


@pytest.mark.newest
@pytest.mark.parametrize("about", LATER)
def test_rights_that_an_owner_has_not(about: str, databases: Databases, role: str) -> None:
    current, desired = databases(2)
    later, needs, advice = LATER[about]
    fill(current, f"create role {role}")
    for conninfo in (current, desired):
        fill(conninfo, BEFOREHAND)
        fill(conninfo, f"alter schema s owner to {role}; alter table s.t owner to {role}")
        fill(conninfo, f"do 'begin execute format($$alter database %I owner to {role}$$, current_database()); end'")
    fill(desired, later)
    made = between(current, desired)
    told = refused(current, made, role)
    assert needs in told.message
    assert advice in told.advice
    with pytest.raises(AssertionError, match="42501"):
        run(made.plan, current, role)


@pytest.mark.newest
def test_ledger_of_somebody_else(databases: Databases, role: str) -> None:
    current, desired = databases(2)
    with connected(current) as session:
        ledger.make(session)
    fill(current, f"create role {role}")
    told = refused(current, between(current, desired), role)
    assert "the ledger needs USAGE ON SCHEMA seachange" in told.message
    assert f"GRANT INSERT ON TABLE seachange.runs TO {role};" in told.advice


@pytest.mark.newest
def test_only_the_stage_that_is_run_counts(folder: tuple[str, Folder], role: str) -> None:
    conninfo, made = folder
    fill(conninfo, f"create role {role}; grant create on schema shop to {role}; grant usage on schema shop to {role}")
    fill(conninfo, f"do 'begin execute format($$grant create on database %I to {role}$$, current_database()); end'")
    refused(conninfo, made, role)
    assert checked(conninfo, made, role, Terms(stage=Stage.TABLES)) == ()


@pytest.mark.newest
def test_questions_do_not_grow_with_the_plan(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = count()
    plain = psycopg.Connection.execute

    def counting(*arguments: object, **options: object) -> object:
        next(asked)
        return plain(*arguments, **options)  # type: ignore[call-overload]

    current, desired = databases(2)
    fill(desired, "".join(f"create table t{n} (id int primary key);" for n in range(200)))
    made = between(current, desired)
    monkeypatch.setattr(psycopg.Connection, "execute", counting)
    checked(current, made)
    assert next(asked) < 20


@pytest.mark.newest
def test_a_few_objects_speak_for_all_that_one_grant_helps(databases: Databases, role: str) -> None:
    current, desired = databases(2)
    fill(current, f"create role {role}; " + "".join(f"create table t{n} (id int);" for n in range(10)))
    told = refused(current, between(current, desired), role)
    assert told.message.count("needs ownership of table") == 3
    assert "and 7 more of the kind" in told.message
    assert told.advice.count("GRANT postgres TO") == 1


# Extensions


@pytest.mark.newest
def test_extension_that_the_server_has_not(databases: Databases) -> None:
    current, desired = databases(2)
    fill(desired, "create extension citext")
    made = between(current, desired, owners=False)
    cite = next(extension for extension in made.desired.of(Extension) if extension.names == ("citext",))
    for name, package in (("pg_cron", "postgresql-18-cron"), ("vector", "postgresql-18-pgvector")):
        other = renamed(made, msgspec.structs.replace(cite, names=(name,)))
        told = refused(current, other)
        assert f"the extension {name} is not installed on the server" in told.message
        assert package in told.advice
    later = renamed(made, msgspec.structs.replace(cite, version="9.9"))
    assert "not in version 9.9" in refused(current, later).message


def renamed(folder: Folder, extension: Extension) -> Folder:
    """The same plan for another extension than the one that it makes."""
    (group,) = (group for group in folder.plan.groups if group.stage is Stage.EXTENSIONS)
    (step,) = group.steps
    step = msgspec.structs.replace(step, makes=frozenset({extension.ref}), subject=extension.ref)
    plan = msgspec.structs.replace(folder.plan, groups=(msgspec.structs.replace(group, steps=(step,)),))
    desired = type(folder.desired)({**folder.desired.facts, extension.ref: extension})
    return msgspec.structs.replace(folder, plan=plan, desired=desired)


def test_trusted_extension_needs_no_superuser(databases: Databases, role: str) -> None:
    current, desired = databases(2)
    fill(desired, "create extension citext")
    fill(current, f"create role {role}; grant create on schema public to {role}")
    fill(desired, f"grant create on schema public to {role}")
    made = between(current, desired, owners=False)
    assert [line.strip() for line in refused(current, made, role).advice.splitlines()[1:]] == [
        f"GRANT CREATE ON DATABASE {names(current)} TO {role};"
    ]


def test_packages_are_named() -> None:
    for name, package in {
        **{"postgis": "postgresql-16-postgis-3", "postgis_topology": "postgresql-16-postgis-3"},
        **{"pg_partman": "postgresql-16-partman", "plpgsql_check": "postgresql-16-plpgsql-check"},
        **{"pgtap": "postgresql-16-pgtap", "hypopg": "postgresql-16-hypopg", "pgaudit": "postgresql-16-pgaudit"},
        **{"pg_trgm": "postgresql-16.", "pg_unknown": "postgresql-16-pg-unknown"},
    }.items():
        ((_, advice),) = extensions.problems({name: ""}, {name: ()}, 16)
        assert package in advice


def test_library_that_must_be_loaded() -> None:
    asked = {"pg_cron": "", "citext": ""}
    (found,) = extensions.findings(asked, frozenset())
    assert (found.check, found.about) == ("not-preloaded", "extension pg_cron")
    assert not [*extensions.findings(asked, frozenset({"pg_cron"}))]
    assert not [*extensions.findings(asked, None)]


def test_version_decides_who_may_make_it() -> None:
    offered = {"e": (Available("e", "1", superuser=True), Available("e", "2", superuser=False))}
    assert [need.right.name for need in extensions.needs({"e": "1"}, offered)] == ["SUPERUSER"]
    assert [need.right.name for need in extensions.needs({"e": "2"}, offered)] == ["CREATE_IN_DATABASE"]
    assert [need.right.name for need in extensions.needs({"e": ""}, offered)] == ["CREATE_IN_DATABASE"]


# Room


@pytest.fixture
def large(databases: Databases) -> tuple[str, Folder]:
    """A plan that rewrites one table, builds an index on another and fills a column, all large."""
    current, desired = databases(2)
    fill(current, "create table a (id int primary key, v int); create table b (id int, v int)")
    fill(
        desired, "create table a (id int primary key, v bigint); create table b (id int, v int); create index on b (v)"
    )
    with psycopg.connect(current, autocommit=True) as session:
        session.execute("insert into a select n, n from generate_series(1, 1000) n")
        session.execute("insert into b select n, n from generate_series(1, 1000) n")
        session.execute("analyze")
    made = between(current, desired, Wishes(online=False))
    volumes = tuple(Volume(("public", name), 10**12, 10**15) for name in "ab")
    return current, msgspec.structs.replace(made, plan=msgspec.structs.replace(made.plan, volumes=volumes))


@pytest.mark.newest
def test_disk_that_is_too_small(large: tuple[str, Folder]) -> None:
    conninfo, made = large
    assert room.needed(made) == 10**15 + 10**12 * (room.ENTRY + room.VALUE)
    told = refused(conninfo, made)
    assert "TB of the server's disk" in told.message
    assert "Make room" in told.advice


@pytest.mark.newest
def test_disk_that_cannot_be_seen(large: tuple[str, Folder], monkeypatch: pytest.MonkeyPatch) -> None:
    conninfo, made = large
    monkeypatch.setattr(surroundings, "free_space", lambda session: None)
    (found,) = checked(conninfo, made)
    assert (found.check, found.severity.value) == ("room-unseen", "note")


@pytest.mark.newest
def test_what_is_free_is_seen_only_where_the_server_is_here(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with connected(database) as session:
        assert surroundings.free_space(session)
        monkeypatch.setattr(type(session.info), "host", "db.example")
        assert surroundings.free_space(session) is None


# The server


@pytest.mark.newest
def test_standby_and_read_only(folder: tuple[str, Folder], monkeypatch: pytest.MonkeyPatch) -> None:
    conninfo, made = folder
    told = refused(f"{conninfo} options='-c default_transaction_read_only=on'", made)
    assert "default_transaction_read_only is on" in told.message
    monkeypatch.setattr(surroundings, "mode", lambda session: Mode(standby=True, read_only=True, locks=6400))
    assert "Connect to the primary." in refused(conninfo, made).advice


@pytest.mark.newest
def test_plan_for_another_version(folder: tuple[str, Folder], server: Server) -> None:
    conninfo, made = folder
    newer = msgspec.structs.replace(made, plan=msgspec.structs.replace(made.plan, version=990001))
    assert f"made for PostgreSQL 99, and the server is {server.major}" in refused(conninfo, newer).message
    older = msgspec.structs.replace(made, plan=msgspec.structs.replace(made.plan, version=140001))
    (found,) = checked(conninfo, older)
    assert found.check == "made-for-older"


# The others


@pytest.mark.newest
def test_open_transactions_are_told(folder: tuple[str, Folder], monkeypatch: pytest.MonkeyPatch) -> None:
    conninfo, made = folder
    assert checked(conninfo, made) == ()
    monkeypatch.setattr(onlookers, "OLD", 0.0)
    with psycopg.connect(conninfo) as other:
        other.execute("select 1")
        (found,) = checked(conninfo, made)
        process = other.info.backend_pid
    assert (found.check, found.about) == ("long-transaction", f"process {process}")
    assert "A transaction of postgres has been open" in found.message


def test_published_tables_are_told(folder: tuple[str, Folder]) -> None:
    conninfo, made = folder
    fill(conninfo, "create publication p for table shop.customers, shop.orders")
    (found,) = checked(conninfo, made)
    assert (found.check, found.about) == ("published-table", "table shop.customers")


@pytest.mark.newest
def test_event_triggers_are_told(folder: tuple[str, Folder]) -> None:
    conninfo, made = folder
    fill(conninfo, "create function e() returns event_trigger language plpgsql as 'begin end'")
    fill(conninfo, "create event trigger seen on ddl_command_end execute function e()")
    (found,) = checked(conninfo, made)
    assert (found.check, found.about) == ("event-trigger", "event trigger seen")
    fill(conninfo, "alter event trigger seen disable")
    assert checked(conninfo, made) == ()


TRIGGER = """
create schema s; create table s.t (id int primary key);
create function s.f() returns trigger language plpgsql as 'begin return new; end';
create trigger f before update on s.t for each row execute function s.f();
"""


@pytest.mark.newest
def test_triggers_that_see_a_backfill_are_told(databases: Databases, role: str) -> None:
    current, desired = databases(2)
    fill(current, TRIGGER)
    fill(desired, f"{TRIGGER} alter table s.t add column number double precision default random()")
    made = between(current, desired, owners=False)
    slow = msgspec.structs.replace(made, plan=plan(made.current, made.desired))
    assert [step.fill.quiet for step in slow.plan.steps if step.fill] == [True]
    assert checked(current, slow) == ()
    fill(current, f"create role {role}; alter table s.t owner to {role}; alter schema s owner to {role}")
    fill(current, f"do 'begin execute format($$grant create on database %I to {role}$$, current_database()); end'")
    (found,) = checked(current, slow, role)
    assert (found.check, found.about) == ("triggers-see-backfill", "table s.t")


@pytest.mark.newest
def test_transaction_that_locks_too_much(folder: tuple[str, Folder], monkeypatch: pytest.MonkeyPatch) -> None:
    conninfo, made = folder
    monkeypatch.setattr(surroundings, "mode", lambda session: Mode(standby=False, read_only=False, locks=1))
    (found,) = checked(conninfo, made)
    assert found.check == "few-locks"
