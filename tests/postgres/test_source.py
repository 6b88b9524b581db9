"""What sources mean, and the databases they become."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest

from seachange.errors import NotUnderstood
from seachange.postgres import command, making
from seachange.postgres.installation import program
from seachange.postgres.making import opened
from seachange.postgres.scratch import Scratch, beside
from seachange.postgres.source import Archive, Command, Live, Scripts, Snapshot, parse
from tests.plugins.servers import Server

pytestmark = pytest.mark.newest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings are kept in the test's own folder."""
    monkeypatch.setattr(making.account, "cache", lambda: tmp_path / "cache")


def tables(conninfo: str) -> list[str]:
    query = "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1"
    with psycopg.connect(conninfo) as session:
        return [name for (name,) in session.execute(query)]


@pytest.mark.parametrize(
    "text",
    ["", "postgresql://", "postgres://u@h/d", "postgresql:///d?host=/tmp", "service=shop", "host=a dbname='b c'"],
)
def test_live_databases(text: str) -> None:
    assert parse(text) == Live(text)


def test_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    paths = tuple(tmp_path / name for name in ("a.sql", "b/c/z.sql", "b/d.SQL"))
    for path in paths:
        path.write_text("select 1")
    (tmp_path / "b/notes.txt").write_text("no")
    assert parse(str(tmp_path)) == Scripts(paths)
    assert parse(str(paths[0])) == Scripts(paths[:1])


def test_a_file_comes_before_a_conninfo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a=b.sql").write_text("select 1")
    assert parse("a=b.sql") == Scripts((Path("a=b.sql"),))


