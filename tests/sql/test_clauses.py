"""Parts of statements taken out of their text."""

from __future__ import annotations

import pytest

from seachange.sql import tree
from seachange.sql.clauses import Text, without_constraints
from seachange.sql.lists import item, without
from seachange.sql.nodes import CONSTR_FOREIGN, Node

TABLE = """CREATE TABLE t (
    id uuid PRIMARY KEY, -- the key
    org uuid NOT NULL REFERENCES o (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED CHECK (org <> id), -- whose
    o2 text COLLATE "C" CONSTRAINT a REFERENCES o, o3 integer,
    CONSTRAINT z FOREIGN KEY (a, b) REFERENCES o (x, y), -- no more
    n integer, -- stays
    -- why
    FOREIGN KEY (n) REFERENCES o,
    CONSTRAINT y FOREIGN KEY (a, b) REFERENCES o (x, y) -- last
)"""

WITHOUT = """CREATE TABLE t (
    id uuid PRIMARY KEY, -- the key
    org uuid NOT NULL CHECK (org <> id), -- whose
    o2 text COLLATE "C", o3 integer,
    n integer -- stays
    -- why
)"""


def _foreign(constraint: Node) -> bool:
    return bool(constraint.contype == CONSTR_FOREIGN)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TABLE, WITHOUT),
        (
            "ALTER TABLE s.t ADD CONSTRAINT a FOREIGN KEY (x) REFERENCES y, ADD COLUMN z text REFERENCES q DEFAULT 3",
            "ALTER TABLE s.t ADD COLUMN z text DEFAULT 3",
        ),
        ("ALTER TABLE t ADD COLUMN z integer, ADD FOREIGN KEY (x) REFERENCES y", "ALTER TABLE t ADD COLUMN z integer"),
        ("ALTER TABLE ONLY t ADD FOREIGN KEY (x) REFERENCES y (b)", ""),
        ("CREATE TABLE é (a integer REFERENCES ü, b text)", "CREATE TABLE é (a integer, b text)"),
    ],
)
def test_foreign_keys_taken_out(before: str, after: str) -> None:
    assert without_constraints(before, tree.tree(before), _foreign) == after


@pytest.mark.parametrize(
    ("sql", "at", "after"),
    [
        ("SELECT a, b, c FROM t", "b", "SELECT a, c FROM t"),
        ("SELECT a, b FROM t", "b", "SELECT a FROM t"),
        ("SELECT DISTINCT ON (a) a, CASE WHEN b THEN 1 END AS d FROM t", "b", "SELECT DISTINCT ON (a) a FROM t"),
        ("SELECT a, (SELECT b FROM u) FROM t ORDER BY c DESC, d", "c", "SELECT a, (SELECT b FROM u) FROM t ORDER BY d"),
        ("SELECT a FROM t ORDER BY b DESC LIMIT 3", "b", "SELECT a FROM t LIMIT 3"),
        ("SELECT a, extract(day FROM b) FROM t", "b", "SELECT a FROM t"),
    ],
)  # fmt: skip
def test_items_taken_out(sql: str, at: str, after: str) -> None:
    text = Text(sql)
    place = next(one.start for one in text.pieces if one.word == at.upper())
    found = item(text, place)
    assert found is not None
    assert without(text, found) == after
