"""What checks say that the server refuses, it refuses; what they let pass, it takes.  The judge is each server."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from seachange.sql.migration import taken_apart
from tests.checks.test_cases import ALL, MARK
from tests.checks.test_cases import CASES as CASES_FOLDER
from tests.plugins.servers import Server

REFUSED = {
    "check-violations": "23514",
    "ddl-after-dml-deferred": "55006",
    "fk-orphans": "23503",
    "not-null-violations": "23502",
    "required-column-no-default": "23502",
    "unique-violations": "23505",
    "upsert-without-unique-key": "42P10",
    "view-replace-incompatible": "42P16",
}
CASES = [path for path in ALL if path.parent.name in REFUSED and MARK in path.read_text()]


def _run(path: Path, conninfo: str) -> str:
    """The SQLSTATE that a case's script ends with; empty where it passes."""
    state, _, script = path.read_text().partition(MARK)
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(state.encode())
        try:
            for written in taken_apart(script.encode(), path.name).up:
                session.execute(written.sql.encode())
        except psycopg.Error as error:
            return error.sqlstate or ""
    return ""


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_server_agrees(path: Path, server: Server, database: str) -> None:
    wanted = REFUSED[path.parent.name] if path.name.startswith("bad") else ""
    assert _run(path, database) == wanted


FAILING = {
    "ambiguous-plpgsql-name/bad_result": ("SELECT large()", "42702"),
    "ambiguous-plpgsql-name/bad_parameter": ("SELECT total_of(1)", "42702"),
    "ambiguous-plpgsql-name/bad_conflict": ("SELECT put()", "42702"),
    "ambiguous-plpgsql-name/good_settled": ("SELECT large()", ""),
    "ambiguous-plpgsql-name/good_told_apart": ("SELECT large(1)", ""),
    "function-body-missing-object/bad_relation": ("SELECT many()", "42P01"),
    "function-body-missing-object/bad_column": ("SELECT many()", "42703"),
    "function-body-missing-object/bad_written_column": ("SELECT put()", "42703"),
    "function-body-missing-object/good_there": ("SELECT many(1)", ""),
    "function-cannot-run/bad_no_such_function": ("SELECT number()", "42883"),
    "function-cannot-run/bad_days_between_dates": ("SELECT age_of(1)", "42883"),
    "function-cannot-run/bad_result": ("SELECT middle()", "42804"),
    "function-cannot-run/bad_array_of_texts": ("SELECT is_open(1, 2)", "42883"),
    "function-cannot-run/good_runs": ("SELECT middle(1)", ""),
    "impossible-predicate/bad_state_function": ("SELECT fine()", "22P02"),
    "upsert-without-unique-key/bad_state_function": ("SELECT put(1, 'x')", "42P10"),
}
"""What calls the function of a case, and the SQLSTATE that comes of it; empty where it works."""


@pytest.mark.parametrize("case", FAILING)
def test_function_fails_as_told(case: str, server: Server, database: str) -> None:
    call, wanted = FAILING[case]
    state, _, script = (CASES_FOLDER / f"{case}.sql").read_text().partition(MARK)
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(state.encode() + script.encode())
        if not wanted:
            session.execute(call.encode())
            return
        with pytest.raises(psycopg.Error) as failed:
            session.execute(call.encode())
    assert failed.value.sqlstate == wanted
