"""Scripts held against databases: what only rows tell, and how large tables are."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace

from seachange.catalog.facts.relations import Table
from seachange.catalog.scope import Scope
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Question, Remark, Remarks, Verdict
from seachange.config import Linting
from seachange.lint import Linted, advise, lint, wishes
from seachange.lint.landing import ground
from seachange.sql.migration import Written, taken_apart
from tests.lint.saying import check, having
from tests.plugins.servers import Server


def asks(sql: str) -> Check:
    def look(written: Written, around: Around) -> Remarks:
        del written, around
        yield Remark(message="It may be so.", about="orders", asks=Question(sql))

    return check("asking", look)


def against(source: str, question: str) -> Linted:
    with having(asks(question)):
        return lint([taken_apart(b"SELECT 1;", "a.sql")], wishes(Linting(only=("asking",))), ground(source, Scope()))


def test_each_row_of_an_answer_is_something_wrong(database: str) -> None:
    found = against(database, "select 'orders.' || n, format('%s is odd', n) from generate_series(1, 3, 2) n")
    assert [(flag.about, flag.message) for flag in found.counting] == [
        ("orders.1", "1 is odd"),
        ("orders.3", "3 is odd"),
    ]


def test_no_row_says_that_all_is_well(database: str) -> None:
    assert against(database, "select 1 where false").flags == ()


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("select * from nowhere", 'relation "nowhere" does not exist'),
        ("create table made (id int)", "read-only"),
        ("select pg_sleep(60)", "statement timeout"),
        ("no question", "syntax error"),
    ],
)
def test_what_is_not_answered_is_unknown_with_the_reason(
    database: str, monkeypatch: pytest.MonkeyPatch, question: str, reason: str
) -> None:
    monkeypatch.setattr("seachange.postgres.questions.LIMIT", "200ms")
    (flag,) = against(database, question).flags
    assert flag.verdict is Verdict.UNKNOWN
    assert reason in flag.undecided


def test_after_a_question_that_failed_others_are_answered(database: str) -> None:
    with having(asks("select * from nowhere")):
        here = ground(database, Scope())
    assert here.ask is not None
    assert here.ask("select * from nowhere").refusal
    assert here.ask("select 'a', 'b'").rows == (("a", "b"),)


@pytest.mark.newest
def test_files_are_not_asked(tmp_path: Path, server: Server) -> None:
    path = tmp_path / "state.sql"
    path.write_text("create table orders (id bigint primary key);")
    (flag,) = against(str(path), "select 1").flags
    assert flag.undecided == "Only a database can tell, and none was given."


def test_scripts_land_one_after_the_other_on_a_catalog_and_alone_without(database: str) -> None:
    first, second = taken_apart(b"CREATE TABLE orders (id int);", "1.sql"), taken_apart(b"DROP TABLE orders;", "2.sql")
    asked = wishes(Linting(only=("drop-table",)))
    assert lint([first, second], asked, ground(database, Scope())).counting == ()
    assert len(lint([first, second], asked).counting) == 1


def test_a_state_is_looked_at_without_scripts(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("create table public.orders (id int)")

    def look(state: State) -> Remarks:
        yield from (Remark(message="A table.", about=table.names[-1]) for table in state.catalog.of(Table))

    with having(replace(check("tables", lambda written, around: iter(())), statement=None, state=look)):
        found = advise(wishes(Linting(only=("tables",))), ground(database, Scope()))
    assert [flag.about for flag in found.counting] == ["orders"]
