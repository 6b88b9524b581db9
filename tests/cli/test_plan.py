"""`seachange plan` on real databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import psycopg
import pytest
from click.testing import CliRunner, Result

from seachange.cli import wishes
from seachange.cli.main import cli
from seachange.errors import NotProven, NotUnderstood, NotWritten, SeachangeError
from seachange.plan.folder import load
from seachange.plan.formats import TOOLS

CURRENT = "create table orders (id int primary key, remark text, status text);"
DESIRED = "create table orders (id int primary key, note text, status text); create sequence tickets;"
CASE = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, scratch_server: str, monkeypatch: pytest.MonkeyPatch) -> CASE:
    """Plans from CURRENT to DESIRED, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "current.sql").write_text(CURRENT)
    (tmp_path / "desired.sql").write_text(DESIRED)

    def plan(*arguments: str, current: str = "current.sql", desired: str = "desired.sql") -> Result:
        words = ("plan", current, desired, "--scratch", scratch_server, *arguments)
        return CliRunner().invoke(cli, words, env={"COLUMNS": "80"}, standalone_mode=False)

    return plan


@pytest.fixture
def scratch_server(database: str) -> str:
    """Where the states are made."""
    return database


def refused(result: Result, error: type[SeachangeError], said: str) -> None:
    assert isinstance(result.exception, error), result.exception
    assert said in result.exception.message
    assert result.exception.advice


@pytest.mark.newest
def test_plan_tells_what_it_does(call: CASE) -> None:
    result = call("--no-quarantine")
    lines = result.stdout.splitlines()
    assert result.exception is None
    assert "      CREATE SEQUENCE public.tickets;" in lines
    assert "03 sequences" in lines
    assert max(map(len, lines)) <= 80


@pytest.mark.newest
def test_states_that_are_equal_need_nothing(call: CASE) -> None:
    result = call(desired="current.sql")
    assert "There is nothing to do" in result.stdout
    assert not result.return_value


@pytest.mark.newest
def test_folder_is_written_and_read(call: CASE, tmp_path: Path) -> None:
    assert call("--to", "plan").exception is None
    found = load(tmp_path / "plan")
    assert (found.plan.made_for, found.undo.leads_to) == (found.current.fingerprint, found.current.fingerprint)
    assert found.plan.leads_to == found.undo.made_for
    about = dict(found.about)
    assert about.pop("rehearsed").startswith("proven")
    assert about == {"current": "current.sql", "desired": "desired.sql"}
    assert len(found.seconds) == len(list(found.plan.steps))
    (tmp_path / "plan" / "03_sequences.mine.sql").write_text("SELECT setval('public.tickets', 100)")
    assert "From 03_sequences.mine.sql." in call("--to", "plan").stdout
    added = load(tmp_path / "plan")
    assert len(list(added.plan.steps)) == len(list(found.plan.steps)) + 1
    assert len(added.seconds) in (0, len(list(added.plan.steps)))


@pytest.mark.newest
@pytest.mark.parametrize(
    ("form", "begins"), [("json", b'{"plan":{"made_for":"'), ("markdown", b"## Plan"), ("html", b"<!doctype html>")]
)
def test_every_form(call: CASE, form: str, begins: bytes) -> None:
    told = call("--format", form).stdout_bytes
    assert told.startswith(begins)
    assert b"CREATE SEQUENCE public.tickets" in told


@pytest.mark.newest
def test_what_may_have_been_renamed_is_a_finding(call: CASE) -> None:
    told = msgspec.json.decode(call("--format", "json").stdout_bytes)
    (finding,) = (one for one in told["plan"]["findings"] if one["check"] == "may-be-renamed")
    assert finding["advice"].endswith("--rename public.orders.remark=note")


