"""Migrations as somebody wrote them: places, sections, tools, transactions, settings, encodings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seachange.errors import NotUnderstood, NotWritten
from seachange.sql.edit import Edit
from seachange.sql.flaws import explained
from seachange.sql.migration import Migration, Section, Written, read, read_all, taken_apart, written_back
from tests.corpus import corpus

STATEMENTS = (
    "select 1",
    "select ';', $$;$$, $a$ $$;$$ $a$, E'\\';', \"a;b\"",
    "create table \"ü😀\" (a text default 'é;')",
    "create function f() returns int begin atomic select case when true then 1 end; select 2; end",
    "create rule r as on insert to t do also (insert into a values (1); insert into b values (2))",
    "do $$ begin\n-- down\nperform 1; end $$",
    "select /* ; /* nested ; */ \\. */ 1 -- ; \\x\n + 2",
    "select 12abc",
    'select "" from x',
    "selec é",
)
GAPS = (";", ";\n", "; -- note; 'x\r\n", ";\n\n/* it's; é */ ", ";;", ";\n\\echo it's\n", "\n\\g\n", ";\n-- down\n")


def apart(text: str, name: str = "x.sql") -> Migration:
    return taken_apart(text.encode(), name)


def texts(found: Sequence[Written]) -> list[str]:
    return [one.text for one in found]


def put_together(found: Migration) -> bytes:
    """The statements with what stands between them."""
    parts, done = [], 0
    for one in found.own:
        assert one.start >= done
        parts += [found.raw[done : one.start], one.text.encode()]
        done = one.end
    return b"".join([*parts, found.raw[done:]])


@settings(deadline=None)  # other work on the machine is none of its business
@given(st.lists(st.tuples(st.sampled_from(STATEMENTS), st.sampled_from(GAPS)), max_size=12))
def test_statements_and_gaps_are_the_file(parts: list[tuple[str, str]]) -> None:
    text = "".join(statement + gap for statement, gap in parts)
    found = apart(text)
    assert put_together(found) == text.encode()
    assert texts(found.statements) == [statement for statement, _ in parts]
    for one in found.statements:
        line = text.split("\n")[one.line - 1]
        assert line[one.column - 1 :].startswith(one.text.split("\n")[0])


@settings(deadline=None)  # other work on the machine is none of its business
@given(st.text(st.sampled_from("ab1 \n\t;'\"$-/*\\:é😀(),.\r"), max_size=60))
def test_any_text_is_put_together_again_or_refused(text: str) -> None:
    try:
        found = apart(text)
    except NotUnderstood as error:
        refused = error.message
    else:
        refused = ""
    if refused:
        assert refused.startswith("x.sql:")
        return
    assert put_together(found) == text.encode()
    for one in found.statements:
        assert one.node is not None or explained(one) or not one.text.strip()


def test_what_has_no_tokens_leaves_its_neighbours_alone() -> None:
    found = apart("select 1; select 12abc; select 3;\nselect 4")
    assert texts(found.up) == ["select 1", "select 12abc", "select 3", "select 4"]
    assert [one.flaw is None for one in found.up] == [True, False, True, True]


@pytest.mark.parametrize("wrong", ["E'\\u00'", "E'\\000'", "'a' || E'x; \\uzz y'", '""', "1__2"])
def test_whatever_is_wrong_with_a_token_what_follows_is_read(wrong: str) -> None:
    found = apart(f"select {wrong};\nselect 2")
    assert texts(found.up)[-1] == "select 2"
    assert explained(found.up[0])
    assert put_together(found) == found.raw


def test_rows_and_variables() -> None:
    found = apart("\\set t 'my table'\ncopy :\"t\" from stdin;\n1\t2\n\\.\nselect :'t', :\"t\", :x::int;")
    copy, select = found.up
    assert (copy.text, copy.sql, copy.rows) == ('copy :"t" from stdin', 'copy "my table" from stdin', b"1\t2\n")
    assert select.sql == "select 'my table', \"my table\", :x::int"
    assert put_together(found) == found.raw
    assert select.byte(0) == select.start
    assert select.byte(len(select.sql) - 1) == select.end - 1
    assert select.byte(10) is None


def test_includes_belong_to_their_own_files(tmp_path: Path) -> None:
    (tmp_path / "main.sql").write_text("begin;\n\\ir part.sql\nselect 3;\ncommit;")
    (tmp_path / "part.sql").write_text("-- é\nselect 2;")
    found = read(tmp_path / "main.sql")
    assert texts(found.up) == ["begin", "select 2", "select 3", "commit"]
    assert texts(found.own) == ["begin", "select 3", "commit"]
    (part,) = found.includes
    assert texts(part.statements) == ["select 2"]
    assert found.up[1].place == f"{tmp_path}/part.sql:2"
    assert len(found.block_of(1)) == 4
    assert [one.name for one in read_all([tmp_path])] == [str(tmp_path / "main.sql")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("select 1;\n\\c other\n", "x.sql:2: this script goes on in another database, other"),
        ("\\c a\nselect 1;\n\\c b\n", "x.sql:3: this script goes on in a second database, b"),
        ("select 'x' \\gexec\n", "gexec is not understood here: it sends what a query answers"),
        ("select 1;\n\\prompt x\n", "x.sql:2: .*prompt .* waits for somebody to type"),
        ("select 1;\n\n  select 'it''s;\n", "x.sql:3: the script ends in the middle of what begins here"),
        ("select 1;\ndo $body$ begin;\n", "x.sql:2: .*dollar-quoted"),
        ("/* a\n/* b */\n", "x.sql:1: .*comment"),
        ("copy t from stdin;\n1\n", "x.sql:1: the rows of this COPY have no end"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(NotUnderstood, match=words):
        apart(text)


def sections(found: Migration) -> list[tuple[str, str]]:
    return [(one.section.value, one.text) for one in found.statements]


@pytest.mark.parametrize(
    ("text", "tool", "wrapped"),
    [
        ("-- up\ncreate table a ();\n-- down\ndrop table a;\n", "", False),
        ("create table a ();\n--- DOWN ---\ndrop table a;\n", "", False),
        ("-- Up Migration\ncreate table a ();\n-- Down Migration\ndrop table a;\n", "node-pg-migrate", True),
        ("-- +goose Up\ncreate table a ();\n-- +goose Down\ndrop table a;\n", "goose", True),
        ("-- +goose NO TRANSACTION\n-- +goose Up\ncreate table a ();\n-- +goose Down\ndrop table a;", "goose", False),
        ("-- +migrate Up notransaction\ncreate table a ();\n-- +migrate Down\ndrop table a;\n", "sql-migrate", False),
        ("-- migrate:up\ncreate table a ();\n\n-- migrate:down\ndrop table a\n", "dbmate", True),
        ("-- migrate:up transaction:false\r\ncreate table a ();\r\n-- migrate:down\r\ndrop table a;", "dbmate", False),
        ("-- up\ncreate table a ()\n-- down\ndrop table a;\n", "", False),
    ],
)
def test_the_way_back_is_told_from_the_way_there(text: str, tool: str, wrapped: bool) -> None:
    found = apart(text)
    assert sections(found) == [("up", "create table a ()"), ("down", "drop table a")]
    assert texts(found.up) == ["create table a ()"]
    assert (found.tool, found.wrapped) == (tool, wrapped)
    assert put_together(found) == found.raw


@pytest.mark.parametrize(
    "text",
    [
        "do $$ begin\n-- down\nperform 1; end $$;\nselect 2",
        "select 'a\n-- down\n';\nselect 2;",
        "create table a (\n-- down\nb int);\nselect 2;",
        "copy t from stdin;\n-- down\n\\.\nselect 2;",
        "-- down to the river\nselect 1;\nselect 2;",
    ],
)
def test_a_comment_within_a_statement_parts_nothing(text: str) -> None:
    assert [one.section for one in apart(text).statements] == [Section.UP, Section.UP]


def test_goose_keeps_bodies_together() -> None:
    body = "create function f() returns int as $$ begin return 1; end $$ language plpgsql"
    text = (
        f"-- +goose Up\n-- +goose StatementBegin\n{body};\n-- +goose StatementEnd\n-- +goose Down\ndrop function f;\n"
    )
    assert sections(apart(text)) == [("up", body), ("down", "drop function f")]


def test_several_statements_that_dbmate_sends_as_one_are_a_transaction() -> None:
    found = apart("-- migrate:up transaction:false\nselect 1;\nselect 2;\n-- migrate:down\n")
    assert found.wrapped
    assert texts(found.block_of(1)) == ["select 1", "select 2"]


def names(paths: Sequence[Path]) -> list[str]:
    return [Path(one.name).name for one in read_all(paths)]


def test_files_are_read_in_the_order_in_which_they_are_run(tmp_path: Path) -> None:
    for name in ("10_b.sql", "9_a.sql", "2/1.sql", "2/x.md", "V.sql", "node_modules/1.sql", ".hidden.sql"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("select 1")
    assert names([tmp_path]) == ["1.sql", "9_a.sql", "10_b.sql", "V.sql"]
    assert names([tmp_path / "10_b.sql", tmp_path / "9_a.sql", tmp_path / "10_b.sql"]) == ["10_b.sql", "9_a.sql"]


def test_flyway(tmp_path: Path) -> None:
    files = {
        "V1__a.sql": "create table a ();",
        "V1.1__b.sql": "create index concurrently i on a (b);",
        "V10__c.sql": "select 1",
        "V2__d.sql": "select 1",
        "U2__d.sql": "drop table d",
        "R__views.sql": "create view v as select 1",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "V2__d.sql.conf").write_text("executeInTransaction=false\n")
    found = read_all([tmp_path])
    assert [Path(one.name).name for one in found] == [
        "V1__a.sql",
        "V1.1__b.sql",
        "V2__d.sql",
        "V10__c.sql",
        "R__views.sql",
        "U2__d.sql",
    ]
    assert [one.wrapped for one in found] == [True, False, False, True, True, True]
    assert {one.tool for one in found} == {"flyway"}
    assert [len(one.up) for one in found] == [1, 1, 1, 1, 1, 0]


def test_files_that_come_in_pairs(tmp_path: Path) -> None:
    for name in ("001_a.down.sql", "001_a.up.sql", "002_b.up.sql", "3/down.sql", "3/up.sql"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"select '{name}'")
    found = read_all([tmp_path])
    up = [one.text for migration in found for one in migration.up]
    assert up == ["select '001_a.up.sql'", "select '002_b.up.sql'", "select '3/up.sql'"]


PLAN = """%syntax-version=1.0.0
%project=shop

