"""Functions that write what a CHECK of the script forbids."""

from __future__ import annotations

import psycopg

from tests.plugins.servers import Server
from tests.repairs.mending import keys, mended, texts

TABLE = """
CREATE TABLE entry (id integer, reason text CHECK (reason IS NULL OR reason IN ('order', 'gift')), note text);
"""
FUNCTION = """
CREATE FUNCTION book(p integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO entry (id, reason, note) VALUES (p, 'tier', 'free'), (p, 'order', 'x');
    UPDATE entry SET reason = 'expiry' WHERE id = p;
END $$;
"""


def test_check_admits_what_the_function_writes(server: Server, database: str) -> None:
    found = mended(database, "", TABLE + FUNCTION)
    assert keys(found) == ["forbidden-value public.entry.entry_reason_check book"]
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("select book(1)")
        assert session.execute("select distinct reason from entry").fetchall() == [("expiry",)]
        try:
            session.execute("insert into entry values (1, 'other')")
        except psycopg.errors.CheckViolation:
            return
    raise AssertionError("the check admits anything")


def test_it_may_be_left_as_it_is(server: Server, database: str) -> None:
    answers = {"forbidden-value public.entry.entry_reason_check book": "keep"}
    found = mended(database, "", TABLE + FUNCTION, answers)
    assert len(texts(found)) == 2
    assert not any(draft.refusal for draft in found.all)


def test_what_the_check_admits_is_no_matter(server: Server, database: str) -> None:
    found = mended(database, "", TABLE + FUNCTION.replace("'tier'", "'gift'").replace("'expiry'", "'order'"))
    assert keys(found) == []