@pytest.mark.newest
def test_somebody_at_the_terminal_is_asked(call: CASE, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(wishes, "_is_asked", lambda: True)
    monkeypatch.setattr("click.confirm", lambda question, **_: bool(asked.append(question)))
    assert call().exception is None
    assert [question.split("?")[0] for question in asked] == [
        "Was table column public.orders.remark renamed to public.orders.note"
    ]


@pytest.mark.newest
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rename", "public.orders.remark"), "does not say what becomes what"),
        (("--rename", "public.nothing=public.orders"), "nothing is called public.nothing"),
        (("--using", "public.orders.nothing=1"), "no column public.orders.nothing"),
        (("--as", "goose"), "where to write"),
    ],
)
def test_what_makes_no_sense_is_refused(call: CASE, arguments: tuple[str, ...], said: str) -> None:
    refused(call(*arguments), NotUnderstood, said)


@pytest.mark.newest
def test_names_and_expressions_may_hold_what_separates_them(call: CASE) -> None:
    halves = wishes._halves(('public."a=b".c=d=e',), "--using")
    assert list(halves) == [('public."a=b".c', "d=e")]


@pytest.mark.newest
def test_what_is_no_plan_is_not_replaced(call: CASE, tmp_path: Path) -> None:
    refused(call("--to", "."), NotWritten, "cannot replace")
    refused(call("--to", "no/such"), NotWritten, "cannot write")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current.sql", "desired.sql"]


@pytest.mark.newest
@pytest.mark.parametrize("tool", TOOLS)
def test_plan_as_migrations(call: CASE, tmp_path: Path, tool: str) -> None:
    told = call("--as", tool, "--to", "db/migrations").stdout
    files = sorted(str(path.relative_to(tmp_path)) for path in (tmp_path / "db").rglob("*") if path.is_file())
    assert files
    assert all(file in told for file in files)
    before = {file: (tmp_path / file).read_bytes() for file in files}
    assert call("--as", tool, "--to", "db/migrations").exception is None
    kept = {file: (tmp_path / file).read_bytes() for file in files if not file.endswith("sqitch.plan")}
    assert kept.items() <= before.items()


@pytest.mark.newest
def test_sizes_of_tables_are_told(call: CASE, databases: Callable[[int], tuple[str, ...]]) -> None:
    (current,) = databases(1)
    with psycopg.connect(current, autocommit=True) as session:
        session.execute(CURRENT.encode())
        session.execute("insert into orders select i from generate_series(1, 20000) i")
        session.execute("analyze orders")
    told = call("--include", "table:public.orders", current=current).stdout
    assert "20,000" in told


@pytest.mark.newest
def test_what_seachange_toml_says_is_minded_as_long_as_it_fits(call: CASE, tmp_path: Path) -> None:
    (tmp_path / "seachange.toml").write_text(
        "[plan.usings]\n'public.orders.gone' = '1'\n[plan.renames]\n'public.a' = 'b'\n"
    )
    assert call().exception is None
    (tmp_path / "seachange.toml").write_text("[plan.renames]\n'public.orders.status' = 'nothing'\n")
    refused(call(), NotUnderstood, "nothing is called public.orders.status")


def test_plan_is_a_function_too() -> None:
    from seachange import plan
    from seachange.planner import plan as planned

    assert plan is planned


@pytest.mark.newest
def test_values_that_no_cast_converts_are_asked_for(call: CASE, tmp_path: Path) -> None:
    (tmp_path / "numbers.sql").write_text("create table calls (id int primary key, at bigint);")
    (tmp_path / "times.sql").write_text("create table calls (id int primary key, at timestamptz);")
    states = {"current": "numbers.sql", "desired": "times.sql"}
    result = call("--to", "plan", **states)
    assert result.return_value == NotProven.exit_code
    assert "--using" in " ".join(result.stdout.split())
    assert not (tmp_path / "plan").exists()
    result = call("--to", "plan", "--using", "public.calls.at=to_timestamp(at / 1000.0)", **states)
    assert not result.return_value
    assert "does-not-come-back" in {finding.check for finding in load(tmp_path / "plan").plan.findings}
