"""What another tool sends, recorded while it works on a scratch copy."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
import pytest

from seachange.errors import CommandFailed, NotUnderstood
from seachange.postgres.installation import program
from seachange.postgres.tracing import trace, traced
from tests.plan import migrating
from tests.plugins.program import NEEDS
from tests.plugins.servers import Server

DJANGO = """
from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel("Customer", [
            ("id", models.BigAutoField(primary_key=True)),
            ("name", models.TextField()),
        ]),
        migrations.RunSQL([("INSERT INTO shop_customer (name) VALUES (%s)", ["O'Brien"])]),
    ]
"""
ALEMBIC = """
from alembic import op
import sqlalchemy as sa

revision = "{revision}"
down_revision = {before!r}


def upgrade():
    {body}
"""
KNEX = """
exports.up = async (knex) => {
  await knex.schema.createTable("t", (t) => { t.integer("a"); t.text("b"); });
  await knex("t").insert({ a: 1, b: "it's" });
};
exports.down = (knex) => knex.schema.dropTable("t");
"""
EXTENDED = """
import os, uuid, psycopg
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
    session.execute("create table t (a int, b text, c uuid, d timestamptz, e bytea, f numeric)")
    session.execute("select count(*) from pg_class where relname = %s", ["t"])
    with session.cursor(binary={binary}) as cursor:
        cursor.execute("insert into t values (%s, %s, %s, %s, %b, %s)",
            [7, "it's; $2", uuid.UUID(int=5), "2024-01-02 03:04:05+00", b"\\x00'", None])
    with session.transaction():
        session.execute("insert into t (a) values (8)")
        try:
            with session.transaction():
                session.execute("insert into t (a) values (9)")
                session.execute("insert into nowhere values (1)")
        except psycopg.Error:
            pass
    try:
        with session.transaction():
            session.execute("insert into t (a) values (10)")
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    with session.cursor() as cursor, cursor.copy("copy t (a, b) from stdin") as copy:
        copy.write_row([11, "x\\ty"])
    with session.pipeline():
        session.execute("create table u (a int)")
        session.execute("insert into u values (%s)", [1])
