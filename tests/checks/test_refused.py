"""What checks say that the server refuses, it refuses; what they let pass, it takes.  The judge is each server."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from seachange.sql.migration import taken_apart
from tests.checks.test_cases import ALL, MARK
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
