"""What checks find in the target, and since when it is there."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from seachange import read, verify
from seachange.catalog.catalog import Catalog
from seachange.verify.verification import Advice, Since
from tests.plugins.servers import Server

BEFORE = """
create table shop (id bigint primary key, tenant_id bigint not null);
create index on shop (tenant_id);
alter table shop enable row level security;
create policy own on shop using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::bigint));
create table plain (id bigint);
"""
VIEW = "create view shops as select * from shop;\n"


def verified(server: Server, database: str, folder: Path, added: str, wanted: str = "") -> tuple[bool, list[Advice]]:
    """Whether all is well, and what is new, after `added` was done to the state before."""
    before, desired = folder / "before.sql", folder / "desired.sql"
    before.write_text(BEFORE)
    desired.write_text(BEFORE + wanted)
    with psycopg.connect(database, autocommit=True) as session:
        session.execute((BEFORE + added).encode())
    state: Catalog = read(str(before), scratch=server.conninfo)
    found = verify(database, str(desired), before=state, scratch=server.conninfo)
    assert {one.about for one in found.advice if one.since is Since.INHERITED and one.check == "no-primary-key"} == {
        "plain"
    }
    return found.good, [one for one in found.advice if one.since is Since.INTRODUCED]


@pytest.mark.newest
def test_what_was_there_before_is_inherited(server: Server, database: str, tmp_path: Path) -> None:
    good, new = verified(server, database, tmp_path, "")
    assert (good, new) == (True, [])


@pytest.mark.newest
def test_what_was_asked_for_is_told_and_does_not_fail(server: Server, database: str, tmp_path: Path) -> None:
    good, new = verified(server, database, tmp_path, VIEW, VIEW)
    assert [(one.check, one.about, one.wanted) for one in new] == [("view-bypasses-rls", "shops", True)]
    assert good


@pytest.mark.newest
def test_a_new_error_that_nobody_asked_for_fails(server: Server, database: str, tmp_path: Path) -> None:
    lax = VIEW.replace("shops as", "shops with (security_invoker = true) as")
    good, new = verified(server, database, tmp_path, VIEW, lax)
    assert [(one.check, one.wanted) for one in new] == [("view-bypasses-rls", False)]
    assert not good


def test_without_a_state_before_nothing_is_new(server: Server, database: str, tmp_path: Path) -> None:
    desired = tmp_path / "desired.sql"
    desired.write_text(BEFORE)
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(BEFORE.encode())
    found = verify(database, str(desired), scratch=server.conninfo)
    assert {one.since for one in found.advice} == {Since.UNKNOWN}
    assert "no-primary-key" in {one.check for one in found.advice}
    assert not [finding for finding in found.findings if finding.check == "no-primary-key"]
