"""Dumps, real databases and other tools' cases loaded."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import psycopg
import pytest

from seachange.errors import NotUnderstood, StatementRefused
from seachange.postgres.load import load
from seachange.sql.script import read, take_apart
from tests.corpus import corpus

debian = pytest.mark.versions(min=15, max=15)  # it alone has every extension


def test_a_dump_with_everything_that_dumps_hold(database: str) -> None:
    text = (
        "\\restrict 1x\nSET statement_timeout = 0;\nSET a_setting_of_the_future = 0;\nSET client_encoding = 'UTF8';\n"
        "SELECT pg_catalog.set_config('search_path', '', false);\nSET default_table_access_method = heap;\n"
        "CREATE TABLE public.t (a int, b text);\nCOPY public.t (a, b) FROM stdin;\n1\tit's;\n2\t\\N\n\\.\n"
        "ALTER TABLE ONLY public.t ADD CONSTRAINT t_a UNIQUE (a);\n\\unrestrict 1x\n"
    )
    findings = load(database, (take_apart(text.encode(), "dump"),), own_server=True)
    with psycopg.connect(database) as session:
        assert session.execute("select a, b from t order by a").fetchall() == [(1, "it's;"), (2, None)]
    assert [finding.about for finding in findings] == ["a_setting_of_the_future"]


REAL = (
    "2-eight-stages/states/legacy.nogis.sql",
    "4-travel/states/after_production.sql",
    "5-event-analytics/states/consolidated_after.sql",
)


@debian
@pytest.mark.parametrize("path", REAL)
def test_real_states_load_fast(database: str, path: str) -> None:
    script = read(corpus("real") / path)
    began = perf_counter()
    findings = load(database, (script,), own_server=True)
    assert perf_counter() - began < 5
    assert {finding.check for finding in findings} <= {"function-body"}


@debian
@pytest.mark.parametrize("shuffle", range(3))
def test_a_real_folder_in_any_order_fails_only_for_its_own_mistakes(database: str, shuffle: int) -> None:
    """Thirteen migrations that need one another; people recorded the eight statements that are wrong in them."""
    real = corpus("real/3-legacy-to-postgis")
    mistakes = {
        (record["file"], mistake["code"])
        for record in json.loads((real / "expected/errors_empty.json").read_text())
        for mistake in record["list"]
    }
    files = sorted((real / "files").glob("0*.sql"))[:13]
    random.Random(shuffle).shuffle(files)
    load(database, (read(real / "states/base22.postgis.sql"),), own_server=True)
    with pytest.raises(StatementRefused) as refused:
        load(database, [read(path) for path in files], own_server=True)
    assert any(f"{file}:" in refused.value.message and f"({code})" in refused.value.message for file, code in mistakes)
    for file in {path.name for path in files} - {file for file, _ in mistakes}:
        assert file not in refused.value.message


@pytest.mark.newest
def test_a_real_syntax_error_has_its_place(database: str) -> None:
    path = corpus("real/2-eight-stages/stages/stage6_triggers.sql")
    with pytest.raises(StatementRefused, match=r"stage6_triggers\.sql:158: .*\(42601\)"):
        load(database, (read(path),), own_server=True)


def test_a_script_that_makes_a_second_database_is_refused_by_its_command() -> None:
    path = corpus("real/3-legacy-to-postgis/files/014_create_test_database.sql")
    with pytest.raises(NotUnderstood, match=r"014_create_test_database\.sql:12: psql's \\gexec"):
        read(path)


CASES = ("migra/everything", "pg-delta/subscription-operations--replication-options", "pgschema/*alter_view*")


@debian
@pytest.mark.parametrize("case", CASES)
def test_cases_of_other_tools(databases: Callable[[int], tuple[str, ...]], case: str) -> None:
    sides = [path for side in ("old", "new") for path in sorted(corpus("cases").glob(f"{case}/{side}.sql"))]
    assert sides
    for path, database in zip(sides, databases(len(sides)), strict=True):
        load(database, (read(path),), own_server=True)


def test_truncated_dumps_are_refused(tmp_path: Path) -> None:
    half = tmp_path / "half.sql"
    half.write_bytes(corpus("real/4-travel/states/base.sql").read_bytes()[:20_000])
    with pytest.raises(NotUnderstood, match="ends in the middle"):
        read(half)