users 2024-01-01T00:00:00Z A <a@example.org> # users
@v1 2024-01-02T00:00:00Z A <a@example.org> # a tag
alpha [users] 2024-01-03T00:00:00Z A <a@example.org> # more
users [users@v1] 2024-01-04T00:00:00Z A <a@example.org> # reworked
"""


def test_sqitch(tmp_path: Path) -> None:
    (tmp_path / "sqitch.plan").write_text(PLAN)
    for place in ("deploy", "revert", "verify"):
        (tmp_path / place).mkdir()
        for name in ("users", "users@v1", "alpha"):
            (tmp_path / place / f"{name}.sql").write_text(f"BEGIN; select '{place} {name}'; COMMIT;")
    found = read_all([tmp_path])
    up = [one.text for migration in found for one in migration.up if one.words[0] == "SELECT"]
    assert up == ["select 'deploy users@v1'", "select 'deploy alpha'", "select 'deploy users'"]
    assert [one.statements[0].section.value for one in found] == ["up"] * 3 + ["down"] * 3 + ["verify"] * 3
    (tmp_path / "deploy" / "alpha.sql").unlink()
    with pytest.raises(NotUnderstood, match="names alpha"):
        read_all([tmp_path])


KNEX = """
// exports.up = knex.raw(`select 'comment'`)
const { Knex } = require("knex");
exports.up = async function (knex) {
  const pattern = /`[/]'/;
  await knex.raw(`
    CREATE TABLE é (a int DEFAULT 1, b text DEFAULT '\\`\\${x}');
    CREATE INDEX i ON é (a)`);
  await knex.schema.raw('select \\'x\\'' );
  await knex.raw(`select ${Math.max(1, 2)} /* } */`);
  await knex.raw("select ?", [1]);
  await knex.schema.createTable("u", (t) => { t.increments(); });
  console.log(`select 'no'`);
};
exports.down = (knex) => knex.raw(`DROP TABLE é`);
"""


@pytest.mark.parametrize("name", ["1.js", "1.ts"])
def test_knex(name: str) -> None:
    found = apart(KNEX, name)
    assert [(one.section.value, one.sql) for one in found.statements] == [
        ("up", "CREATE TABLE é (a int DEFAULT 1, b text DEFAULT '`${x}')"),
        ("up", "CREATE INDEX i ON é (a)"),
        ("up", "select 'x'"),
        ("down", "DROP TABLE é"),
    ]
    assert (found.tool, found.wrapped) == ("knex", True)
    assert put_together(found) == found.raw
    table, index = found.up[:2]
    assert (table.line, table.column, index.line, index.column) == (7, 5, 8, 5)
    assert [(one.line, one.what.split(";")[0]) for one in found.unread] == [
        (10, "${…} is put into this SQL when it runs"),
        (11, "values are put into this SQL when it runs"),
        (12, "schema builds its SQL when it runs"),
    ]