"""


def _psql(server: Server) -> str:
    own = server.installation.bin / "psql"
    return shlex.quote(str(own if own.exists() else program("psql", server.major)))


def texts(line: str, conninfo: str) -> list[str]:
    return [one.sql for one in traced(line, conninfo).up]


def _again(line: str, databases: Callable[[int], Sequence[str]]) -> tuple[list[object], list[object]]:
    """The rows of t that the command makes, and those that its record makes in another database."""
    first, second = databases(2)
    recorded = traced(line, first)
    with psycopg.connect(second, autocommit=True) as session:
        for one in recorded.up:
            if one.rows is None:
                session.execute(one.sql.encode())
            else:
                with session.cursor() as cursor, cursor.copy(one.sql.encode()) as copy:
                    copy.write(one.rows)
    return _rows(first), _rows(second)


def _rows(conninfo: str) -> list[object]:
    with psycopg.connect(conninfo) as session:
        return list(session.execute("select * from t order by a").fetchall())


@pytest.mark.parametrize("binary", [False, True])
def test_parameters_rows_and_what_was_taken_back(
    binary: bool, server: Server, databases: Callable[[int], Sequence[str]], tmp_path: Path
) -> None:
    (tmp_path / "work.py").write_text(EXTENDED.replace("{binary}", str(binary)))
    theirs, ours = _again(f"{sys.executable} {tmp_path}/work.py", databases)
    assert ours == theirs
    assert [row[0] for row in ours] == [7, 8, 11]  # type: ignore[index]


@pytest.mark.newest
def test_psql(server: Server, database: str, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(
        "create table t (a int);\nselect 1;\nselect setval('s', 3);\n\\copy t from stdin\n5\n\\.\n"
    )
    (tmp_path / "b.sql").write_text("create sequence s; -- first\nbegin; select 1; commit;")
    psql = _psql(server)
    said = trace(f"{psql} -v ON_ERROR_STOP=1 -f {tmp_path}/b.sql -f {tmp_path}/a.sql", database)
    assert [one.words[0] for one in said.migration.up] == ["CREATE", "CREATE", "SELECT", "COPY"]
    assert said.migration.up[-1].rows == b"5\n"
    assert [one.place.rpartition(":")[2] for one in said.migration.up] == ["1", "2", "3", "4"]
    assert "select 1" in said.passed_over


@pytest.mark.newest
def test_several_statements_in_one_query_are_a_transaction(server: Server, database: str) -> None:
    psql = _psql(server)
    assert texts(f"{psql} -c 'create table t (a int); create table u (a int)'", database) == [
        "BEGIN",
        "create table t (a int)",
        "create table u (a int)",
        "COMMIT",
    ]


@pytest.mark.newest
def test_alembic(server: Server, database: str, tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    create = 'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))'
    index = 'op.execute("set local lock_timeout = \'3s\'"); op.create_index("t_name", "t", ["name"])'
    (tmp_path / "versions" / "1.py").write_text(ALEMBIC.format(revision="1", before=None, body=create))
    (tmp_path / "versions" / "2.py").write_text(ALEMBIC.format(revision="2", before="1", body=index))
    (tmp_path / "alembic.ini").write_text(f"[alembic]\nscript_location = {tmp_path}\npath_separator = os\n")
    (tmp_path / "env.py").write_text(
        migrating.ENV.format(url="X").replace("'X'", "__import__('os').environ['DATABASE_URL']")
    )
    recorded = traced(f"cd {tmp_path} && {sys.executable} -m alembic upgrade head", database)
    assert [one.words[:2] for one in recorded.up] == [
        ("BEGIN",),
        ("CREATE", "TABLE"),
        ("COMMIT",),
        ("BEGIN",),
        ("SET", "LOCAL"),
        ("CREATE", "INDEX"),
        ("COMMIT",),
    ]
    assert recorded.settings[5] == {"lock_timeout": "3s"}
    assert len(recorded.block_of(5)) == 4
    assert recorded.name == f"run:cd {tmp_path} && {sys.executable} -m alembic upgrade head"
    for one in recorded.up:
        assert recorded.raw[one.start : one.end].decode() == one.text


@pytest.mark.newest
def test_django(server: Server, database: str, tmp_path: Path) -> None:
    (tmp_path / "shop" / "migrations").mkdir(parents=True)
    for path in ("shop/__init__.py", "shop/migrations/__init__.py"):
        (tmp_path / path).touch()
    (tmp_path / "shop" / "migrations" / "0001_first.py").write_text(DJANGO)
    pairs = "'NAME': E['PGDATABASE'], 'USER': E['PGUSER'], 'HOST': E['PGHOST'], 'PORT': E['PGPORT']"
    (tmp_path / "settings.py").write_text("from os import environ as E\n" + migrating.SETTINGS.format(pairs))
    line = f"cd {tmp_path} && DJANGO_SETTINGS_MODULE=settings {sys.executable} -m django migrate"
    recorded = [one for one in traced(line, database).up if one.words[0] not in ("BEGIN", "COMMIT")]
    assert [one.words[:2] for one in recorded] == [("CREATE", "TABLE"), ("INSERT", "INTO")]
    assert "O''Brien" in recorded[1].sql


@pytest.mark.newest
def test_knex(server: Server, database: str, tmp_path: Path) -> None:
    """Its driver sends parameters as text, and its lock and its migrations go through several sessions."""
    if not migrating.TOOLS["knex"].found():
        pytest.skip(f"{NEEDS} knex")
    (tmp_path / "migrations").mkdir()
    (tmp_path / "node_modules").symlink_to(migrating.NODE)
    (tmp_path / "knexfile.js").write_text("module.exports = { client: 'pg', connection: process.env.DATABASE_URL };")
    (tmp_path / "migrations" / "1_a.js").write_text(KNEX)
    recorded = traced(f"cd {tmp_path} && {migrating.NODE}/.bin/knex migrate:latest", database)
    assert [one.sql.rstrip(";") for one in recorded.up] == [
        "BEGIN",
        'create table "t" ("a" integer, "b" text)',
        """insert into "t" ("a", "b") values ('1', 'it''s')""",
        "COMMIT",
    ]


@pytest.mark.newest
def test_no_password_is_recorded(server: Server, database: str, role: str) -> None:
    psql = _psql(server)
    recorded = traced(f"""{psql} -c "create role {role} password 'verysecret'" """, database)
    assert b"verysecret" not in recorded.raw
    assert role in recorded.up[0].text


@pytest.mark.newest
def test_a_command_that_fails_or_sends_nothing(server: Server, database: str) -> None:
    psql = _psql(server)
    with pytest.raises(CommandFailed, match="nowhere"):
        traced(f"{psql} -v ON_ERROR_STOP=1 -c 'drop table nowhere'", database)
    with pytest.raises(NotUnderstood, match="sent nothing"):
        traced("true", database)
