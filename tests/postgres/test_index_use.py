"""A question is found for every sort of index, and the planner answers it with that index."""

from __future__ import annotations

import pytest

from seachange.postgres.connection import connected
from seachange.postgres.index_use import asked

TABLE = """
create schema "Odd one";
create type "Odd one".mood as enum ('sad', 'glad');
create domain "Odd one".word as text;
create table "Odd one".t (
  id int, big bigint, n numeric, name text, short varchar(20), w "Odd one".word, m "Odd one".mood, tags text[],
  doc jsonb, words tsvector, span int4range, at timestamptz, spot point, net inet, flag bool, "Key" uuid
);
"""
INDEXES = (
    "(id)",
    "(id, name desc nulls last, short)",
    "(m)",
    "(w)",
    "(flag) where flag",
    '("Key")',
    "(tags)",
    "(span)",
    "(net)",
    "(name) where name is null",
    "(lower(name), (id + big))",
    "(name text_pattern_ops)",
    '(name collate "C")',
    '(short collate "C" varchar_pattern_ops desc)',
    "(doc, id)",
    "using hash (name)",
    "using hash (m)",
    "using gin (tags)",
    "using gin (string_to_array(name, ','))",
    "using gin (doc)",
    "using gin (doc jsonb_path_ops)",
    "using gin (words)",
    "using gin (to_tsvector('english', name))",
    "using gist (span)",
    "using gist (spot)",
    "using gist (words)",
    "using gist (net inet_ops)",
    "using spgist (name)",
    "using spgist (span)",
    "using spgist (spot)",
    "using brin (at)",
    "using brin (span, net inet_inclusion_ops)",
)


def test_every_sort_of_index_is_taken(database: str) -> None:
    with connected(database) as session:
        session.execute(TABLE.encode())
        missed = {}
        for index in INDEXES:
            with session.transaction(force_rollback=True):
                session.execute(f'create index "Its index" on "Odd one".t {index}'.encode())
                (found,) = asked(session)
                if "Its index" not in found.taken:
                    missed[index] = found
    assert missed == {}


@pytest.mark.newest
@pytest.mark.parametrize(
    ("index", "taken"),
    [
        ("create index one on t (a) where 1 = 2", frozenset[str]()),
        ("create index one on t (a); create unique index twin on t (a)", frozenset({"twin"})),
    ],
)
def test_index_that_no_question_leads_to(database: str, index: str, taken: frozenset[str]) -> None:
    with connected(database) as session:
        session.execute(f"create table t (a int); {index}".encode())
        found = {one.index[-1]: one for one in asked(session)}["one"]
    assert (found.taken, found.why) == (taken, "")


@pytest.mark.newest
def test_index_that_cannot_be_asked_for_says_why(database: str) -> None:
    with connected(database) as session:
        session.execute(
            """
            create table t (a int);
            create operator class silent for type int using hash as function 1 hashint4(int);
            create index one on t using hash (a silent);
            """
        )
        (found,) = asked(session)
    assert "no operator to ask with" in found.why


@pytest.mark.newest
def test_asking_leaves_the_settings_of_the_session(database: str) -> None:
    with connected(database) as session:
        session.execute("create table t (a int primary key)")
        list(asked(session))
        assert session.execute("show enable_seqscan").fetchone() == ("on",)
