"""Scripts adapted end to end: what is written, what is proved, what is run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import psycopg
import pytest

from seachange.adapt import Adaptation, Choosing, Terms, adapt
from seachange.adapt.folder import write
from seachange.adapt.writing import files
from seachange.errors import NotUnderstood
from seachange.sql.migration import taken_apart
from seachange.step import Risk
from tests.plugins.servers import Server

STATE = """
CREATE SCHEMA core;
CREATE TABLE core.customer (id bigint PRIMARY KEY, email text);
INSERT INTO core.customer SELECT g, 'a' || g FROM generate_series(1, 50) g;
"""
SCRIPT = """\
-- a migration
BEGIN;
CREATE VIEW totals AS SELECT o.id, o.total FROM orders o;  -- too early
CREATE TABLE orders (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),\t-- key
    total numeric
);
COMMIT;
CREATE INDEX CONCURRENTLY orders_total ON orders (total);
UPDATE core.customer SET email = upper(email) WHERE id < 10;
"""
ADAPTED = """\
-- a migration
BEGIN;
-- seachange: Moved below, behind what it needs.
-- CREATE VIEW totals AS SELECT o.id, o.total FROM orders o;  -- too early
-- seachange: uuid_generate_v4() is gen_random_uuid(), which is part of PostgreSQL.
CREATE TABLE orders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),\t-- key
    total numeric
);
-- seachange: Moved behind the statement that makes the relation orders.
CREATE VIEW totals AS SELECT o.id, o.total FROM orders o;
COMMIT;
CREATE INDEX CONCURRENTLY orders_total ON orders (total);
UPDATE core.customer SET email = upper(email) WHERE id < 10;
"""


def adapted(database: str, script: str, answers: Mapping[str, str] | None = None) -> Adaptation:
    """`script` adapted to the database, with its stated defaults."""
    choosing = Choosing(answers or {}, defaults=True)
    return adapt([taken_apart(script.encode(), "script.sql")], database, choosing, Terms(scratch=database))


@pytest.fixture
def shop(database: str) -> str:
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(STATE.encode())
    return database


def test_untouched_text_stays_and_changes_have_their_reasons(server: Server, shop: str) -> None:
    found = adapted(shop, SCRIPT)
    assert files(found.drafts)["script.sql"].decode() == ADAPTED
    assert found.proven, found.rehearsal


def test_adapting_what_is_adapted_changes_nothing(server: Server, shop: str) -> None:
    found = adapted(shop, ADAPTED)
    assert (found.changed, files(found.drafts)["script.sql"].decode()) == (False, ADAPTED)
    assert found.proven


def test_the_target_is_only_read(server: Server, shop: str) -> None:
    adapted(shop, SCRIPT)
    with psycopg.connect(shop) as session:
        row = session.execute("select to_regclass('orders'), count(*) from core.customer where email ~ 'A'").fetchone()
    assert row == (None, 0)


def test_what_stays_refused_is_told(server: Server, shop: str) -> None:
    found = adapted(shop, "SELECT 1/0; CREATE TABLE t (id integer);")
    assert [refusal.code for _, refusal in found.refused] == ["22012"]
    assert not found.proven


def test_a_statement_that_never_ends_is_stopped(server: Server, shop: str) -> None:
    script = [taken_apart(b"CREATE TABLE t (id integer); SELECT pg_sleep(60);", "script.sql")]
    found = adapt(script, shop, Choosing({}, defaults=True), Terms(scratch=shop, limit=1))
    assert [(draft.written.line, refusal.code) for draft, refusal in found.refused] == [(1, "57014")]


def test_rows_that_the_script_writes_are_told_not_lost(server: Server, shop: str) -> None:
    found = adapted(shop, "UPDATE core.customer SET email = 'x';")
    assert found.rehearsal is not None
    assert [(one.check, one.severity) for one in found.rehearsal.findings if "rows" in one.check] == [
        ("rows-written", "note")
    ]


def test_rows_that_go_unsaid_are_an_error(server: Server, shop: str) -> None:
    found = adapted(shop, "DO $$ BEGIN EXECUTE 'DELETE FROM core.customer ' || 'WHERE id = 1'; END $$;")
    assert not found.proven


@pytest.mark.parametrize(
    "script",
    [
        "DO $$ BEGIN DELETE FROM core.customer WHERE id = 1; END $$;",
        "ALTER TABLE core.customer RENAME email TO old; ALTER TABLE core.customer DROP COLUMN old;",
        "SET search_path = core; ALTER TABLE customer RENAME email TO old; ALTER TABLE customer DROP COLUMN old;",
        "ALTER TABLE core.customer RENAME TO client; DROP TABLE core.client;",
    ],
)
def test_rows_that_go_in_other_words_are_said(server: Server, shop: str, script: str) -> None:
    found = adapted(shop, script)
    assert found.proven, found.rehearsal
    assert {risk for step in found.plan.steps for risk in step.risks} >= {Risk.LOSES_DATA}


@pytest.mark.parametrize(
    "script",
    [
        "ALTER TABLE core.customer RENAME email TO mail;",
        "ALTER TABLE core.customer RENAME TO client; ALTER TABLE core.client RENAME email TO mail;",
        "ALTER TABLE core.customer RENAME email TO mail; ALTER TABLE core.customer RENAME TO client;",
        "ALTER TABLE core.customer RENAME TO client; ALTER TABLE core.client RENAME TO person;",
        "ALTER TABLE core.customer SET SCHEMA public; ALTER TABLE customer RENAME TO person;",
    ],
)
def test_rows_are_followed_to_another_name(server: Server, shop: str, script: str) -> None:
    found = adapted(shop, script)
    assert found.proven, found.rehearsal
    assert found.rehearsal is not None
    assert not found.rehearsal.findings


def test_answers_that_are_none_are_refused(server: Server, shop: str) -> None:
    with pytest.raises(NotUnderstood, match="no answer to “missing-function uuid_generate_v4”"):
        adapted(shop, SCRIPT, {"missing-function uuid_generate_v4": "magic"})


def test_all_papers_are_written(server: Server, shop: str, tmp_path: Path) -> None:
    write(tmp_path / "out", adapted(shop, SCRIPT), "script.sql", "shop")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"script.sql", "ADAPTATION.md", "adaptation.json", "undo.sql", "answers.toml"}
    said = msgspec.json.decode((tmp_path / "out" / "adaptation.json").read_bytes())
    assert said["proven"]
    said = (tmp_path / "out" / "ADAPTATION.md").read_text()
    assert "which is part of PostgreSQL" in said
    answers = msgspec.toml.decode((tmp_path / "out" / "answers.toml").read_bytes())
    assert answers["missing-function uuid_generate_v4"] == "core"