@pytest.mark.parametrize("said", ["\\u00", "\\xzz", "\\u{zz}", "\\"])
def test_escapes_that_mean_nothing_are_no_end(said: str) -> None:
    (one,) = apart(f"exports.up = (knex) => knex.raw('select $${said} $$')", "x.js").up
    assert one.node is not None


@pytest.mark.parametrize(
    "text",
    [
        "export async function up(knex: Knex): Promise<void> {\n await knex.raw<Row>(`select 1`);\n}\n"
        "export async function down(knex: Knex): Promise<void> { await knex.raw(`select 2`); }",
        "module.exports = { up: (knex) => knex.raw(`select 1`), down: (knex) => knex.raw(`select 2`) };",
        "exports.up = knex => knex.raw(`select 1`)\n\nexports.down = knex => knex.raw(`select 2`)\n",
        "export class A implements M {\n async up(q: QueryRunner) { await q.query('select 1'); }\n"
        " async down(q: QueryRunner) { await q.query('select 2'); }\n}",
        "exports.up = (knex) =>\n run(knex, [\n // a\n `select 1`,\n ]);\n"
        "exports.down = (knex) =>\n run(knex, [`select 2`]);"
        "\nexports.config = { transaction: false };",
    ],
)
def test_ways_to_write_up_and_down(text: str) -> None:
    found = apart(text, "x.ts")
    assert sections(found) == [("up", "select 1"), ("down", "select 2")]
    assert found.wrapped is ("config" not in text)


