"""What reaches beyond the database comes, goes and changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from seachange import read
from seachange.planner import plan
from seachange.postgres.scratch import Scratch
from seachange.step import Risk
from tests.catalog.probes import HERE
from tests.planner.converging import catalog, run
from tests.planner.rules.cases import Case, Databases, Roles, check, make
from tests.planner.rules.probing import complaints
from tests.plugins.servers import Server

SECRET = (
    *("wrapper options with a secret", "server of a type and version", "user mapping with a secret"),
    *("foreign table options", "subscription", "subscription to another host", "subscription that fails over"),
)
"""What goes with a secret does not come back whole."""
TAKEN = ("extension takes a table in", "extension lets a table go")
"""Whether a table is an extension's is the extension's affair."""


def test_what_is_outside_goes_there_and_back(server: Server, scratch: Scratch) -> None:
    assert complaints(HERE / "outside.sql", server, scratch, (*SECRET, *TAKEN)) == {}


WRAPPER = "create foreign data wrapper w; create server one foreign data wrapper w options (host 'a');"
SUBSCRIBED = "create subscription sub_%s connection 'host=a dbname=''d e''' publication p with (connect = false%s);"
TABLES = "create table t (a int, b int, c text, primary key (a)); create table u (a int primary key); create schema s;"
CASES = (
    Case("schema", there='create schema "odd ""one"" too"'),
    Case("public is gone", there="drop schema public"),
    Case("extension in a schema", there="create schema e; create extension hstore schema e"),
    Case(
        "extension in another schema",
        both="create schema e;",
        here="create extension hstore",
        there="create extension hstore schema e",
    ),
    Case("extensions that need each other", there="create extension cube; create extension earthdistance"),
    Case(
        "what an extension brought is used",
        there="""create extension citext; create extension hstore; create table t (a citext, b int);
        create index on t (a); create view v as select a = 'x' as same, hstore('a', 'b') as pair from t;
        create function f(citext) returns citext language sql as 'select null::citext'; create domain d as citext""",
    ),
    Case(
        "what an extension brought is used by what is there",
        both="create table t (b int);",
        there="create extension citext; alter table t add a citext; create view v as select a from t",
    ),
    Case(
        "foreign data",
        there=WRAPPER + "create user mapping for $1 server one options (user 'u');"
        "create user mapping for public server one",
    ),
    Case(
        "foreign data with functions",
        both="create extension postgres_fdw;",
        here="create foreign data wrapper w validator postgres_fdw_validator",
        there="""create foreign data wrapper w handler postgres_fdw_handler options ("a b" 'it''s', debug 'true')""",
    ),
    Case(
        "server of another type",
        both="create foreign data wrapper w;",
        here="create server one type 'a' foreign data wrapper w",
        there="create server one type 'b' version '1' foreign data wrapper w",
    ),
    Case(
        "server of another version",
        both="create foreign data wrapper w;",
        here="create server one version '2' foreign data wrapper w",
        there="create server one version '1' foreign data wrapper w",
    ),
    Case(
        "server without a version",
        both="create foreign data wrapper w;",
        here="create server one foreign data wrapper w",
        there="create server one version '1' foreign data wrapper w",
    ),
    Case(
        "server of another wrapper",
        both=WRAPPER + "create foreign data wrapper x;",
        here="create server two foreign data wrapper w; create foreign table f (a int) server two",
        there="create server two foreign data wrapper x; create foreign table f (a int) server two",
    ),
    Case("server's options", both=WRAPPER, there="alter server one options (set host 'b', add port '5')"),
    Case(
        "publications",
        both=TABLES,
        here="create publication p for all tables",
        there="create publication p for table t, u with (publish = 'insert, delete')",
    ),
    Case(
        "publication of nothing",
        both=TABLES,
        here="create publication p with (publish = '')",
        there="create publication p with (publish_via_partition_root)",
    ),
    Case(
        "published columns and rows",
        both=TABLES,
        here="create publication p for table t (a, b) where (a > 1), u",
        there="create publication p for table t (a, c) where (a > 2 and b is null)",
        first=15,
    ),
    Case(
        "published schemas",
        both=TABLES,
        here="create publication p for tables in schema s",
        there="create publication p for tables in schema public, table u",
        first=15,
    ),
    Case(
        "published and dropped",
        there=TABLES + "create publication p for table t; create publication q for table only u",
    ),
    Case(
        "published column of another type",
        both="create publication p;",
        here="create table t (a int primary key, b int); alter publication p add table t where (a > 1)",
        there="create table t (a bigint primary key, b int); alter publication p add table t where (a > 1)",
        first=15,
    ),
    Case(
        "large objects",
        here="select lo_create(4711)",
        there="select lo_create(4712); grant select on large object 4712 to $1",
    ),
)
SUBSCRIPTIONS = (
    ("", "drop"),
    (", slot_name = none", ", slot_name = 'other'"),
    (", binary = true, streaming = on", ", synchronous_commit = 'remote_apply'"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_state_is_reached_from_the_other(case: Case, server: Server, databases: Databases, roles: Roles) -> None:
    check(case, server, databases, roles)


@pytest.mark.parametrize(("here", "there"), SUBSCRIPTIONS)
def test_subscriptions_come_and_go(here: str, there: str, server: Server, databases: Databases, roles: Roles) -> None:
    number = roles()
    scripts = ["" if options == "drop" else SUBSCRIBED % (number, options) for options in (here, there)]
    check(Case("subscription", *scripts), server, databases, roles)


def test_a_subscription_is_started_and_stopped(server: Server, databases: Databases, role: str) -> None:
    current, desired = databases(2)
    make(current, SUBSCRIBED % (role, ""), {})
    make(desired, SUBSCRIBED % (role, "") + f"alter subscription sub_{role} enable", {})
    said = [step.sql for step in plan(catalog(current), catalog(desired)).steps]
    back = [step.sql for step in plan(catalog(desired), catalog(current)).steps]
    make(desired, f"alter subscription sub_{role} disable", {})
    assert (said, back) == ([f"ALTER SUBSCRIPTION sub_{role} ENABLE"], [f"ALTER SUBSCRIPTION sub_{role} DISABLE"])


def test_an_extension_is_updated(server: Server, databases: Databases) -> None:
    current, desired = databases(2)
    make(current, "create extension hstore version '1.4'", {})
    make(desired, "create extension hstore version '1.8'", {})
    made = plan(catalog(current), catalog(desired))
    run(made, current)
    assert made.consent == {Risk.UPGRADES_EXTENSION}
    assert plan(catalog(current), catalog(desired)).groups == ()


SECRETS = """create foreign data wrapper w options (token 'hidden'); create server one foreign data wrapper w
options (host 'a', password 'hidden');
create user mapping for current_user server one options (user 'u', password 'hidden');
create subscription sub_%s connection 'host=a password=hidden dbname=d' publication p with (connect = false);
create subscription uri_%s connection 'postgresql://me:hidden@a/d?sslpassword=hidden&application_name=x' publication p
with (connect = false, slot_name = none);"""


def test_secrets_are_never_written(server: Server, databases: Databases, role: str) -> None:
    current, desired = databases(2)
    make(desired, SECRETS % (role, role), {})
    made = plan(catalog(current), catalog(desired))
    run(made, current)
    assert not any("****" in step.sql or "hidden" in step.sql for step in made.steps)
    assert sum("by hand" in step.why for step in made.steps) == 5


def test_secrets_that_are_there_stay(server: Server, databases: Databases, role: str) -> None:
    current, desired = databases(2)
    make(current, SECRETS % (role, role), {})
    make(desired, SECRETS % (role, role) + "alter server one options (set password 'other', set host 'b')", {})
    made = plan(catalog(current), catalog(desired))
    run(made, current)
    assert [step.sql for step in made.steps] == ["ALTER SERVER one OPTIONS (SET host 'b')"]
    assert plan(catalog(current), catalog(desired)).groups == ()


def test_a_script_says_nothing_of_the_version(server: Server, database: str, scratch: Scratch, tmp_path: Path) -> None:
    script = tmp_path / "wanted.sql"
    script.write_text("create extension hstore; create extension xml2;")
    make(database, "create extension hstore version '1.4'; create schema e; create extension xml2 schema e", {})
    steps = plan(catalog(database), read(str(script), scratch=server.conninfo)).steps
    assert [step.sql for step in steps if "hstore" in step.sql] == []
