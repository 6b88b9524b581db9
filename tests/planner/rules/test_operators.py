"""Casts, conversions, collations, operators, and the families and classes that they belong to."""

from __future__ import annotations

import pytest

from tests.planner.rules import Databases, Pair, there_and_back
from tests.plugins.servers import Server

SAME = """
create function p.same(int, int) returns bool language sql immutable as 'select $1 = $2';
create function p.differ(int, int) returns bool language sql immutable as 'select $1 <> $2';
"""
EQUAL = "create operator p.=== (leftarg = int, rightarg = int, function = p.same{})"
UNEQUAL = "create operator p.!== (leftarg = int, rightarg = int, function = p.differ{})"
PAIR = (
    "create type p.pair as (x int); create function p.words({}) returns text language sql "
    "immutable as 'select null::text'"
)
CLASS = """
create operator class p.cls for type int using btree family p.fam as
operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 {}
"""
BACKWARDS = "create function p.cmp(int, int) returns int language internal immutable strict as 'btint4cmp'"
INDEX = "create table p.t (a int); create index i on p.t (a p.cls); insert into p.t values (1)"
CASES = (
    Pair("cast by a function", "", "create cast (p.pair as text) with function p.words(p.pair)", PAIR.format("p.pair")),
    Pair(
        "cast in another context",
        "create cast (p.pair as text) with function p.words(p.pair) as assignment",
        "create cast (p.pair as text) with function p.words(p.pair) as implicit",
        PAIR.format("p.pair"),
    ),
    Pair(
        "cast by another way",
        "create cast (p.pair as text) with inout",
        "create cast (p.pair as text) with function p.words(p.pair)",
        PAIR.format("p.pair"),
    ),
    Pair(
        "cast with its type", "", PAIR.format("p.pair") + "; create cast (p.pair as text) with function p.words(p.pair)"
    ),
    Pair(
        "cast without a function",
        "",
        "create cast (p.d as bytea) without function",
        "create type p.d; "
        "create function p.d_in(cstring) returns p.d language internal immutable strict as 'textin';"
        "create function p.d_out(p.d) returns cstring language internal immutable strict as 'textout';"
        "create type p.d (input = p.d_in, output = p.d_out)",
    ),
    Pair("conversion", "", "create conversion p.conv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8"),
    Pair(
        "conversion by default",
        "create conversion p.conv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
        "create default conversion p.conv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
    ),
    Pair("collation of the system", "", "create collation p.c (lc_collate = 'C', lc_ctype = 'POSIX')"),
    Pair(
        "collation by ICU",
        "",
        "create collation p.c (provider = icu, locale = 'de-u-co-phonebk', deterministic = false)",
    ),
    Pair(
        "collation with rules",
        "",
        "create collation p.c (provider = icu, locale = 'und', rules = '&V << w <<< W')",
        first=16,
    ),
    Pair("collation built in", "", "create collation p.c (provider = builtin, locale = 'C.UTF-8')", first=17),
    Pair(
        "collation below rows",
        "create collation p.c (provider = icu, locale = 'de'); create table p.t (a text collate p.c, "
        "b varchar(3) collate p.c);"
        "create index on p.t (a); insert into p.t values ('x', 'y'); create domain p.d as text collate p.c",
        "create collation p.c (provider = icu, locale = 'fr'); create table p.t (a text collate p.c, "
        "b varchar(3) collate p.c);"
        "create index on p.t (a); insert into p.t values ('x', 'y'); create domain p.d as text collate p.c",
        rows="select t::text from p.t",
    ),
    Pair(
        "operator",
        "",
        EQUAL.format(", commutator = operator(p.===), restrict = eqsel, join = eqjoinsel, hashes, merges"),
        SAME,
    ),
    Pair("prefix operator", "", "create operator p.@#@ (rightarg = int, function = int4um)"),
    Pair(
        "operators that name each other",
        "",
        SAME
        + EQUAL.format(", commutator = operator(p.===), negator = operator(p.!==)")
        + ";"
        + UNEQUAL.format(", commutator = operator(p.!==), negator = operator(p.===)"),
    ),
    Pair(
        "operator whose negator comes",
        EQUAL.format(""),
        EQUAL.format(", negator = operator(p.!==)") + ";" + UNEQUAL.format(", negator = operator(p.===)"),
        SAME,
    ),
    Pair(
        "shell operator",
        "",
        EQUAL.format(", negator = operator(p.!==)"),
        SAME,
    ),
    Pair(
        "shell operator filled",
        EQUAL.format(", negator = operator(p.!==)"),
        EQUAL.format(", negator = operator(p.!==)")
        + ";"
        + UNEQUAL.format(", negator = operator(p.===), restrict = neqsel"),
        SAME,
    ),
    Pair("operator estimates", EQUAL.format(", restrict = eqsel"), EQUAL.format(", join = eqjoinsel"), SAME),
    Pair(
        "operator that hashes",
        EQUAL.format(", commutator = operator(p.===)"),
        EQUAL.format(", commutator = operator(p.===), hashes"),
        SAME,
    ),
    Pair("operator by another function", EQUAL.format(""), EQUAL.format("").replace("same", "differ"), SAME),
    Pair(
        "operator in use",
        EQUAL.format("") + "; create view p.v as select 1 operator(p.===) 2 as a",
        EQUAL.format("").replace("same", "differ") + "; create view p.v as select 1 operator(p.===) 2 as a",
        SAME,
    ),
    Pair("family", "", "create operator family p.fam using btree"),
    Pair(
        "loose members",
        "create operator family p.fam using btree",
        "create operator family p.fam using btree;"
        "alter operator family p.fam using btree add operator 3 = (int4, int8), function 1 (int4, "
        "int8) btint48cmp(int4, int8)",
    ),
    Pair("class", "", "create operator family p.fam using btree;" + CLASS.format("btint4cmp(int, int)")),
    Pair(
        "class in its own family",
        "",
        "create operator class p.cls for type int using hash as operator 1 =, function 1 hashint4(int)",
    ),
    Pair(
        "class in a family that stays",
        "",
        CLASS.format("btint4cmp(int, int)"),
        "create operator family p.fam using btree",
    ),
    Pair(
        "class of gist",
        "",
        "create operator class p.near for type point using gist as operator 15 <-> (point, point) for "
        "order by pg_catalog.float_ops,"
        "function 1 gist_point_consistent(internal, point, int2, oid, internal), function 2 "
        "gist_box_union(internal, internal),"
        "function 3 gist_point_compress(internal), function 5 gist_box_penalty(internal, internal, internal),"
        "function 6 gist_box_picksplit(internal, internal), function 7 gist_box_same(box, box, internal), storage box",
    ),
    Pair(
        "class by another function below an index",
        CLASS.format("btint4cmp(int, int)") + ";" + INDEX,
        CLASS.format("p.cmp(int, int)") + ";" + INDEX,
        "create operator family p.fam using btree;" + BACKWARDS,
        rows="select t::text from p.t",
    ),
    Pair("access method", "", "create access method probe_index type index handler bthandler"),
    Pair(
        "access method of tables",
        "create access method probe_am type table handler heap_tableam_handler",
        "create access method probe_am type index handler bthandler",
    ),
)


@pytest.mark.parametrize("pair", CASES, ids=lambda pair: pair.title)
def test_there_and_back(pair: Pair, server: Server, databases: Databases) -> None:
    if pair.fits(server.major):
        there_and_back(pair, databases)
