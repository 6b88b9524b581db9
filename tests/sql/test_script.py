"""Scripts taken apart: boundaries, places, psql's commands, rows, encodings."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seachange.errors import NotUnderstood
from seachange.sql.script import Script, fingerprint, read, take_apart
from tests.corpus import corpus

STATEMENTS = (
    "select 1",
    "select ';', $$;$$, $a$ $$;$$ $a$, E'\\';', \"a;b\"",
    "create table \"ü😀\" (a text default 'é;')",
    "create function f() returns int begin atomic select case when true then 1 end; select 2; end",
    "create rule r as on insert to t do also (insert into a values (1); insert into b values (2))",
    "select '\n\\i not_a_file\n'",
    "do $$ begin perform 1; end $$",
    "comment on table t is 'copy t from stdin;\n\\.'",
    "select /* ; /* nested ; */ \\. */ 1 -- ; \\x\n + 2",
)
BETWEEN = (";", ";\n", "; -- note; 'x\n", ";\n\n/* it's; */ ", ";;", ";\n\\echo it's\n", "\n\\g\n")


def texts(script: Script) -> list[str]:
    return [statement.text for statement in script.statements]


def apart(text: str) -> Script:
    return take_apart(text.encode(), "x.sql")


@given(st.lists(st.tuples(st.sampled_from(STATEMENTS), st.sampled_from(BETWEEN)), max_size=12))
def test_statements_come_back_as_written_with_their_lines(parts: list[tuple[str, str]]) -> None:
    text = "".join(statement + between for statement, between in parts)
    script = apart(text)
    assert texts(script) == [statement for statement, _ in parts]
    lines = text.split("\n")
    for statement in script.statements:
        assert statement.text.split("\n")[0] in lines[statement.line - 1]


def test_the_last_statement_needs_no_semicolon() -> None:
    assert texts(apart("select 1; select 2 -- end")) == ["select 1", "select 2"]


def test_text_without_tokens_is_left_to_the_server() -> None:
    (statement,) = apart("select 1; select 12abc").statements
    assert statement.text == "select 1; select 12abc"
    assert statement.words == ()


@pytest.mark.parametrize("text", ["select 1;\nselect 'x;\n", "do $$ begin\n", "select 1; /* no end", 'select "a'])
def test_an_open_quote_is_half_a_script(text: str) -> None:
    with pytest.raises(NotUnderstood, match=r"x\.sql:[12]: the script ends in the middle"):
        apart(text)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_rows_follow_copy(newline: str) -> None:
    text = newline.join(["COPY t (a, b) FROM stdin;", "it's\t\\N", "; \\i x", "\\.", "select 1;"])
    copy, select = apart(text).statements
    assert copy.rows == newline.join(["it's\t\\N", "; \\i x", ""]).encode()
    assert (select.text, select.line) == ("select 1", 5)


def test_rows_without_end_are_half_a_script() -> None:
    with pytest.raises(NotUnderstood, match=r"x\.sql:2: the rows of this COPY have no end"):
        apart("select 1;\ncopy t from stdin;\n1\n2\n")


def test_half_a_dump_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="this dump ends in the middle"):
        apart("--\n-- PostgreSQL database dump\n--\n\nselect 1;\n")


@pytest.mark.parametrize(
    "command", ["\\gexec", "\\copy t from 'f'", "\\! rm", "\\if true", "\\o", "\\lo_import f", "\\frobnicate", "\\cd /"]
)
def test_other_commands_of_psql_are_refused_by_name(command: str) -> None:
    if command == "\\o":
        assert texts(apart("\\o\nselect 1;")) == ["select 1"]
        return
    name = command.split()[0]
    with pytest.raises(NotUnderstood) as refused:
        apart(f"select 1;\n{command}\n")
    assert refused.value.message.startswith(f"x.sql:2: psql's {name} is not understood here")
    assert "run:psql" in refused.value.advice


@pytest.mark.parametrize("command", ["\\prompt 'Which? ' which", "\\password"])
def test_what_waits_for_input_is_refused_with_the_reason(command: str) -> None:
    with pytest.raises(NotUnderstood, match="waits for somebody to type"):
        apart(f"{command}\n")


def test_a_command_in_the_middle_of_a_line_is_seen() -> None:
    with pytest.raises(NotUnderstood, match=r"x\.sql:1: psql's \\gexec"):
        apart("select 'create database x' where true \\gexec\n")


def test_showing_commands_and_the_random_word_of_a_dump_are_passed_over() -> None:
    assert texts(apart("\\restrict 1abc'x\n\\pset pager off\n\\timing\nselect 1\n\\echo it's\n+ 1;\n")) == [
        "select 1\n            \n+ 1".replace("            ", " " * len("\\echo it's"))
    ]


def test_variables_are_put_in_where_they_are_set() -> None:
    text = "\\set who 'o''brien'\n\\set n 5\nselect :'n', :n, :\"n\", x::int, a[1:m], ':n';\n\\unset n\nselect :n;"
    assert texts(apart(text)) == ["select '5', 5, \"5\", x::int, a[1:m], ':n'", "select :n"]


def test_includes_are_read_in_place(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "main.sql").write_text("select 1;\n\\ir parts/a.sql\nselect 4;")
    (tmp_path / "parts/a.sql").write_text("select 2;\n\\i 'b c.sql'\n")
    (tmp_path / "parts/b c.sql").write_text("\n\nselect 3")
    script = read(tmp_path / "main.sql")
    assert texts(script) == ["select 1", "select 2", "select 3", "select 4"]
    assert script.statements[2].place == f"{tmp_path}/parts/b c.sql:3"
    assert script.includes == {(tmp_path / "parts/a.sql").resolve(), (tmp_path / "parts/b c.sql").resolve()}


def test_includes_that_go_in_circles_or_nowhere_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("\\ir b.sql")
    (tmp_path / "b.sql").write_text("\n\\ir a.sql")
    with pytest.raises(NotUnderstood, match=r"b\.sql:2: .*a\.sql includes itself"):
        read(tmp_path / "a.sql")
    (tmp_path / "a.sql").write_text("\\i nowhere.sql")
    with pytest.raises(NotUnderstood, match=r"a\.sql:1: .*nowhere\.sql cannot be read"):
        read(tmp_path / "a.sql")


@pytest.mark.parametrize("connect", ["\\connect shop", "\\c shop", "\\connect -reuse-previous=on \"dbname='shop'\""])
def test_a_dump_knows_what_its_database_was_called(connect: str) -> None:
    assert apart(f"CREATE DATABASE shop;\n{connect}\nselect 1;").home == "shop"
    assert apart("COMMENT ON DATABASE shop IS 'x';").home == "shop"


def test_a_second_database_is_refused() -> None:
    with pytest.raises(NotUnderstood, match=r"x\.sql:3: this script goes on in a second database, b"):
        apart("\\c a\nselect 1;\n\\c b\n")


@pytest.mark.parametrize(
    "raw",
    [
        "select 'é'".encode(),
        "\ufeffselect 'é'".encode(),
        "\ufeffselect 'é'".encode("utf-16-le"),
        "\ufeffselect 'é'".encode("utf-16-be"),
        "SET client_encoding = 'LATIN1';\nselect 'é'".encode("latin-1"),
        "\\encoding WIN1252\nselect 'é'".encode("cp1252"),
        "set names 'ISO_8859_15';\nselect 'é'".encode("iso8859-15"),
    ],
    ids=["utf8", "utf8-bom", "utf16le", "utf16be", "latin1", "win1252", "iso8859-15"],
)
def test_encodings(raw: bytes) -> None:
    assert texts(take_apart(raw, "x.sql")) == ["select 'é'"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"select '\xe9'", "byte 8 is not UTF-8 text"),
        (b"set client_encoding = 'MULE_INTERNAL';\nselect '\xe9'", "the encoding MULE_INTERNAL is not known"),
        (b"select 1;\0", "byte 9 is zero"),
        ("\ufeffselect".encode("utf-16-le") + b"\x00", "byte 12 is not UTF-16-LE"),
    ],
)
def test_other_bytes_are_refused(raw: bytes, words: str) -> None:
    with pytest.raises(NotUnderstood, match=words):
        take_apart(raw, "x.sql")


def test_a_fingerprint_tells_scripts_apart() -> None:
    assert fingerprint((apart("select 1;"),)) == fingerprint((apart("select 1 ; -- same"),))
    different = [
        (apart("select 1; select 2"),),
        (apart("select 1"), apart("select 2")),
        (apart("select 2"), apart("select 1")),
        (apart("copy t from stdin;\n1\n\\.\n"),),
        (apart("copy t from stdin;\n2\n\\.\n"),),
    ]
    assert len({fingerprint(scripts) for scripts in different}) == len(different)


def test_seven_hundred_kilobytes_are_taken_apart_at_once() -> None:
    raw = corpus("real/5-event-analytics/states/consolidated_after.sql").read_bytes()
    began = perf_counter()
    assert len(take_apart(raw, "x.sql").statements) == 2409
    assert perf_counter() - began < 0.6
