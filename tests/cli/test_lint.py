"""`seachange lint` as people and jobs use it."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import click
import msgspec
import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg.conninfo import conninfo_to_dict

from seachange.checks import checks
from seachange.cli.main import cli
from seachange.errors import NotUnderstood
from tests.lint.saying import having, replacing
from tests.plugins.servers import Server

DROP = "DROP TABLE orders;\n"


def call(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["lint", *map(str, arguments)], input=stdin, standalone_mode=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a project is."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def drop(folder: Path) -> Path:
    path = folder / "1.sql"
    path.write_text(DROP)
    return path


def told(result: Result) -> Any:
    assert result.exception is None, result.exception
    return msgspec.json.decode(result.stdout_bytes)


def test_text_says_where_what_and_how_else(drop: Path) -> None:
    result = call("1.sql", "--only", "drop-table")
    assert result.return_value == 1
    assert result.stdout.splitlines() == [
        "1.sql:1:1  error  drop-table  DL01",
        "  1 │ DROP TABLE orders;",
        *result.stdout.splitlines()[2:-4],
        "      ALTER TABLE orders RENAME TO orders_dropped;",
        "",
        "1 error in 1 file.",
        "More on a check: seachange lint --explain drop-table",
    ]


def test_nothing_wrong(folder: Path) -> None:
    (folder / "1.sql").write_text("SELECT 1;")
    result = call("1.sql")
    assert (result.return_value, result.stdout) == (0, "Nothing is wrong in 1 file.\n")


@pytest.mark.parametrize(("level", "code"), [("error", 1), ("warning", 1), ("note", 1), ("never", 0)])
def test_exit_code_is_as_asked_for(drop: Path, level: str, code: int) -> None:
    assert call(drop, "--only", "drop-table", "--fail-on", level).return_value == code


@pytest.mark.parametrize(("severity", "code"), [("error", 1), ("warning", 0), ("note", 0)])
def test_severity_of_the_settings_decides(folder: Path, drop: Path, severity: str, code: int) -> None:
    (folder / "seachange.toml").write_text(f'[lint]\nonly = ["drop-table"]\nseverity = {{ DL01 = "{severity}" }}\n')
    assert call(drop).return_value == code


def test_settings_of_a_project(folder: Path, drop: Path) -> None:
    (folder / "seachange.toml").write_text(
        '[lint]\npg-version = 15\nassume-in-transaction = true\nonly = ["drop-table"]\nfail-on = "never"\n'
        '[[lint.allow]]\nfiles = ["1*"]\nchecks = ["drop-table"]\nbecause = "it is old"\n'
    )
    result = call(drop.name, "--format", "json")
    assert told(result)["version"] == 150000
    assert told(result)["remarks"][0]["allowed"] == {"reason": "it is old", "by": "seachange.toml"}


@pytest.mark.parametrize(
    "settings",
    ['exclude = ["drop-tabel"]', 'fail-on = "sometimes"', "[[lint.allow]]\nfiles = []\nchecks = []", "pg-version = 9"],
)
def test_settings_that_are_none_are_refused(folder: Path, drop: Path, settings: str) -> None:
    (folder / "seachange.toml").write_text(f"[lint]\n{settings}\n")
    assert isinstance(call(drop).exception, NotUnderstood)


def test_a_name_that_is_nearly_right_is_answered_with_the_right_one(drop: Path) -> None:
    error = call(drop, "--only", "drop-tabel").exception
    assert isinstance(error, NotUnderstood)
    assert "drop-table" in error.advice


def test_from_stdin(folder: Path) -> None:
    result = call("-", "--only", "DL01", "--format", "json", stdin=DROP)
    assert told(result)["remarks"][0]["place"]["file"] == "<stdin>"


def test_files_of_a_folder_in_the_order_of_their_numbers(folder: Path) -> None:
    for number in (10, 9, 1):
        (folder / f"{number}.sql").write_text(DROP)
    assert told(call(".", "--format", "json"))["files"] == ["1.sql", "9.sql", "10.sql"]


def test_what_cannot_be_read_hides_nothing_else(folder: Path, drop: Path) -> None:
    (folder / "0.sql").write_bytes(b"SELECT 1;\0")
    (folder / "2.sql").write_bytes(b"\xff\xfe\x00")
    result = call(".", "--only", "drop-table")
    assert result.return_value == 2
    assert result.stdout.count("not read") == 2
    assert "1.sql:1:1  error" in result.stdout


@pytest.mark.parametrize("name", ["none.sql", "empty"])
def test_nothing_to_read(folder: Path, name: str) -> None:
    (folder / "empty").mkdir()
    assert isinstance(call(name).exception, NotUnderstood)


@pytest.mark.parametrize("arguments", [(), ("--fix",), ("-", "--fix"), ("1.sql", "--fix", "--diff")])
def test_what_makes_no_sense_is_refused(drop: Path, arguments: tuple[str, ...]) -> None:
    assert isinstance(call(*arguments).exception, click.UsageError)


def test_fix_changes_files_and_diff_only_shows_it(drop: Path) -> None:
    drop.chmod(0o640)
    with having(replacing("first", "TABLE", "VIEW")):
        shown = call("1.sql", "--only", "first", "--diff")
        assert drop.read_text() == DROP
        done = call("1.sql", "--only", "first", "--fix")
    assert shown.return_value == 1
    assert "-DROP TABLE orders;\n+DROP VIEW orders;\n" in shown.stdout
    assert (done.return_value, drop.read_text()) == (0, "DROP VIEW orders;\n")
    assert drop.stat().st_mode & 0o777 == 0o640
    assert "1.sql was changed for first." in done.stdout


@pytest.mark.parametrize(
    ("name", "start"), [("a.sarif", "{\n"), ("a.html", "<!doctype html>"), ("a.md", "## Lint"), ("a.txt", "1.sql:1:1")]
)
def test_the_ending_of_a_file_tells_its_form(folder: Path, drop: Path, name: str, start: str) -> None:
    assert call("1.sql", "-o", name).stdout == ""
    assert (folder / name).read_text().startswith(start)


@pytest.mark.newest
def test_password_of_the_source_is_never_shown(database: str, drop: Path) -> None:
    parts = conninfo_to_dict(database)
    secret = (
        f"postgresql://{parts['user']}:s3cret@/{parts['dbname']}?host={parts['host']}&port={parts.get('port', 5432)}"
    )
    for form in ("text", "json", "sarif", "github", "markdown", "html"):
        result = call(drop, "--against", secret, "--format", form)
        assert result.exception is None
        assert "s3cret" not in result.output


@pytest.mark.parametrize("name", checks())
def test_each_check_is_explained(name: str) -> None:
    result = call("--explain", name)
    assert result.stdout.startswith(f"# {name}\n")


def test_list_has_every_check(folder: Path) -> None:
    assert {one["name"] for one in told(call("--format", "json", "--list"))} == checks().keys()
    assert all(name in call("--list").stdout for name in checks())


TOOL = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
    session.execute("create table if not exists applied (id int)")
    if session.execute("select to_regclass('orders')").fetchone()[0]:
        session.execute("drop table orders")
"""


