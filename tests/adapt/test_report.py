"""What people read of an adaptation: each thing once, by its sort, with all its places."""

from __future__ import annotations

import psycopg
import pytest

from seachange.adapt.report import report
from seachange.adapt.writing import files
from seachange.report import Listing, Table
from tests.adapt.test_adapt import adapted
from tests.plugins.servers import Server

STATE = """
CREATE TABLE invoice (id integer PRIMARY KEY, total integer, due date);
INSERT INTO invoice VALUES (1, 5, NULL);
"""
SCRIPT = """\
CREATE TABLE IF NOT EXISTS invoice (
    id integer PRIMARY KEY,
    total bigint NOT NULL,
    due date NOT NULL,
    paid date DEFAULT now(),
    CONSTRAINT positive CHECK (total > 0),
    CONSTRAINT later CHECK (paid > due)
);
CREATE TABLE a (id uuid DEFAULT uuid_generate_v4());
CREATE TABLE b (id uuid DEFAULT uuid_generate_v4());
"""
pytestmark = pytest.mark.newest


def test_what_a_table_got_is_told_by_its_sort(server: Server, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(STATE.encode())
    found = adapted(database, SCRIPT)
    told = report(found, "script.sql", "shop")
    tables = {section.title: section for section in told.sections if isinstance(section, Table)}
    assert tables["Merged with what was there"].rows == (
        (
            "script.sql:1",
            "public.invoice is there already; it gets what it lacked: the column paid; the type of total (bigint); "
            "NOT NULL of due and total; the constraints later and positive.",
        ),
    )
    assert tables["Changed"].rows[-1][0] == "script.sql:9, 10"
    (nulls,) = (row for row in tables["What follows"].rows if "due" in row[1])
    assert "VALIDATE CONSTRAINT" in nulls[2]
    assert "no-value public.invoice.due" in found.answers
    (listing,) = (section for section in told.sections if isinstance(section, Listing))
    assert len(listing.passages) < sum(draft.changed for draft in found.drafts.all)


def test_a_reason_stands_once_before_what_was_added_for_it(server: Server, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(STATE.encode())
    text = files(adapted(database, SCRIPT).drafts)["script.sql"].decode()
    assert text.count("it gets what it lacked") == 1
