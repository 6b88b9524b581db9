"""What stands in the body of a routine or a DO: statements, expressions, variables; and where.

Bodies in SQL and in PL/pgSQL are looked into; of other languages only the text is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message
from msgspec import Struct

from seachange.sql import parse, plpgsql, tree
from seachange.sql.inner import Inner, Variable
from seachange.sql.nodes import CreateFunctionStmt, DoStmt, ReturnStmt

__all__ = ["Body", "Inner", "Variable", "body"]


class Body(Struct, frozen=True, dict=True):
    """A body: its language in lower case, its text, and the byte of the statement where that begins; None where a
    string has it with escapes.

    `parameters` are what a routine is called with or gives back by name, those of RETURNS TABLE last: `columns` has
    these alone.  `variables` are what is declared in it.  `flaw` is why it was not understood; its `at` is a line of
    the body then, counted from 1, or -1.
    """

    language: str
    text: str
    start: int | None
    parameters: tuple[Variable, ...] = ()
    variables: tuple[Variable, ...] = ()
    inner: tuple[Inner, ...] = ()
    flaw: tree.NotParsed | None = None

    @property
    def columns(self) -> tuple[Variable, ...]:
        return tuple(one for one in self.parameters if one.mode == "table")


def body(sql: str, node: Message) -> Body | None:
    """The body in the statement `sql`; None where it has none."""
    match node:
        case CreateFunctionStmt() if node.HasField("sql_body"):
            inner = tuple(_atomic(sql) if not _is_return(node) else _returned(sql))
            return Body("sql", sql, 0, plpgsql.parameters(sql, node), inner=inner)
        case CreateFunctionStmt():
            return _quoted(sql, node, {option.def_elem.defname: option.def_elem for option in node.options})
        case DoStmt():
            return _quoted(sql, node, {option.def_elem.defname: option.def_elem for option in node.args})
    return None


def _quoted(sql: str, node: Any, options: dict[str, Any]) -> Body | None:
    if "as" not in options:
        return None
    told = options["as"].arg
    text = told.string.sval or (told.list.items[0].string.sval if told.list.items else "")
    language = (options["language"].arg.string.sval if "language" in options else "plpgsql").lower()
    start = _content(sql, options["as"].location, text)
    found = Body(language, text, start)
    match language:
        case "plpgsql":
            return _plpgsql(sql, node, found)
        case "sql":
            parameters = plpgsql.parameters(sql, node)
            try:
                return Body(language, text, start, parameters, inner=tuple(_statements(text, start)))
            except parse.NotScanned as error:
                flaw = tree.NotParsed(str(error), text.count("\n", 0, max(error.at, 0)) + 1)
                return Body(language, text, start, parameters, flaw=flaw)
    return found


def _plpgsql(sql: str, node: Any, found: Body) -> Body:
    read = plpgsql.read(sql, node, found.text, found.start)
    return Body(
        found.language, found.text, found.start, plpgsql.parameters(sql, node), read.variables, read.inner, read.flaw
    )


def _content(sql: str, after: int, text: str) -> int | None:
    """The byte where the text of a string constant behind byte `after` begins, if it stands there as it is."""
    written = sql.encode()
    for word in parse.placed(sql):
        if word.start >= after and word.text[:1] in "$'EeNn" and word.text[-1:] in "$'":
            start = word.start + (word.text.index("$", 1) + 1 if word.text[0] == "$" else word.text.index("'") + 1)
            encoded = text.encode()
            return start if written[start : start + len(encoded)] == encoded else None
    return None


def _statements(text: str, start: int | None) -> Iterator[Inner]:
    written = text.encode()
    for span in parse.cut(written).spans:
        one = written[span.start : span.end].decode()
        at = None if start is None else start + span.start
        if span.words[:1] == ("RETURN",):
            yield Inner(
                one[6:].lstrip(), None if at is None else at + len(one) - len(one[6:].lstrip()), expression=True
            )
        else:
            yield Inner(one, at)


def _atomic(sql: str) -> Iterator[Inner]:
    words = parse.placed(sql)
    begins = next(
        at for at, word in enumerate(words) if word.text.upper() == "ATOMIC" and words[at - 1].text.upper() == "BEGIN"
    )
    start, end = words[begins].end, words[-1].start
    yield from _statements(sql.encode()[start:end].decode(), start)


def _is_return(node: Any) -> bool:
    return isinstance(tree.inner(node.sql_body), ReturnStmt)


def _returned(sql: str) -> Iterator[Inner]:
    last = [word for word in parse.placed(sql) if word.text.upper() == "RETURN"][-1]
    rest = sql.encode()[last.end :].decode()
    yield Inner(rest.strip(), last.end + len(rest.encode()) - len(rest.lstrip().encode()), expression=True)