BEGIN_AND_END = (
    "select 0;begin;select 1;savepoint a;rollback to a;commit and chain;select 2;end;select 3;start transaction;"
)


def test_transactions() -> None:
    found = apart(BEGIN_AND_END)
    sizes = [(one.text, len(found.block_of(at))) for at, one in enumerate(found.up)]
    assert sizes == [
        ("select 0", 0),
        ("begin", 5),
        ("select 1", 5),
        ("savepoint a", 5),
        ("rollback to a", 5),
        ("commit and chain", 5),
        ("select 2", 2),
        ("end", 2),
        ("select 3", 0),
        ("start transaction", 1),
    ]


def test_a_commit_ends_the_transaction_of_a_tool() -> None:
    found = apart("-- +goose Up\nselect 1; commit; select 2;")
    assert [len(block) for block in found.transactions] == [2, 2, 0]


def test_settings() -> None:
    text = """
        SET lock_timeout = '3s'; SELECT 1;
        SET LOCAL work_mem = '1MB'; SELECT 2;
        BEGIN; SET LOCAL lock_timeout TO 5; SET search_path = a, "B"; SELECT 3; ROLLBACK; SELECT 4;
        BEGIN; SELECT pg_catalog.set_config('Search_Path', '', false), set_config('x.y', 'z', true); SELECT 5; COMMIT;
        SELECT 6; RESET lock_timeout; SET x.a TO true; SELECT 7; DISCARD ALL; SELECT 8; SET x.a = DEFAULT;
    """
    found = apart(text)
    told = {one.text: found.settings[at] for at, one in enumerate(found.up) if one.text[-1].isdigit()}
    assert told["SELECT 1"] == {"lock_timeout": "3s"}
    assert told["SELECT 2"] == {"lock_timeout": "3s"}
    assert told["SELECT 3"] == {"lock_timeout": "5", "search_path": 'a, "B"'}
    assert told["SELECT 4"] == {"lock_timeout": "3s"}
    assert told["SELECT 5"] == {"lock_timeout": "3s", "search_path": "", "x.y": "z"}
    assert told["SELECT 6"] == {"lock_timeout": "3s", "search_path": ""}
    assert told["SELECT 7"] == {"search_path": "", "x.a": "true"}
    assert told["SELECT 8"] == {}


