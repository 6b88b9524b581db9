"""What belongs to the whole server comes, goes and changes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from seachange.postgres.account import account
from seachange.postgres.scratch import Scratch
from seachange.postgres.server import running
from tests.catalog.probes import HERE
from tests.planner.converging import catalog
from tests.planner.rules.cases import Case, Databases, Roles, check
from tests.planner.rules.probing import complaints, gone_over
from tests.plugins.servers import Server

IN_PLACE = ("tablespace", "tablespace dropped")
"""Tablespaces within the server's own folder are for tests: plans do not make any."""


def test_what_is_of_the_cluster_goes_there_and_back(server: Server, scratch: Scratch) -> None:
    assert complaints(HERE / "cluster.sql", server, scratch, IN_PLACE) == {}


CASES = (
    Case(
        "settings of the database and of roles in it",
        here="""do $$ begin
        execute format('alter database %I set search_path = "$user", "a, b", public', current_database());
        execute format('alter database %I set app.key = ''100%% it''''s''', current_database());
        execute format('alter role $1 in database %I set work_mem = ''7MB''', current_database()); end $$""",
        there="""do $$ begin
        execute format('alter database %I set search_path = ''''', current_database());
        execute format('alter database %I set datestyle = ''ISO, DMY''', current_database());
        execute format('alter role $1 in database %I set work_mem = ''8MB''', current_database()); end $$""",
    ),
    Case(
        "the database takes fewer",
        there="do $$ begin execute format('alter database %I connection limit 5', current_database()); end $$",
    ),
)
ROLES = (
    ("a role with all that it may", "create role a login createdb createrole noinherit bypassrls connection limit 3"),
    (
        "a role of an odd name",
        """create role "it's ""odd"" too" valid until '2040-01-01'; comment on role "it's ""odd"" too" is 'x'""",
    ),
    (
        "settings of a role",
        """create role a; alter role a set search_path = "$user", x; alter role a set app.key = 'y'""",
    ),
    (
        "members",
        """create role a; create role b; create role c;
        grant a to b with admin option; grant b to c; grant pg_monitor to c""",
    ),
    (
        "members by others",
        """create role a; create role b; create role c;
        grant a to b with admin option; set role b; grant a to c; reset role""",
    ),
    (
        "what a role has",
        """create role a; create role b; create schema s authorization a; create table s.t (x int);
        alter table s.t owner to a; grant select on s.t to b;
        alter default privileges for role a grant select on tables to b;
        create policy p on s.t to b using (true); create foreign data wrapper w;
        create server v foreign data wrapper w; create user mapping for b server v;
        do $$ begin
          execute format('alter role b in database %I set work_mem = ''7MB''', current_database());
        end $$""",
    ),
    (
        "parameters",
        """create role a; grant set, alter system on parameter work_mem to a;
        grant set on parameter app.x to a with grant option""",
    ),
    ("members who neither inherit nor set", "create role a; create role b; grant a to b with inherit false, set false"),
)
SINCE = {"parameters": 15, "members who neither inherit nor set": 16}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_state_is_reached_from_the_other(case: Case, server: Server, databases: Databases, roles: Roles) -> None:
    check(case, server, databases, roles)


def test_roles_come_and_go(server: Server) -> None:
    """On a server of their own, for roles are everybody's."""
    with running(server.installation) as conninfo:
        for title, script in ROLES:
            if SINCE.get(title, 0) <= server.major:
                assert list(_wrong(conninfo, script)) == [], title


def _wrong(conninfo: str, script: str) -> Iterator[str]:
    before = catalog(conninfo, cluster=True)
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(script.encode())
    after = catalog(conninfo, cluster=True)
    yield from gone_over(after, before, conninfo)
    yield from gone_over(before, after, conninfo)
    yield from gone_over(after, before, conninfo)


@pytest.mark.newest
def test_a_tablespace_comes_and_goes(server: Server, tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="seachange-test-", dir="/tmp"))
    account().own(folder)
    with running(server.installation) as conninfo:
        script = f"create tablespace spot location '{folder}' with (random_page_cost = 2)"
        assert list(_wrong(conninfo, script)) == []
    shutil.rmtree(folder)
