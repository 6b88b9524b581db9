"""What checks claim of policies, on servers: the bad cases end in the error that is named, the good ones do not."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.plugins.servers import Server

CASES = Path(__file__).parent / "cases"
ERRORS = {
    "policy-current-setting-no-missing-ok": "42704",
    "policy-setting-empty-string-cast": "22P02",
    "policy-self-recursion": "42P17",
    "insert-policy-without-check": "42501",
}
ALL = [path for name in ERRORS for path in sorted((CASES / name).glob("*.sql"))]
SETTINGS = ("app.tenant_id", "app.title", "request.jwt.claims")
ROW = "insert into doc (id, tenant_id) values (%s, gen_random_uuid())"


@pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_errors_are_as_told(path: Path, server: Server, database: str) -> None:
    wanted = ERRORS[path.parent.name]
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(path.read_bytes())
        if session.execute("select to_regclass('doc')").fetchone() == (None,):
            pytest.skip("the case is about another table")
        session.execute(ROW.encode(), [1])
        session.execute("grant all on all tables in schema public to pg_monitor")
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("set role pg_monitor")
        codes = _codes(session, emptied=wanted == "22P02", writing=wanted in {"42501", "42P17"})
    assert (wanted in codes) is path.name.startswith("bad")


def _codes(session: psycopg.Connection, *, emptied: bool, writing: bool) -> set[str | None]:
    """The errors of a reader, and of a writer if so wished; after a transaction that set the settings, if so wished."""
    if emptied:
        with session.transaction():
            for setting in SETTINGS:
                session.execute("select set_config(%s, null, true)", [setting])
    found = set()
    for statement in [
        "select * from doc",
        *(["insert into doc (id, tenant_id) values (6, gen_random_uuid())"] if writing else []),
    ]:
        try:
            session.execute(statement.encode())
        except psycopg.Error as error:
            found.add(error.sqlstate)
    return found