def test_files_are_known_by_what_they_hold(tmp_path: Path) -> None:
    contents = {
        "custom": b"PGDMP\x01\x10",
        "tar.sql": b"toc.dat" + b"\0" * 600,
        "plain.dump": b"--\n-- PostgreSQL database dump\n--\n",
        "x.snapshot": b"{}",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/toc.dat").write_bytes(b"PGDMP")
    assert parse(str(tmp_path / "custom")) == Archive(tmp_path / "custom")
    assert parse(str(tmp_path / "tar.sql")) == Archive(tmp_path / "tar.sql")
    assert parse(str(tmp_path / "folder")) == Archive(tmp_path / "folder")
    assert parse(str(tmp_path / "plain.dump")) == Scripts((tmp_path / "plain.dump",))
    assert parse(str(tmp_path / "x.snapshot")) == Snapshot(tmp_path / "x.snapshot")


def test_commands() -> None:
    assert parse("run:psql -f a=b") == Command("psql -f a=b")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nowhere.sql", "There is no nowhere.sql"),
        ("empty", "The folder empty holds no .sql file"),
        ("notes.txt", "notes.txt is neither SQL"),
        ("run: ", "names no command"),
        ("host=a geheim", "not one that libpq understands"),
        ("postgresql://u:geheim@[h/d", "not one that libpq understands"),
    ],
)
def test_what_is_no_source(text: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("notes.txt").write_text("hello")
    with pytest.raises(NotUnderstood) as refused:
        parse(text)
    assert words in refused.value.message
    assert refused.value.advice
    assert "geheim" not in refused.value.message


def test_scripts_are_loaded_once_and_told_of_twice(tmp_path: Path, scratch: Scratch) -> None:
    path = tmp_path / "a.sql"
    path.write_text(f"create table once_{os.getpid()} (); create function f() returns int language sql as 'select x'")
    with opened(parse(str(path)), scratch) as first, opened(parse(str(path)), scratch) as second:
        assert second.conninfo == first.conninfo
        assert [finding.about for finding in second.findings] == ["function f()"]
        assert second == first
    path.write_text("create table other ()")
    with opened(parse(str(path)), scratch) as third:
        assert tables(third.conninfo) == ["other"]


def test_a_file_that_another_includes_is_read_once(tmp_path: Path, scratch: Scratch) -> None:
    (tmp_path / "a.sql").write_text("create table a ()")
    (tmp_path / "main.sql").write_text("\\ir a.sql\ncreate table b ()")
    with opened(parse(str(tmp_path)), scratch) as made:
        assert tables(made.conninfo) == ["a", "b"]


@pytest.fixture
def dumped(database: str, role: str) -> Iterator[str]:
    """A database with an owner, a grant, a setting and rows."""
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(
            f"""create table t (a int); insert into t values (1); create role {role}; grant select on t to {role};
                comment on table t is 'it''s'; create table u (); alter table u owner to {role};
                do $$ begin execute format('alter database %I set work_mem = ''7MB''', current_database()); end $$"""
        )
        yield database
        session.execute("drop table t, u")


@pytest.mark.parametrize("form", ["plain", "custom", "directory", "tar"])
def test_dumps_of_every_format(form: str, dumped: str, role: str, tmp_path: Path, server: Server) -> None:
    dump = tmp_path / "dump"
    subprocess.run([program("pg_dump"), "--create", f"--format={form}", f"--file={dump}", dumped], check=True)
    query = """select (select relowner::regrole::text from pg_class where relname = 'u'), current_setting('work_mem'),
                      has_table_privilege(%s, 't', 'select'), (select a from t), obj_description('t'::regclass)"""
    with (
        beside(server.conninfo) as scratch,  # keeps no template that would hold on to the role
        opened(parse(str(dump)), scratch) as made,
        psycopg.connect(made.conninfo) as session,
    ):
        assert session.execute(query, [role]).fetchone() == (role, "7MB", True, 1, "it's")


def test_a_truncated_archive(dumped: str, tmp_path: Path, scratch: Scratch) -> None:
    dump = tmp_path / "dump"
    subprocess.run([program("pg_dump"), "--format=custom", f"--file={dump}", dumped], check=True)
    dump.write_bytes(dump.read_bytes()[:-200])
    with pytest.raises(NotUnderstood, match="pg_restore cannot read this archive: "), opened(Archive(dump), scratch):
        pass


def test_psql_is_run(tmp_path: Path, scratch: Scratch) -> None:
    (tmp_path / "a.sql").write_text("create table a (); select 'create table b ()' \\gexec\n")
    psql = program("psql")
    with opened(
        parse(f"run:{psql} -f {tmp_path}/a.sql && {psql} $DATABASE_URL -c 'create table c()'"), scratch
    ) as made:
        assert tables(made.conninfo) == ["a", "b", "c"]


ALEMBIC = {
    "alembic.ini": "[alembic]\nscript_location = %(here)s/migrations\n",
    "migrations/env.py": (
        "import os\nfrom alembic import context\nfrom sqlalchemy import create_engine\n"
        "with create_engine(os.environ['DATABASE_URL']).begin() as connection:\n"
        "    context.configure(connection=connection)\n    context.run_migrations()\n"
    ),
    "migrations/versions/one.py": (
        "from alembic import op\nimport sqlalchemy as sa\nrevision = 'one'\ndown_revision = None\n"
        "def upgrade():\n    op.create_table('shop', sa.Column('id', sa.Integer, primary_key=True))\n"
    ),
    "migrations/versions/two.py": (
        "from alembic import op\nimport sqlalchemy as sa\nrevision = 'two'\ndown_revision = 'one'\n"
        "def upgrade():\n    op.add_column('shop', sa.Column('name', sa.Text))\n"
    ),
}


def test_alembic_is_run(tmp_path: Path, scratch: Scratch) -> None:
    for name, text in ALEMBIC.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    with opened(parse(f"run:cd {tmp_path} && {sys.executable} -m alembic upgrade head"), scratch) as made:
        assert tables(made.conninfo) == ["alembic_version", "shop"]
        with psycopg.connect(made.conninfo) as session:
            assert session.execute("select version_num from alembic_version").fetchall() == [("two",)]
            assert session.execute("select id, name from shop").fetchall() == []


def test_no_variable_of_ours_leads_a_command_astray(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    with scratch.empty() as conninfo:
        with monkeypatch.context() as astray:
            for variable in ("PGSERVICE", "PGHOSTADDR", "PGOPTIONS", "PGSSLMODE"):
                astray.setenv(variable, "astray")
            command.run(f"{program('psql')} -c 'create table a ()'", conninfo)
        assert tables(conninfo) == ["a"]


def test_a_command_that_fails_is_told_with_its_last_words(scratch: Scratch) -> None:
    failing = Command("for i in $(seq 50); do echo line $i; done; echo at last >&2; exit 7")
    with pytest.raises(NotUnderstood) as refused, opened(failing, scratch):
        pass
    assert "ended with exit code 7" in refused.value.message
    assert refused.value.message.endswith("    line 50\n    at last")
    assert "line 30\n" not in refused.value.message


def test_what_a_command_leaves_running_is_ended(tmp_path: Path, scratch: Scratch) -> None:
    with opened(Command(f"sleep 60 & echo $! > {tmp_path}/pid"), scratch):
        pid = int((tmp_path / "pid").read_text())
        assert _ends(pid)


def test_an_interrupted_command_leaves_nothing(tmp_path: Path, database: str) -> None:
    program = (
        f"from seachange.postgres.command import run; run('sleep 60 & echo $! > {tmp_path}/pid; wait', {database!r})"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL)
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert process.poll() is None
        sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.wait(10)
    assert _ends(int((tmp_path / "pid").read_text()))


def _ends(pid: int) -> bool:
    """Whether a process is gone soon; one that nobody has waited for counts as gone."""
    end = monotonic() + 5
    while monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        sleep(0.02)
    return False


@pytest.mark.parametrize(
    ("conninfo", "expected"),
    [
        ("host=/tmp/a port=5433 user=u dbname=d", "postgresql://u@/d?host=%2Ftmp%2Fa&port=5433"),
        ("host=h port=1 user='a b' password='p@:/' dbname='d?'", "postgresql://a%20b:p%40%3A%2F@h:1/d%3F"),
        ("host=h dbname=d sslmode=require options=''", "postgresql://h:5432/d?sslmode=require"),
    ],
)
def test_addresses_for_other_tools(conninfo: str, expected: str) -> None:
    assert command.url(conninfo) == expected
    assert command.environment(conninfo)["DATABASE_URL"] == expected
    assert command.environment(conninfo)["PGDATABASE"]
