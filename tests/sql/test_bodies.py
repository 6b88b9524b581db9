"""Bodies looked into: what stands in functions and DO blocks, and where."""

from __future__ import annotations

import pytest

from seachange.sql.bodies import Body
from seachange.sql.migration import Written, taken_apart
from tests.corpus import corpus

ALL = """-- é
CREATE FUNCTION app.f(p app.mytype, INOUT "Q" numeric(10,2)[] DEFAULT '{}') LANGUAGE plpgsql AS $body$
<<outer>>
DECLARE
  a mytype; b int; c CONSTANT text := 'é'; d s.t%ROWTYPE; e t.x%TYPE NOT NULL DEFAULT 1;
  k ALIAS FOR $1; cu CURSOR (n int) FOR SELECT * FROM t WHERE id = n;
BEGIN
  SELECT x, y
    INTO a, b FROM t WHERE z = d.x;
  b := 1; b := 1;
  IF b > 3 AND EXISTS (SELECT 1 FROM z) THEN PERFORM g(d.x); END IF;
  CASE b WHEN 7 THEN NULL; ELSE RAISE NOTICE '%', a USING HINT = 'h'; END CASE;
  FOR d IN SELECT * FROM w LOOP
    INSERT INTO v VALUES (d.x) RETURNING id INTO b;
  END LOOP;
  EXECUTE 'DROP TABLE gone';
  EXECUTE format('DROP TABLE %I', a) USING b;
EXCEPTION WHEN OTHERS THEN
  DELETE FROM q;
END $body$;
"""


def only(sql: str) -> Written:
    (written,) = taken_apart(sql.encode(), "x.sql").up
    return written


def body(sql: str) -> Body:
    found = only(sql).body
    assert found is not None
    return found


def test_everything_in_a_body_of_plpgsql() -> None:
    written = only(ALL)
    assert written.body is not None
    assert written.body.flaw is None
    assert [(one.text, one.expression, one.dynamic) for one in written.inner if one.text != "1"] == [
        ("'é'", True, False),
        ("SELECT * FROM t WHERE id = n", False, False),
        ("SELECT x, y\n              FROM t WHERE z = d.x", False, False),
        ("b > 3 AND EXISTS (SELECT 1 FROM z)", True, False),
        ("SELECT g(d.x)", False, False),
        ("b", True, False),
        ("7", True, False),
        ("a", True, False),
        ("'h'", True, False),
        ("SELECT * FROM w", False, False),
        ("INSERT INTO v VALUES (d.x) RETURNING id", False, False),
        ("'DROP TABLE gone'", True, False),
        ("DROP TABLE gone", False, True),
        ("format('DROP TABLE %I', a)", True, False),
        ("b", True, False),
        ("DELETE FROM q", False, False),
    ]


def test_each_has_its_place_and_its_node() -> None:
    written = only(ALL)
    text = written.text.encode()
    for one in written.inner:
        assert one.start is not None
        here = text[one.start :].decode()
        assert here.startswith((one.text.splitlines()[0], "PERFORM"))
        assert one.node is not None
    starts = [one.start for one in written.inner]
    assert len(set(starts)) == len(starts)
    ones = [one for one in written.inner if one.text == "1"]
    assert [text[: one.start].count(b"\n") for one in ones if one.start] == [3, 8, 8]


def test_the_location_of_a_node_is_told_in_the_file() -> None:
    written = only("DO $$ BEGIN IF lower(x) THEN PERFORM 1; END IF; END $$;")
    call = written.inner[0].node.target_list[0].res_target.val.func_call  # type: ignore[union-attr]
    at = written.inner[0].byte(call.location)
    assert at is not None
    assert written.text[at:].startswith("lower")


def test_what_is_declared() -> None:
    found = body(ALL)
    assert [(one.name, one.type, one.mode) for one in found.variables] == [
        ("a", "mytype", "variable"),
        ("b", "int", "variable"),
        ("c", "text", "constant"),
        ("d", "s.t%ROWTYPE", "variable"),
        ("e", "t.x%TYPE", "variable"),
        ("k", "", "alias"),
        ("cu", "", "cursor"),
    ]
    assert [(one.name, one.type, one.mode) for one in found.parameters] == [
        ("p", "app.mytype", "in"),
        ("Q", "numeric(10,2)[]", "inout"),
    ]
    text = only(ALL).text.encode()
    for one in (*found.variables, *found.parameters):
        assert one.start is not None
        assert text[one.start :].decode().removeprefix('"').startswith(one.name)