@pytest.mark.newest
def test_what_another_tool_would_do_to_the_state(folder: Path, server: Server) -> None:
    (folder / "tool.py").write_text(TOOL)
    (folder / "state.sql").write_text("CREATE TABLE orders (id bigint PRIMARY KEY);")
    run = f"run:{shlex.join([sys.executable, 'tool.py'])}"
    result = call(run, "--against", "state.sql", "--only", "drop-table", "--format", "json")
    (remark,) = told(result)["remarks"]
    assert (remark["about"], remark["place"]["line"], remark["place"]["file"]) == ("orders", 2, run)
    assert told(call(run, "--only", "drop-table", "--format", "json"))["remarks"] == []


def test_many_files_are_looked_at_by_several_processes_alike(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 12):
        (folder / f"{number}.sql").write_text(DROP * number)
    (folder / "12.sql").write_bytes(b"SELECT 1;\0")
    (folder / "13.sql").write_text(f"-- seachange: allow-file drop-table because it is old\n{DROP}")
    alone = call(".", "--format", "json")
    monkeypatch.setattr("seachange.lint.sharing.FEW", 3)
    monkeypatch.setattr("os.sched_getaffinity", lambda process: set(range(4)))
    assert told(call(".", "--format", "json")) == told(alone)
    assert len(told(alone)["unread"]) == 1


def test_included_files_are_looked_at_where_they_are_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "1.sql").write_text("CREATE TABLE orders (id int);\n\\i 2.sql\n")
    (folder / "2.sql").write_text(DROP)
    monkeypatch.setattr("seachange.lint.sharing.FEW", 1)
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0, 1})
    assert told(call("1.sql", "2.sql", "--only", "drop-table", "--format", "json"))["remarks"] == []
    assert len(told(call("2.sql", "--only", "drop-table", "--format", "json"))["remarks"]) == 1


@pytest.mark.newest
def test_what_statements_do_is_measured_on_a_copy_and_not_in_the_database(database: str, folder: Path) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("create table orders (id int, note varchar(20))")
        session.execute("insert into orders select n, 'x' from generate_series(1, 100) n")
    (folder / "1.sql").write_text(
        "ALTER TABLE orders ALTER id TYPE bigint;\nALTER TABLE orders ALTER note TYPE text;\n"
    )
    result = call("1.sql", "--against", database, "--measure", "--format", "json", "--with", "all")
    effects = {remark["place"]["line"]: remark["effect"] for remark in told(result)["remarks"]}
    assert effects[1]["measured"]
    assert [(one["relation"], one["lock"], one["work"]) for one in effects[1]["touched"]] == [
        ("orders", "ACCESS EXCLUSIVE", "written anew")
    ]
    with psycopg.connect(database) as session:
        assert session.execute("select pg_typeof(id)::text from orders limit 1").fetchone() == ("integer",)


@pytest.mark.parametrize("arguments", [("1.sql",), ("1.sql", "--against", "1.sql", "--fix"), ("--against", "1.sql")])
def test_what_cannot_be_measured_is_refused(drop: Path, arguments: tuple[str, ...]) -> None:
    assert isinstance(call(*arguments, "--measure").exception, click.UsageError)
