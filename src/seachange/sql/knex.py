"""Migrations in JavaScript or TypeScript, as knex has them: the SQL in the strings of `up` and `down`.

What is built by calls, such as `knex.schema.createTable`, and what is put into a template when it runs, is not read;
where that is so, it is told.  `run:` records what such a migration sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from seachange.errors import NotUnderstood
from seachange.sql import javascript, parse
from seachange.sql.javascript import Token
from seachange.sql.written import Section, Written

ENDINGS = (".js", ".ts", ".mjs", ".cjs", ".mts", ".cts")
_SECTIONS = {"up": Section.UP, "down": Section.DOWN}
_SENDING = frozenset({"raw", "query", "unsafe", "execute", "runSql", "sql"})
_BUILDERS = frozenset({"schema", "insert", "update", "del", "delete", "table", "createTable", "alterTable"})
_OPENS, _CLOSES = frozenset("([{"), frozenset(")]}")
_ENDS = frozenset({";", ",", "}", "exports", "export", "module"})
_ADVICE = "run:COMMAND records what it sends when it runs"


class Unread(Struct, frozen=True):
    """What a migration does, or may do, that cannot be read in it."""

    file: str
    line: int
    what: str


class Program(Struct, frozen=True):
    """What could be read of one file."""

    statements: tuple[Written, ...]
    unread: tuple[Unread, ...]
    wrapped: bool


def read(text: bytes, name: str) -> Program:
    """The statements in the strings of `up` and `down`."""
    source = text.decode()
    tokens = list(javascript.tokens(source, name))
    places = _Places(source, name)
    statements: list[Written] = []
    unread: list[Unread] = []
    for section, inside in _functions(tokens):
        for token, call in _strings(inside):
            why = _not_readable(token, call, inside)
            if why:
                unread.append(Unread(name, places.line(token.start), f"{why}; {_ADVICE}."))
            else:
                statements += _statements(token, section, places)
        unread += _built(inside, section, places)
    return Program(tuple(statements), tuple(sorted(unread, key=lambda one: one.line)), _wrapped(tokens))


def _wrapped(tokens: Sequence[Token]) -> bool:
    """knex begins a transaction unless the file exports a config that says it should not."""
    words = [token.text for token in tokens]
    return not any(words[at : at + 3] == ["transaction", ":", "false"] for at in range(len(words)))


def _functions(tokens: Sequence[Token]) -> Iterator[tuple[Section, Sequence[Token]]]:
    """What belongs to `up` and to `down`: from the name to where its braces, or its expression, end."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.text in _OPENS) - (token.text in _CLOSES)
        section = _SECTIONS.get(token.text)
        if section and depth <= 1 and _is_defined(tokens, at):
            yield section, tokens[at + 1 : _end(tokens, at + 1)]


def _is_defined(tokens: Sequence[Token], at: int) -> bool:
    """`exports.up =`, `export async function up(`, `const up =`, `{ up: …`, `async up(`; no mere call of it."""
    before = tokens[at - 1].text if at else ""
    behind = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return before in ("function", "const", "let", "var", "async", "static") or (
        behind == "=" or (before in ("{", ",") and behind in (":", "("))
    )


def _end(tokens: Sequence[Token], start: int) -> int:
    """Behind the body of a function that begins at `start`, or where its expression ends."""
    depth, body = 0, False
    for at in range(start, len(tokens)):
        text = tokens[at].text
        if depth == 0 and text in _ENDS:
            return at
        body = body or (depth == 0 and text == "{")
        depth += (text in _OPENS) - (text in _CLOSES)
        if depth == 0 and text == "}" and body:
            return at + 1
    return len(tokens)


