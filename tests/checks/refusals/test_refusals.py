"""What PostgreSQL refuses, the checks predict, with its SQLSTATE; where it lets a statement pass, they are silent.

Each statement of `statements.sql` is run by itself on the state of `before.sql`, and taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from seachange.checks import Known, Told, checks, looked_at
from seachange.checks.check import Verdict
from seachange.checks.world import World
from seachange.postgres.extract import extract
from seachange.postgres.scratch import Scratch
from seachange.sql.migration import taken_apart
from tests.plugins.servers import Server

HERE = Path(__file__).parent
STATEMENTS = [one.text for one in taken_apart((HERE / "statements.sql").read_bytes(), "statements.sql").up]
FIRST, LAST = 1, 16
"""The checks CM01 to CM16 each predict one sort of refusal; CM17 to CM19 ask for versions and rights."""
PREDICTING = {
    name for name, check in checks().items() if check.code[:2] == "CM" and FIRST <= int(check.code[2:]) <= LAST
}


@pytest.fixture(scope="module")
def session(server: Server, scratches: object) -> Iterator[psycopg.Connection]:
    scratch: Scratch = scratches(server)  # type: ignore[operator]
    with scratch.empty() as conninfo, psycopg.connect(conninfo) as found:
        found.execute((HERE / "before.sql").read_bytes())
        found.commit()
        yield found


@pytest.fixture(scope="module")
def known(session: psycopg.Connection) -> Known:
    found = Known(World(extract(session)), session.info.server_version)
    session.rollback()
    return found


def _refusal(statement: str, session: psycopg.Connection) -> str:
    """The SQLSTATE with which PostgreSQL refuses it; empty where it does not."""
    try:
        with session.transaction(force_rollback=True):
            session.execute(statement.encode())
    except psycopg.Error as error:
        return error.sqlstate or ""
    return ""


def _said(statement: str, known: Known) -> list[Told]:
    told = looked_at([taken_apart(statement.encode(), "statement.sql")], known, PREDICTING)
    return [one for one in told if one.remark.verdict is Verdict.FLAGGED]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_refusals_are_predicted(statement: str, session: psycopg.Connection, known: Known) -> None:
    state, said = _refusal(statement, session), _said(statement, known)
    assert [one.remark.message for one in said if f"({state})" not in one.remark.message] == []
    assert bool(said) is bool(state)
