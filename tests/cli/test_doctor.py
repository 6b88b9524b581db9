"""`seachange doctor` on real servers."""

from __future__ import annotations

import msgspec
import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from seachange.cli.main import cli
from seachange.postgres.doctor import Diagnosis, diagnose
from tests.plugins.servers import Server


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["doctor", *arguments], env={"COLUMNS": "80"}, standalone_mode=False)


def test_a_server_is_described(server: Server, database: str) -> None:
    found = diagnose(database)
    assert found.database is not None
    assert found.database.version.startswith(str(server.major))
    assert found.database.rights.superuser
    assert found.database.rights.unreadable == ()
    assert found.pooler == "none"
    assert ("plpgsql", True) in [(one.name, one.installed is not None) for one in found.database.extensions]
    assert call(database).stdout.splitlines()[-1] == "All that seachange needs is there."


@pytest.mark.newest
def test_a_role_without_rights_is_told_what_it_misses(database: str, role: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(role)))
    told = call(make_conninfo(database, user=role))
    assert f"{role} cannot read pg_user_mapping" in told.stdout
    assert told.return_value is None


@pytest.mark.newest
def test_this_machine_alone_needs_no_server(server: Server) -> None:
    found = msgspec.json.decode(call("--format", "json").stdout_bytes, type=Diagnosis)
    assert found.database is None
    assert server.installation.version in {one.version for one in found.local}