def _strings(tokens: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Each string that holds SQL, with the name of the call that it is an argument of."""
    calls: list[str] = []
    for at, token in enumerate(tokens):
        before = tokens[at - 1].text if at else ""
        if token.text in _OPENS:
            calls.append(_called(tokens, at) if token.text == "(" else token.text)
        elif token.text in _CLOSES and calls:
            calls.pop()
        elif token.quote and _is_sql(token, calls, before):
            yield token, calls[-1] if calls else ""


def _called(tokens: Sequence[Token], at: int) -> str:
    """The name before a parenthesis; there may be types between them: raw<Row>(…)."""
    if tokens[at - 1].text == ">" and tokens[at - 2].text != "=":
        while at > 0 and tokens[at].text != "<":
            at -= 1
    return tokens[at - 1].text if at else ""


def _is_sql(token: Token, calls: Sequence[str], before: str) -> bool:
    """An argument of what sends SQL; a template also where it stands in a list, or is given a name."""
    if calls and calls[-1] in _SENDING:
        return before in ("(", "+")
    if token.quote != "`" or len(token.text) < 8:
        return False
    return (before in ("[", ",") and bool(calls) and calls[-1] == "[") or before in ("=", "sql", "SQL")


def _not_readable(token: Token, call: str, inside: Sequence[Token]) -> str:
    if token.filled:
        return "${…} is put into this SQL when it runs"
    behind = inside[inside.index(token) + 1].text if token is not inside[-1] else ""
    if behind == "+":
        return "this SQL is put together of parts when it runs"
    if behind == "," and call == "raw":
        return "values are put into this SQL when it runs"
    return ""


def _built(tokens: Sequence[Token], section: Section, places: _Places) -> Iterator[Unread]:
    """Calls of the builder: knex.schema.createTable(…), and the like."""
    if section is not Section.UP:
        return
    told: set[int] = set()
    for at in range(len(tokens) - 2):
        dot, name, follows = tokens[at : at + 3]
        is_call = dot.text == "." and name.text in _BUILDERS and follows.text in ("(", ".")
        if is_call and not (name.text == "schema" and tokens[min(at + 3, len(tokens) - 1)].text == "raw"):
            line = places.line(name.start)
            if line not in told:
                told.add(line)
                yield Unread(places.name, line, f"{name.text} builds its SQL when it runs; {_ADVICE}.")


class _Places:
    """Where the characters of a file are: their bytes, lines and columns."""

    def __init__(self, source: str, name: str) -> None:
        self.source = source
        self.name = name
        self._counted = self._bytes = 0

    def line(self, at: int) -> int:
        return self.source.count("\n", 0, at) + 1

    def column(self, at: int) -> int:
        return at - self.source.rfind("\n", 0, at)

    def byte(self, at: int) -> int:
        if at < self._counted:
            self._counted = self._bytes = 0
        self._bytes += len(self.source[self._counted : at].encode())
        self._counted = at
        return self._bytes


def _statements(token: Token, section: Section, places: _Places) -> Iterator[Written]:
    said = javascript.string(places.source, token)
    sql = said.text.encode()
    try:
        found = parse.cut(sql)
    except parse.NotScanned as error:
        where = f"{places.name}:{places.line(said.places[min(error.at, len(said.text))])}"
        raise NotUnderstood(f"{where}: the SQL in this string is not whole: {error}.") from error
    for span, (start, end) in zip(found.spans, _characters(sql, found.spans), strict=True):
        first, last = said.places[start], said.places[end]
        text, sent = places.source[first:last], said.text[start:end]
        yield Written(
            places.name,
            places.byte(first),
            places.byte(last),
            text,
            places.line(first),
            places.column(first),
            span.words,
            section,
            sent=sent if sent != text else "",
        )


def _characters(sql: bytes, spans: Iterable[parse.Span]) -> Iterator[tuple[int, int]]:
    """Where the statements are, in characters."""
    marks = [0, *(at for span in spans for at in (span.start, span.end))]
    lengths = [len(sql[a:b].decode()) for a, b in pairwise(marks)]
    at = 0
    for gap, length in zip(lengths[::2], lengths[1::2], strict=True):
        yield at + gap, at + gap + length
        at += gap + length
