"""Statements that come before what they need."""

from __future__ import annotations

from tests.plugins.servers import Server
from tests.repairs.mending import mended, texts


def test_moved_behind_what_makes_it(server: Server, database: str) -> None:
    found = mended(database, "", "CREATE VIEW v AS SELECT id FROM t; CREATE TABLE t (id integer);")
    assert texts(found) == ["CREATE TABLE t (id integer)", "CREATE VIEW v AS SELECT id FROM t"]
    assert not any(draft.refusal for draft in found.all)


def test_stays_refused_where_nothing_makes_it(server: Server, database: str) -> None:
    found = mended(database, "", "CREATE VIEW v AS SELECT id FROM t; CREATE TABLE u (id integer);")
    assert [draft.refusal.code for draft in found.all if draft.refusal] == ["42P01"]