def test_columns_of_a_table_that_is_returned() -> None:
    found = body(
        "CREATE FUNCTION f(a int, VARIADIC b text[]) RETURNS TABLE (id uuid, n app.kind) AS $$ BEGIN RETURN QUERY "
        "SELECT 1; RETURN QUERY EXECUTE 'SELECT 2'; END $$ LANGUAGE plpgsql"
    )
    assert found.flaw is None
    assert [(one.name, one.type) for one in found.columns] == [("id", "uuid"), ("n", "app.kind")]
    assert [one.mode for one in found.parameters] == ["in", "variadic", "table", "table"]
    assert [one.text for one in found.inner if not one.expression] == ["SELECT 1", "SELECT 2"]


@pytest.mark.parametrize(
    "declared",
    ["r record", "r public.thing", "r thing", "r thing%ROWTYPE", "r s.thing.col%TYPE", "r thing[]", "r citext"],
)
def test_types_that_only_a_catalog_knows_are_no_flaw(declared: str) -> None:
    assert body(f"DO $$ DECLARE {declared}; b int; BEGIN SELECT 1 INTO r; b := 2; END $$").flaw is None


@pytest.mark.parametrize("type", ["mood", "app.mood", "mood[]", "t.c%TYPE"])
def test_several_results_may_go_into_variables_of_such_types(type: str) -> None:
    assert body(f"DO $$ DECLARE a {type}; b int; BEGIN SELECT 1, 2 INTO a, b; END $$").flaw is None


def test_a_trigger_function() -> None:
    found = body(
        "CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
        "IF TG_OP = 'UPDATE' AND NEW.a <> OLD.a THEN NEW.b := now(); END IF; RETURN NEW; END $$"
    )
    assert found.flaw is None
    assert [one.text for one in found.inner] == ["TG_OP = 'UPDATE' AND NEW.a <> OLD.a", "now()"]


@pytest.mark.parametrize(
    ("definition", "texts"),
    [
        ("LANGUAGE sql AS 'select 1; select 2 '", ["select 1", "select 2"]),
        ("AS $x$ select a from b; -- c; d\n$x$ LANGUAGE sql", ["select a from b"]),
        ("LANGUAGE sql RETURN a + 1", ["a + 1"]),
        (
            "LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; INSERT INTO x VALUES (1); RETURN 3; END",
            ["SELECT CASE WHEN true THEN 1 END", "INSERT INTO x VALUES (1)", "3"],
        ),
    ],
)
def test_bodies_in_sql(definition: str, texts: list[str]) -> None:
    written = only(f"CREATE FUNCTION é(a int) RETURNS int {definition}")
    assert [one.text for one in written.inner] == texts
    for one in written.inner:
        assert one.start is not None
        assert written.text.encode()[one.start :].decode().startswith(one.text)
        assert one.node is not None


def test_a_string_with_escapes_has_no_places() -> None:
    written = only("CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'select ''x''; select 2'")
    assert [(one.text, one.start) for one in written.inner] == [("select 'x'", None), ("select 2", None)]


def test_what_cannot_be_compiled_is_a_flaw_with_its_line() -> None:
    found = body("DO $$ BEGIN\n  PERFORM 1;\n\n  FOO bar;\nEND $$")
    assert found.flaw is not None
    assert (found.flaw.message, found.flaw.at) == ('syntax error at or near "FOO"', 4)
    assert found.inner == ()


def test_other_languages_and_other_statements() -> None:
    found = body("CREATE FUNCTION f() RETURNS text LANGUAGE plpython3u AS $$ return 'x' $$")
    assert (found.language, found.text.strip(), found.inner) == ("plpython3u", "return 'x'", ())
    assert only("CREATE TABLE t ()").body is None
    assert only("CREATE TABLE t ()").inner == ()


def test_functions_of_the_corpus_are_compiled() -> None:
    """One of them is wrong: it has a backslash before a quote."""
    wrong = []
    for path in sorted(corpus("real").rglob("*.sql")):
        if path.name in ("014_create_test_database.sql", "runtime_defects.sql"):
            continue
        for one in taken_apart(path.read_bytes(), path.name).statements:
            if one.body and one.body.flaw:
                wrong.append(one.place)
            assert all(inner.node is not None for inner in one.inner)
    assert wrong == ["SEED_DATA_LOYALTY_AI.sql:199"]