@pytest.mark.parametrize(
    "raw",
    [
        "select 'é';\nselect 2;\n".encode(),
        "\ufeffselect 'é';\r\nselect 2;\r\n".encode(),
        "\ufeffselect 'é';\nselect 2;\n".encode("utf-16-le"),
        "\ufeffselect 'é';\r\nselect 2;\r\n".encode("utf-16-be"),
        "select 'é';\nselect 2;\n".encode("utf-16-le"),
        "SET client_encoding = 'LATIN1';\nselect 'é';\nselect 2;\n".encode("latin-1"),
        "\\encoding WIN1252\r\nselect 'é';\r\nselect 2;\r\n".encode("cp1252"),
    ],
    ids=["utf8", "utf8-bom-crlf", "utf16le", "utf16be-crlf", "utf16-no-bom", "latin1", "win1252-crlf"],
)
def test_edits_are_written_back_as_the_file_has_it(raw: bytes) -> None:
    found = taken_apart(raw, "x.sql")
    assert texts(found.up) == ["select 'é'", "select 2"]
    assert written_back(found, []) == raw
    second = found.up[1]
    changed = written_back(found, [Edit(second.start, second.end, "select 'ü'\n + 3")])
    ends = "\r\n" if b"\r\n" in found.raw else "\n"
    assert changed == raw.replace("select 2".encode(found.encoding), f"select 'ü'{ends} + 3".encode(found.encoding))


def test_an_edit_that_the_encoding_cannot_hold() -> None:
    found = taken_apart("SET client_encoding = 'LATIN1';\nselect 'é';".encode("latin-1"), "x.sql")
    with pytest.raises(NotWritten, match="LATIN1, has no '€'"):
        written_back(found, [Edit(0, 0, "-- €\n")])


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "x.sql is a picture"),
        (b"\x1f\x8b\x08\0\0\0", "x.sql is compressed by gzip"),
        (
            b"select 1;\nselect 'caf\xc3\xa9';\nselect 'caf\xe9';",
            "x.sql:3: byte 37 is not UTF-8 .* encodings are mixed",
        ),
        (b"select 'caf\xe9';", r"x.sql:1: byte 11 is not UTF-8 text\.$"),
        (b"select 1;\0", "byte 9 is zero"),
    ],
)
def test_what_is_no_text_is_refused(raw: bytes, words: str) -> None:
    with pytest.raises(NotUnderstood, match=words):
        taken_apart(raw, "x.sql")


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(NotUnderstood, match=r"nowhere\.sql cannot be read"):
        read(tmp_path / "nowhere.sql")
    with pytest.raises(NotUnderstood, match="holds no SQL"):
        read_all([tmp_path])
    (tmp_path / "a.sql").write_text(" \n")
    with pytest.raises(NotUnderstood, match=r"a\.sql is empty"):
        read_all([tmp_path / "a.sql"])


@pytest.mark.parametrize(
    "piece", ["select 'x', 1;\n", "select 1;", "do $$ begin\n\\x stdin ' \n end $$;\n", "\\echo a\n"]
)
def test_five_times_as_much_takes_five_times_as_long(piece: str) -> None:
    once, often = (_seconds(piece * (size // len(piece))) for size in (200_000, 1_000_000))
    assert often < once * 15 + 0.1


def test_one_long_string_with_many_commands_in_it_takes_no_longer() -> None:
    once, often = (_seconds("select '" + "\n\\x stdin\n" * count + "'") for count in (4_000, 20_000))
    assert often < once * 15 + 0.1


def _seconds(text: str) -> float:
    began = perf_counter()
    apart(text)
    return perf_counter() - began


def test_all_of_the_corpus() -> None:
    refused = []
    for path in sorted(corpus("real").rglob("*.sql")) + sorted(corpus("lint").rglob("*.sql")):
        try:
            found = read(path)
        except NotUnderstood as error:
            refused.append(error.message)
            continue
        assert put_together(found) == found.raw
        assert written_back(found, []) == path.read_bytes()
        for one in found.statements:
            assert one.node is not None or explained(one)
        assert len(found.transactions) == len(found.settings) == len(found.up)
    assert len(refused) == 2, refused
