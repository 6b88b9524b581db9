"""Scripts run into real databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import psycopg
import pytest

from seachange.errors import NotPermitted, NotUnderstood, StatementRefused
from seachange.finding import Finding, Severity
from seachange.postgres.load import load
from seachange.sql.script import Script, take_apart

pytestmark = pytest.mark.newest


def scripts(*texts: str) -> tuple[Script, ...]:
    return tuple(take_apart(text.encode(), f"{number}.sql") for number, text in enumerate(texts))


def loaded(database: str, *texts: str) -> tuple[Finding, ...]:
    return load(database, scripts(*texts), own_server=True)


def rows(database: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database) as session:
        return session.execute(query.encode()).fetchall()


def relations(database: str) -> set[str]:
    query = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm')"
    return {str(name) for (name,) in rows(database, query)}


def checks(findings: Iterable[Finding]) -> set[str]:
    return {finding.check for finding in findings}


def test_a_file_is_one_transaction(database: str) -> None:
    loaded(
        database, "set local search_path = pg_catalog, public; create table public.t (at text default current_schema)"
    )
    with pytest.raises(StatementRefused):
        loaded(database, "create table a(); create table b() with (nonsense = 1)")
    assert relations(database) == {"t"} | ({"a"} & relations(database))


@pytest.mark.parametrize(
    "alone",
    [
        "create table t (a int); insert into t values (1); create index concurrently t_a on t (a); vacuum t; "
        "reindex index concurrently t_a",
        "create type mood as enum ('sad'); create table t (m mood); alter type mood add value 'glad'; "
        "insert into t values ('glad')",
        "begin; create table t (a int); commit; alter table t add b int; begin; drop table t; rollback;",
        "create table t (a int); create procedure p() language plpgsql as $$ begin commit; end $$; call p()",
        "begin; create table t (a int); savepoint s; drop table t; rollback to savepoint s; commit;",
    ],
)
def test_what_cannot_be_in_one_transaction_runs_on_its_own(database: str, alone: str) -> None:
    assert loaded(database, alone) == ()
    assert relations(database) == {"t"}


def test_files_wait_for_one_another(database: str) -> None:
    assert not loaded(
        database,
        "create view v as select f(id) as f from a",
        "create function f(int) returns int language sql as 'select g($1)'; create table a (id int primary key)",
        "create function g(int) returns int language sql as 'select count(*)::int + $1 from z'",
        "alter table z add foreign key (a) references a; create index on z (a)",
        "create table z (a int)",
    )
    assert relations(database) == {"a", "v", "z"}


def test_files_that_need_one_another_mutually(database: str) -> None:
    findings = loaded(
        database,
        "create table a (id int primary key, b int); alter table a add foreign key (b) references b;",
        "create table b (id int primary key, a int); alter table b add foreign key (a) references a;",
    )
    assert relations(database) == {"a", "b"}
    assert rows(database, "select count(*) from pg_constraint where contype = 'f'") == [(2,)]
    assert findings == ()


def test_statements_in_the_wrong_order_are_told_of(database: str) -> None:
    findings = loaded(database, "create view v as select * from t;\ncreate table t (a int);")
    assert relations(database) == {"v", "t"}
    assert [(finding.check, finding.about) for finding in findings] == [("order", "0.sql:1")]


@pytest.mark.parametrize(
    "setting",
    [
        "session authorization default",
        "role none",
        "time zone 'UTC'",
        "xml option content",
        "transaction isolation level serializable",
        "session characteristics as transaction read write",
        "constraints all deferred",
        "my.own = 'x'",
        "schema 'public'",
        "seed to 0.5",
    ],
)
def test_every_sort_of_setting_is_known(database: str, setting: str) -> None:
    assert loaded(database, f"set {setting}; create table t ()") == ()


@pytest.mark.versions(max=15)  # the newest here that has its extensions with it
def test_an_extension_waits_for_its_schema_or_gets_it(databases: Callable[[int], tuple[str, ...]]) -> None:
    first, second = databases(2)
    extension = "create extension btree_gist schema x; create table t ()"
    assert loaded(first, extension, "create schema x") == ()
    assert checks(loaded(second, extension)) == {"schema-made"}


def test_settings_end_with_their_file_and_come_back_with_what_waited(database: str) -> None:
    loaded(
        database,
        "create schema s; set search_path = s; create table a (); create view v as select * from public.late",
        "create table b ()",
        "begin; commit; create table late (x int)",
    )
    assert relations(database) == {"b", "late"}
    assert rows(database, "select count(*) from pg_class where relnamespace = 's'::regnamespace") == [(2,)]


def test_a_refusal_says_where_what_and_what_was_tried(database: str) -> None:
    text = "create table t (\n  a int\n);\n\ncreate view v as\n  select 1,\n    missing from t;\n"
    with pytest.raises(StatementRefused) as refused:
        loaded(database, text, "create view w as select * from v")
    words = refused.value.message
    assert words.startswith("0.sql:7: PostgreSQL refused this statement (42703):\n    create view v as\n")
    assert 'column "missing" does not exist' in words
    assert "Tried: once file by file, 2 times statement by statement." in words
    assert "Waiting as well: 1.sql" in words


def test_syntax_errors_are_not_tried_again(database: str) -> None:
    with pytest.raises(StatementRefused, match=r"1\.sql:2: [^T]*Tried: once file by file\."):
        loaded(database, "create table t ()", "create table u ();\ncreate tabel v ()")


def test_a_refusal_shows_no_password(database: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        loaded(database, "create user mapping for public server nowhere options (password 'geheim')")
    assert "geheim" not in refused.value.message


def test_bodies_are_checked_at_the_end(database: str) -> None:
    findings = loaded(
        database,
        "create function good() returns bigint language sql as 'select count(*) from later';"
        "create function bad() returns int language sql as 'select x from nowhere';"
        "create function typo() returns int language plpgsql as 'begin retrun 1; end';"
        "create schema s; create table s.t (); create function s.own() returns bigint language sql "
        "set search_path = s as 'select count(*) from t';"
        "create table later ();",
    )
    assert [(finding.about, finding.severity) for finding in findings] == [
        ("function bad()", Severity.ERROR),
        ("function typo()", Severity.ERROR),
    ]
    assert 'relation "nowhere" does not exist' in findings[0].message


def test_a_dump_made_with_create_lands_in_the_scratch_database(database: str, role: str) -> None:
    loaded(
        database,
        "DROP DATABASE shop; CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8';\n"
        f"ALTER DATABASE shop OWNER TO {role};\n\\connect shop\nSET client_encoding = 'UTF8';\n"
        "COMMENT ON DATABASE shop IS 'the shop';\nALTER DATABASE shop SET work_mem TO '7MB';\n"
        f"ALTER ROLE {role} IN DATABASE shop SET work_mem TO '8MB';\nCREATE TABLE t ();\n"
        f"GRANT CONNECT ON DATABASE shop TO {role};",
    )
    query = """select shobj_description(d.oid, 'pg_database'), pg_get_userbyid(datdba),
                      array(select setconfig::text from pg_db_role_setting where setdatabase = d.oid order by 1)
               from pg_database d where datname = current_database()"""
    assert rows(database, query) == [("the shop", role, ["{work_mem=7MB}", "{work_mem=8MB}"])]
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(
            "do $$ begin execute format('alter database %I owner to current_user', current_database()); end $$"
        )


def test_another_database_is_refused(database: str) -> None:
    with pytest.raises(NotUnderstood, match="about another database, other"):
        loaded(database, "\\c shop\nDROP DATABASE other")


def test_roles_are_made_on_a_server_of_our_own(database: str, roles: Callable[[], str]) -> None:
    named, made, member = roles(), roles(), roles()
    text = (
        f"CREATE ROLE {made} CREATEDB; CREATE TABLE t (); ALTER TABLE t OWNER TO {made};"
        f"GRANT SELECT ON t TO {named}; GRANT {named} TO {member}; DO $$ BEGIN EXECUTE 'SET ROLE {named}'; END $$;"
        f"RESET ROLE; DROP ROLE {made};"
        "ALTER SYSTEM SET work_mem = '1MB'; ALTER TABLE t OWNER TO current_user; REVOKE ALL ON t FROM public"
    )
    findings = loaded(database, text)
    about = {finding.about for finding in findings if finding.check == "role-made"}
    assert about == {named, member}
    assert rows(database, f"select rolcreatedb from pg_roles where rolname = '{made}'") == [(True,)]
    assert "server-wide" in checks(findings)
    loaded(database, f"CREATE ROLE {made} NOCREATEDB")
    assert rows(database, f"select rolcreatedb from pg_roles where rolname = '{made}'") == [(True,)]
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("drop table t")


@pytest.mark.parametrize("text", ["CREATE ROLE nobody_x", "GRANT pg_monitor TO bob", "ALTER ROLE bob LOGIN"])
def test_the_server_of_somebody_else_is_left_alone(database: str, text: str) -> None:
    with pytest.raises(NotPermitted, match="changes the whole server"):
        load(database, scripts(text), own_server=False)


def test_a_missing_role_on_the_server_of_somebody_else(database: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        load(database, scripts("CREATE TABLE t (); ALTER TABLE t OWNER TO nobody_x"), own_server=False)
    assert "Make the role on that server" in refused.value.advice


def test_no_subscription_calls_its_publisher(database: str) -> None:
    text = "CREATE SUBSCRIPTION s CONNECTION 'host=192.0.2.1' PUBLICATION p; ALTER SUBSCRIPTION s ENABLE"
    assert checks(loaded(database, text)) == {"subscription"}
    query = "select subenabled, subslotname::text from pg_subscription where subname = 's'"
    assert rows(database, query) == [(False, "s")]


def test_rows_that_a_script_shows_are_not_in_the_way(database: str) -> None:
    loaded(database, "create table t (a int); insert into t values (1); copy t to stdout; table t; create table u ()")
    assert relations(database) == {"t", "u"}


def test_rows_and_foreign_keys_in_any_order_of_files(database: str) -> None:
    loaded(
        database,
        "COPY child (id) FROM stdin;\n1\n\\.\n",
        "INSERT INTO parent VALUES (1)",
        "CREATE TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TABLE parent (id int PRIMARY KEY)",
    )
    assert rows(database, "select * from child") == [(1,)]
