"""PL/pgSQL looked into: the SQL in it, and what it declares.

libpg_query compiles a body without a catalog, and so takes each type that is not built in for a row.  Before it is
asked, such types are replaced: by `record` where the variable is used as a row, else by `text`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct

from seachange.sql import parse, tree
from seachange.sql.inner import Inner, Variable
from seachange.sql.nodes import (
    FUNC_PARAM_INOUT,
    FUNC_PARAM_OUT,
    FUNC_PARAM_TABLE,
    FUNC_PARAM_VARIADIC,
    A_Const,
    DoStmt,
    SelectStmt,
)
from seachange.sql.parse import Word

_MODES = {FUNC_PARAM_OUT: "out", FUNC_PARAM_INOUT: "inout", FUNC_PARAM_TABLE: "table", FUNC_PARAM_VARIADIC: "variadic"}
_BUILT_IN = """
bigint bigserial bit bool boolean box bpchar bytea char character cidr circle date decimal double float float4 float8
inet int int2 int4 int8 integer interval json jsonb line lseg macaddr macaddr8 money name numeric oid path point polygon
real refcursor regclass regproc regprocedure regrole regtype smallint text time timestamp timestamptz timetz tsquery
tsvector uuid varbit varchar void xml record trigger event_trigger anyelement anyarray anycompatible anycompatiblearray
"""
_KNOWN = frozenset(_BUILT_IN.split())
_PSEUDO = frozenset({"void", "trigger", "event_trigger"})
_ROW = "seachange_row"  # no type that libpg_query knows, and so a row
_ENDS_TYPE = frozenset({";", ":=", "=", "DEFAULT", "NOT", "COLLATE"})
_UNTOLD = ("Not implemented", "could not find", "type ")
_CASE = '"__Case__Variable_'
_STATEMENT, _EXPRESSION = 0, 2
_DYNAMIC = ("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors")


class Read(Struct, frozen=True):
    """What could be read of a body."""

    variables: tuple[Variable, ...] = ()
    inner: tuple[Inner, ...] = ()
    flaw: tree.NotParsed | None = None


def read(sql: str, node: Any, text: str, start: int | None) -> Read:
    """What the body `text` of the statement `sql` holds; it begins at byte `start` of that, if it can be told."""
    try:
        words = parse.placed(text)
    except parse.NotScanned as error:
        return Read(flaw=tree.NotParsed(str(error), text.count("\n", 0, max(error.at, 0)) + 1))
    declared = tuple(_declared(text.encode(), words))
    variables = tuple(_moved(one, start) for _, _, one in declared)
    try:
        found = tree.plpgsql(_plain(sql, node, text, words, declared))
    except tree.NotParsed as flaw:
        return Read(variables, flaw=None if flaw.message.startswith(_UNTOLD) else _nearer(flaw, text, words))
    return Read(variables, tuple(_inner(found, text.encode(), words, start)))


def _nearer(flaw: tree.NotParsed, text: str, words: Sequence[Word]) -> tree.NotParsed:
    """PL/pgSQL tells the line of the statement before; the word that it stumbled over stands where it stands."""
    stumbled = flaw.message.partition(' at or near "')[2].removesuffix('"')
    lines = ((text.encode().count(b"\n", 0, word.start) + 1, word.text) for word in words)
    return tree.NotParsed(flaw.message, next((at for at, word in lines if at >= flaw.at and word == stumbled), flaw.at))


def parameters(sql: str, node: Any) -> tuple[Variable, ...]:
    """What a routine takes and gives by name."""
    written = sql.encode()
    words = parse.placed(sql)
    found = (parameter.function_parameter for parameter in getattr(node, "parameters", ()))
    return tuple(_parameter(one, written, words) for one in found)


def _parameter(one: Any, written: bytes, words: Sequence[Word]) -> Variable:
    at = bisect_left(words, one.arg_type.location, key=lambda word: word.start)
    depth, end = 0, at
    while end < len(words) and not (depth == 0 and words[end].text.upper() in (",", ")", "=", "DEFAULT", ":=")):
        depth += {"(": 1, ")": -1, "[": 1, "]": -1}.get(words[end].text, 0)
        end += 1
    type = written[words[at].start : words[end - 1].end].decode()
    named = next((word.start for word in reversed(words[max(at - 2, 0) : at]) if _name(word.text) == one.name), None)
    return Variable(one.name, type, _MODES.get(one.mode, "in"), named)


def _name(written: str) -> str:
    return written[1:-1].replace('""', '"') if written.startswith('"') else written.lower()


def _moved(one: Variable, start: int | None) -> Variable:
    at = None if start is None or one.start is None else start + one.start
    return Variable(one.name, one.type, one.mode, at)


def _declared(text: bytes, words: Sequence[Word]) -> Iterator[tuple[int, int, Variable]]:
    """What is declared, with the bytes of its type, which are none for a cursor and an alias."""
    at, declaring = 0, False
    while at < len(words):
        word = words[at].text.upper()
        if word == "DECLARE" or (declaring and word == "BEGIN"):
            declaring = word == "DECLARE"
            at += 1
        elif declaring:
            end = next((i for i in range(at, len(words)) if words[i].text == ";"), len(words) - 1)
            yield from _declaration(text, words[at : end + 1])
            at = end + 1
        else:
            at += 1


def _declaration(text: bytes, words: Sequence[Word]) -> Iterator[tuple[int, int, Variable]]:
    said = [word.text.upper() for word in words]
    name, start = _name(words[0].text), words[0].start
    for special in ("ALIAS", "CURSOR"):
        if special in said[1:4]:
            yield start, start, Variable(name, "", special.lower(), start)
            return
    first = 2 if said[1:2] == ["CONSTANT"] else 1
    end = next((at for at in range(first, len(words)) if said[at] in _ENDS_TYPE), len(words))
    if end > first:
        begins, ends = words[first].start, words[end - 1].end
        mode = "constant" if first == 2 else "variable"
        yield begins, ends, Variable(name, text[begins:ends].decode(), mode, start)


def _plain(sql: str, node: Any, text: str, words: Sequence[Word], declared: Sequence[tuple[int, int, Variable]]) -> str:
    """A statement with the same body, line by line, and types that libpg_query knows."""
    names = [_name(word.text) for word in words]
    rows = frozenset(name for name, behind in pairwise(names) if behind == ".")
    written, parts, done = text.encode(), [], 0
    for start, end, one in declared:
        if end > start:
            type = _known(one.type, "record" if one.name in rows else "")
            parts += [written[done:start], type.encode() + b"\n" * written.count(b"\n", start, end)]
            done = end
    made = b"".join([*parts, written[done:]]).decode()
    tag = next(tag for at in range(len(text) + 2) if (tag := f"$q{at}$") not in text)
    return f"{_head(sql, node, rows)} AS {tag}{made}{tag} LANGUAGE plpgsql"


def _head(sql: str, node: Any, rows: frozenset[str]) -> str:
    if isinstance(node, DoStmt):
        return "CREATE FUNCTION f() RETURNS void"
    found = parameters(sql, node)
    told = [
        f"{one.mode.replace('variadic', 'in')} {_quoted(one.name)} {_known(one.type, _ROW if one.name in rows else '')}"
        for one in found
    ]
    taken = ", ".join(part for part, one in zip(told, found, strict=True) if one.mode != "table")
    table = ", ".join(part.removeprefix("table ") for part in told if part.startswith("table "))
    if node.is_procedure:
        return f"CREATE PROCEDURE f({taken})"
    return f"CREATE FUNCTION f({taken}){_returns(node, table)}"


def _returns(node: Any, table: str) -> str:
    if table:
        return f" RETURNS TABLE ({table})"
    if not node.HasField("return_type"):
        return ""
    name = node.return_type.names[-1].string.sval
    known = name if name in _PSEUDO or name == "record" else "text"
    return f" RETURNS {'SETOF ' if node.return_type.setof else ''}{known}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if name else ""


def _known(type: str, row: str) -> str:
    """`type` if it is built in; what stands for it if it is not, `row` where it is used as a row."""
    lowered = type.lower().removeprefix("pg_catalog.")
    first, *_ = lowered.partition("(")[0].partition("[")[0].split() or [""]
    if first in _KNOWN and "." not in first and "%" not in lowered:
        return type
    if "rowtype" in lowered.partition("%")[2]:
        return row or "record"
    return "text[]" if lowered.endswith("]") else row or "text"


def _inner(found: dict[str, Any], text: bytes, words: Sequence[Word], start: int | None) -> Iterator[Inner]:
    """What the parse tree has, each at the place in the body that reads like it; in the order of these places."""
    lines = [0, *(at + 1 for at, byte in enumerate(text) if byte == 10)]
    used: dict[tuple[int, int], str] = {}
    told: list[tuple[int, Inner]] = []
    for said, mode, line, dynamic in _expressions(found, 0, False):
        query = said.encode()
        at = _standing(query, text, words, lines[min(max(line, 1), len(lines)) - 1], used)
        if at is not None or said not in used.values():
            told += _told(said, mode, at, start, dynamic)
    yield from (one for _, one in sorted(told, key=lambda each: each[0]))


def _told(said: str, mode: int, at: int | None, start: int | None, dynamic: bool) -> Iterator[tuple[int, Inner]]:
    """A statement or an expression, and what an EXECUTE of a constant sends."""
    if mode > _EXPRESSION:  # an assignment: what stands behind the sign
        sign = next((word for word in parse.placed(said) if word.text in (":=", "=")), None)
        behind = said.encode()[sign.end if sign else 0 :].decode()
        at = None if at is None else at + len(said.encode()) - len(behind.lstrip().encode())
        said, mode = behind.lstrip(), _EXPRESSION
    byte = None if at is None or start is None else start + at
    one = Inner(said, byte, expression=mode == _EXPRESSION)
    yield (-1 if at is None else at), one
    if dynamic and (constant := _constant(one)) is not None:
        exact = byte is not None and said == f"'{constant}'"
        yield (
            (-1 if at is None else at),
            Inner(constant, byte + 1 if exact and byte is not None else None, dynamic=True),
        )


def _constant(one: Inner) -> str | None:
    """The string that an expression is, if it is nothing else."""
    if not isinstance(one.node, SelectStmt) or len(one.node.target_list) != 1:
        return None
    value = tree.inner(one.node.target_list[0].res_target.val)
    return str(value.sval.sval) if isinstance(value, A_Const) and value.HasField("sval") else None


def _expressions(node: Any, line: int, dynamic: bool) -> Iterator[tuple[str, int, int, bool]]:
    """Every query below a node: its text, how it is parsed, the line of its statement, whether EXECUTE is given it."""
    if isinstance(node, list):
        for each in node:
            yield from _expressions(each, line, dynamic)
    elif isinstance(node, dict):
        line = node.get("lineno", line)
        for key, value in node.items():
            if key == "PLpgSQL_expr":
                yield _without_case(value["query"]), value.get("parseMode", 0), line, dynamic
            else:
                below = key in _DYNAMIC or key == "dynquery" or (dynamic and key == "query")
                yield from _expressions(value, line, below)


def _without_case(query: str) -> str:
    """CASE … WHEN is made a comparison with a variable that nobody has written."""
    return query.partition(" IN (")[2].removesuffix(")") if query.startswith(_CASE) else query


def _standing(
    query: bytes, text: bytes, words: Sequence[Word], after: int, used: dict[tuple[int, int], str]
) -> int | None:
    """The first token from byte `after` on where `query` stands, and nothing else was found to stand."""
    for at in range(bisect_left(words, after, key=lambda word: word.start), len(words)):
        start = words[at].start
        length = len(query) + (words[at].text.upper() == "PERFORM" and query.startswith(b"SELECT"))
        if (start, length) not in used and _reads(text[start : start + length], query):
            used[start, length] = query.decode()
            return start
    return None


def _reads(written: bytes, query: bytes) -> bool:
    """PERFORM is read as SELECT, and blanks stand for what was put INTO variables."""
    if written[:7].upper() == b"PERFORM" and query.startswith(b"SELECT"):
        written = b"SELECT" + written[7:]
    return written == query or (
        len(written) == len(query) and all(a == b or b == 32 for a, b in zip(written, query, strict=True))
    )
