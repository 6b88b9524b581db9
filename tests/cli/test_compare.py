"""`seachange compare` and `seachange drift` on real databases."""

from __future__ import annotations

from pathlib import Path

import msgspec
import psycopg
import pytest
from click.testing import CliRunner, Result

from seachange.cli.main import cli
from seachange.errors import NotUnderstood
from tests.plugins.states import HOSTILE, Pair


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, env={"COLUMNS": "80"}, standalone_mode=False)


def test_equal_states_are_said_to_be_equal(database: str) -> None:
    result = call("compare", database, database)
    assert result.return_value == 0
    assert "The two states are equal" in result.stdout
    assert result.stderr == ""


def test_a_tree_tells_what_differs_in_80_columns(pair: Pair) -> None:
    result = call("compare", pair.current, pair.desired)
    lines = result.stdout.splitlines()
    assert result.return_value == 1
    assert "    + table shop.carts  3 columns, 2 constraints, 2 indexes" in lines
    assert "    - table shop.gone  1 column" in lines
    assert "        ~ column status  type character varying(20) → text" in lines
    assert "        - index orders_status  (status)" in lines
    assert "          -  -- adds up" in lines
    assert any(line.split()[:3] == ["table", "shop.clients", "shop.customers"] for line in lines)
    assert max(map(len, lines)) <= 80
    assert lines[-1] != lines[-1].rstrip() or lines[-1].endswith("equal.")


def test_names_cannot_steer_the_terminal(pair: Pair) -> None:
    told = call("compare", pair.current, pair.desired).stdout
    assert "esc\\x1b[31m\\u202e" in told
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_json_has_the_shape_that_machines_rely_on(pair: Pair) -> None:
    result = call("compare", pair.current, pair.desired, "--format", "json")
    told = msgspec.json.decode(result.stdout_bytes)
    assert result.stdout_bytes.endswith(b"}\n")
    assert list(told) == ["changes", "parity", "renames", "findings"]
    status = next(change for change in told["changes"] if change["names"] == ["shop", "orders", "status"])
    assert status == {
        "verb": "alter",
        "kind": "table column",
        "names": ["shop", "orders", "status"],
        "args": [],
        "fields": {"type": {"current": "character varying(20)", "desired": "text"}},
    }
    assert {"verb", "kind", "names", "args", "fields"} == set().union(*told["changes"])


def test_markdown_folds_and_escapes(pair: Pair) -> None:
    told = call("compare", pair.current, pair.desired, "--format", "markdown").stdout
    assert "<details><summary><code>+</code> table <b>shop.carts</b> 3 columns" in told
    assert "<b>public.&lt;img src=x onerror=alert(1)&gt;</b>" in told
    assert told.count("<details>") == told.count("</details>") > 4


@pytest.mark.parametrize(
    ("name", "start"), [("a.html", "<!doctype html>"), ("a.md", "## Comparison"), ("a.json", "{"), ("a.txt", "Compar")]
)
@pytest.mark.newest
def test_the_ending_of_a_file_tells_its_form(pair: Pair, tmp_path: Path, name: str, start: str) -> None:
    result = call("compare", pair.current, pair.desired, "-o", str(tmp_path / name))
    assert result.return_value == 1
    assert result.stdout == ""
    assert (tmp_path / name).read_text().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.newest
def test_a_page_cannot_be_broken_out_of(pair: Pair, tmp_path: Path) -> None:
    call("compare", pair.current, pair.desired, "-o", str(tmp_path / "a.html"))
    page = (tmp_path / "a.html").read_text()
    assert HOSTILE not in page
    assert "<img" not in page


@pytest.mark.newest
def test_drift_names_what_moved_since_a_snapshot(database: str, tmp_path: Path) -> None:
    snapshot = str(tmp_path / "then.snapshot")
    assert call("snapshot", database, "-o", snapshot).exception is None
    still = call("drift", database, snapshot)
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("create table public.come (a int)")
    moved = call("drift", database, snapshot)
    assert (still.return_value, moved.return_value) == (0, 1)
    assert "Nothing has moved since the snapshot" in still.stdout
    assert "    + table public.come  1 column" in moved.stdout.splitlines()
    assert "appeared" in moved.stdout


def test_drift_needs_a_snapshot(tmp_path: Path) -> None:
    (tmp_path / "a.snapshot").write_text("select 1;\n")
    missing = call("drift", "host=/nowhere", str(tmp_path / "b.snapshot"))
    other = call("drift", "host=/nowhere", str(tmp_path / "a.snapshot"))
    assert isinstance(missing.exception, NotUnderstood)
    assert "No such file" in missing.exception.message
    assert isinstance(other.exception, NotUnderstood)


@pytest.mark.newest
def test_a_snapshot_goes_to_stdout_and_is_a_source(database: str, tmp_path: Path) -> None:
    (tmp_path / "a.snapshot").write_bytes(call("snapshot", database).stdout_bytes)
    assert call("compare", str(tmp_path / "a.snapshot"), database).return_value == 0


@pytest.mark.newest
def test_patterns_choose_what_is_compared(pair: Pair) -> None:
    only = call("compare", pair.current, pair.desired, "--include", "shop.orders", "--exclude", "index:shop.*")
    told = only.stdout.splitlines()
    assert "    ~ table shop.orders" in told
    assert not any("shop.carts" in line or "orders_status" in line for line in told)


@pytest.mark.newest
def test_a_pattern_that_matches_nothing_is_refused(pair: Pair) -> None:
    result = call("compare", pair.current, pair.desired, "--exclude", "shop.ordres")
    assert isinstance(result.exception, NotUnderstood)
    assert result.exception.message == "nothing matches shop.ordres"


@pytest.mark.newest
def test_sql_files_are_a_source(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("create schema shop; create table shop.gone (a int);")
    result = call("compare", pair.current, str(tmp_path), "--include", "shop.gone", "--include", "shop.orders")
    assert result.return_value == 1
    assert "    - table shop.orders  3 columns, 1 constraint, 2 indexes" in result.stdout.splitlines()
    assert "shop.gone" not in result.stdout
