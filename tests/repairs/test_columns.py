"""Columns that are missing, types that do not meet, and queries that cannot be."""

from __future__ import annotations

import pytest

from tests.plugins.servers import Server
from tests.repairs.mending import Databases, adapted, answers, chosen, mended, texts

STATE = "CREATE TABLE t (id integer, full_name text, n integer); CREATE TABLE u (id integer, t_id integer)"


@pytest.mark.parametrize(
    ("script", "after"),
    [
        ("CREATE VIEW v AS SELECT t.id, t.gone, t.n FROM t", "CREATE VIEW v AS SELECT t.id, t.n FROM t"),
        (
            "CREATE VIEW v AS SELECT t.id, t.gone AS x FROM t ORDER BY t.gone DESC LIMIT 9",
            "CREATE VIEW v AS SELECT t.id FROM t LIMIT 9",
        ),
        ("CREATE VIEW v AS SELECT fullname FROM t", "CREATE VIEW v AS SELECT full_name AS fullname FROM t"),
        ("CREATE VIEW v AS SELECT id FROM t WHERE gone > 1", None),
        ("CREATE INDEX i ON t (id, gone)", "CREATE INDEX i ON t (id)"),
        ("CREATE INDEX i ON t (gone)", None),
        ("INSERT INTO t (id, gone, n) VALUES (1, f(2), 4), (5, 6, 7)", "INSERT INTO t (id, n) VALUES (1, 4), (5, 7)"),
        ("COMMENT ON COLUMN t.gone IS 'x'", None),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (gone > 0)", None),
    ],
)  # fmt: skip
def test_without_what_needs_it(databases: Databases, script: str, after: str | None) -> None:
    assert texts(adapted(databases, STATE, script)) == ([after] if after else [])


def test_the_table_of_that_name_that_has_the_column(databases: Databases) -> None:
    state = STATE + "; CREATE SCHEMA auth; CREATE TABLE auth.t (id integer, role text)"
    script = "CREATE POLICY p ON u USING (EXISTS (SELECT 1 FROM t WHERE t.id = t_id AND role = 'admin'))"
    found = adapted(databases, state, script)
    assert texts(found) == [script.replace("FROM t", "FROM auth.t")]


def test_a_policy_is_never_lost_silently(databases: Databases) -> None:
    found = adapted(databases, STATE, "CREATE POLICY p ON t USING (gone)")
    done = found.all[0].done[0]
    assert done.question.open
    assert "policy p" in done.repair.follows


def test_what_a_refused_table_was_to_have_is_not_decided_here(databases: Databases) -> None:
    script = "CREATE TABLE t (id integer, gone text); CREATE VIEW v AS SELECT gone FROM t"
    found = mended(databases(1)[0], STATE, script)
    assert [draft.refusal.code for draft in found.all if draft.refusal][-1:] in (["42703"], [])
    assert not [key for key, _ in chosen(found) if key.startswith(("missing-column", "cannot-run"))]


@pytest.mark.parametrize(
    ("script", "after"),
    [
        ("CREATE INDEX i ON w (role) WHERE role = 'a'::r", "CREATE INDEX i ON w (role) WHERE role = 'a'"),
        (
            "ALTER TABLE w ADD CHECK (role IN ('a'::r, 'b'::public.r) OR role = 'c'::text)",
            "ALTER TABLE w ADD CHECK (role IN ('a', 'b') OR role = 'c'::text)",
        ),
        ("CREATE VIEW v AS SELECT role = other AS x FROM w", "CREATE VIEW v AS SELECT role = other::text AS x FROM w"),
    ],
)  # fmt: skip
def test_literals_of_the_type_that_the_column_has(databases: Databases, script: str, after: str) -> None:
    state = "CREATE TYPE r AS ENUM ('a', 'b'); CREATE TABLE w (role varchar(20), other r)"
    assert texts(adapted(databases, state, script)) == [after]


def test_an_aggregate_of_an_aggregate(databases: Databases) -> None:
    script = "CREATE MATERIALIZED VIEW m AS SELECT id, count(*) AS c, sum(count(*)) AS s FROM t GROUP BY id"
    found = adapted(databases, STATE, script)
    assert texts(found) == ["CREATE MATERIALIZED VIEW m AS SELECT id, count(*) AS c FROM t GROUP BY id"]


def test_a_column_that_both_have_and_join_by(databases: Databases) -> None:
    found = adapted(databases, STATE, "CREATE VIEW v AS SELECT id, n FROM t JOIN u ON t.id = u.id")
    assert texts(found) == ["CREATE VIEW v AS SELECT t.id, n FROM t JOIN u ON t.id = u.id"]
    outer = adapted(databases, STATE, "CREATE VIEW v AS SELECT id, n FROM t LEFT JOIN u ON t.id = u.id")
    assert texts(outer) == []
    left = adapted(databases, STATE, "CREATE VIEW v AS SELECT id, n FROM t JOIN u ON t.id = u.t_id")
    assert texts(left) == []
    assert answers(left, "ambiguous-column script.sql:1 id") == ["leave-out", "of:t", "of:u"]


def test_what_the_role_may_not_do(databases: Databases, server: Server, role: str) -> None:
    state = f"CREATE TABLE w (id integer); CREATE ROLE {role}"
    found = mended(databases(1)[0], state, f"SET ROLE {role}; ALTER TABLE w ADD COLUMN n integer")
    done = found.all[1].done[0]
    assert done.question.open
    assert "owner of table w" in done.repair.follows
