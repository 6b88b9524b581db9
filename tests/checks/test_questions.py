"""What checks ask of a running database: every version answers, and what its answers lead to."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from seachange.checks import Told, advised
from seachange.checks.around import State
from seachange.postgres.extract import extract
from tests.plugins.servers import Server

DOC = """
create table doc (id bigint primary key, tenant_id uuid not null);
alter table doc enable row level security;
create policy own on doc using (tenant_id is not null);
create view ids as select id from doc;
create materialized view old_ids as select id from doc;
"""


def answers(database: str, *names: str) -> Iterator[tuple[str, str, str]]:
    """What checks find: their name, what it is about, what they say of it; what they ask is asked."""
    with psycopg.connect(database, autocommit=True) as session:
        state = State(extract(session), version=session.info.server_version)
        for told in advised(state, names or None):
            yield from _answered(told, session)


def _answered(told: Told, session: psycopg.Connection) -> Iterator[tuple[str, str, str]]:
    if told.remark.asks is None:
        yield told.check.name, told.remark.about, told.remark.message
    else:
        for about, said in session.execute(told.remark.asks.sql.encode()).fetchall():
            yield told.check.name, about, said


def run(database: str, *statements: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        for statement in statements:
            session.execute(statement.encode())


def test_every_question_is_answered(server: Server, database: str) -> None:
    run(database, DOC)
    found = list(answers(database))
    assert all(about and said.endswith((".", ":")) for _, about, said in found)
    assert ("no-primary-key", "doc") not in {(name, about) for name, about, _ in found}


@pytest.mark.versions(min=15)
def test_a_table_that_was_analyzed_has_statistics(server: Server, database: str) -> None:
    loaded = "insert into doc select g, gen_random_uuid() from generate_series(1, 5000) g"
    run(database, DOC, "alter table doc set (autovacuum_enabled = false)", loaded)
    assert [about for _, about, _ in answers(database, "stale-statistics")] == ["doc"]
    run(database, "analyze doc")
    assert list(answers(database, "stale-statistics")) == []


@pytest.mark.newest
def test_roles_that_pass_by_row_security(server: Server, database: str, role: str) -> None:
    run(database, DOC, f"create role {role} nologin bypassrls")
    assert role not in [about for _, about, _ in answers(database, "role-bypassrls")]
    run(database, f"alter role {role} login")
    assert role in [about for _, about, _ in answers(database, "role-bypassrls")]


def test_a_view_of_a_role_that_is_subject_to_policies(server: Server, database: str, role: str) -> None:
    run(database, DOC)
    assert [about for _, about, _ in answers(database, "view-bypasses-rls")] == ["ids"]
    run(database, f"create role {role}", f"alter view ids owner to {role}")
    assert list(answers(database, "view-bypasses-rls")) == []
    run(database, f"alter table doc owner to {role}")
    assert [about for _, about, _ in answers(database, "view-bypasses-rls")] == ["ids"]
    run(database, "alter table doc force row level security")
    assert list(answers(database, "view-bypasses-rls")) == []
    run(database, f"drop owned by {role} cascade")
