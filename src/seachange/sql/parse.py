"""SQL read as text: statement boundaries and the few names in a statement that we have to know.

The only module that imports postgast.  Its scanner and grammar are those of PostgreSQL 18, and it takes
`standard_conforming_strings` as on.  What it cannot read is left to the server to judge.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import postgast
from postgast.pg_query_pb2 import (
    FUNC_PARAM_INOUT,
    FUNC_PARAM_OUT,
    OBJECT_DATABASE,
    REINDEX_OBJECT_INDEX,
    VAR_SET_MULTI,
    ColumnRef,
    FuncCall,
    FunctionParameter,
    GrantStmt,
    ParseResult,
    RoleSpec,
    ScanToken,
)
from postgast.pg_query_pb2 import (
    Token as Kind,
)

_SEMICOLON, _BACKSLASH, _COLON = Kind.Value("ASCII_59"), Kind.Value("ASCII_92"), Kind.Value("ASCII_58")
_COMMENTS = frozenset({Kind.Value("SQL_COMMENT"), Kind.Value("C_COMMENT")})
_PARENS = {Kind.Value("ASCII_40"): 1, Kind.Value("ASCII_41"): -1}
_BEGIN, _ATOMIC, _CASE, _END = (Kind.Value(name) for name in ("BEGIN_P", "ATOMIC", "CASE", "END_P"))
_COPY, _FROM, _STDIN, _DATABASE = (Kind.Value(name) for name in ("COPY", "FROM", "STDIN", "DATABASE"))
_TURNING = frozenset({_SEMICOLON, _BACKSLASH, *_PARENS, _ATOMIC, _CASE, _END})
"""What may end a statement, or tell that a semicolon does not."""
_IDENTIFIER, _STRING = Kind.Value("IDENT"), Kind.Value("SCONST")

_WORDS, _LONGEST_WORD = 4, 63
_SECRETIVE = frozenset({"ROLE", "USER", "GROUP", "SUBSCRIPTION", "SERVER"})


class NotScanned(Exception):
    """The text has no tokens from character `at` on.  `unfinished` if it stops inside of a quote or a comment."""

    def __init__(self, message: str, at: int) -> None:
        self.unfinished = message.startswith("unterminated")
        self.at = at
        super().__init__(message)


class Span(NamedTuple):
    """One statement: the bytes from `start` to `end`, without comments around it and without its semicolon."""

    start: int
    end: int
    words: tuple[str, ...]  # how it begins, in capitals
    ended: bool  # by a semicolon
    reads_rows: bool  # COPY … FROM stdin: rows follow
    says_database: bool


class Parameter(NamedTuple):
    """A parameter of a routine.  `type` is its name and how many dimensions it has; two that are equal are the same."""

    name: str
    type: tuple[str, ...]
    taken: bool  # by the caller's arguments
    given: bool  # as a part of the result
    defaulted: bool


class Token(NamedTuple):
    """A token as it is written, and its bytes."""

    start: int
    end: int
    text: str

    @property
    def word(self) -> str:
        """What is no quoted name and no value, in capitals."""
        return self.text.upper() if self.text[:1].isalpha() or self.text[:1] == "_" else self.text


class Cut(NamedTuple):
    """A text taken apart up to the first backslash that stands outside of quotes."""

    spans: tuple[Span, ...]
    backslash: int | None


def cut(text: bytes) -> Cut:
    """The statements of UTF-8 `text`.  Raises NotScanned."""
    spans: list[Span] = []
    backslash: int | None = None
    for group, end in _groups(_tokens(text.decode())):
        if group:
            spans.append(_span(text, group, ended=end is not None and end.token == _SEMICOLON))
        if end is not None and end.token == _BACKSLASH:
            backslash = end.start
    return Cut(tuple(spans), backslash)


@lru_cache(maxsize=64)
def tokens(sql: str) -> tuple[Token, ...]:
    """Every token of `sql` with its place, comments left out.  Raises NotScanned.

    Several checks ask for those of the same statement, one after the other.
    """
    places = [(one.start, one.end) for one in _tokens(sql)]
    if sql.isascii():
        return tuple(Token(start, end, sql[start:end]) for start, end in places)
    text = sql.encode()
    return tuple(Token(start, end, text[start:end].decode()) for start, end in places)


def words(sql: str) -> tuple[str, ...]:
    """Every token of `sql` as it is written.  Raises NotScanned."""
    text = sql.encode()
    return tuple(text[token.start : token.end].decode() for token in _tokens(sql))


def mentioned(sql: str) -> frozenset[tuple[str, ...]]:
    """Every name in `sql`, with its schema where it has one, whatever it stands for; none where it is no SQL."""
    try:
        written = words(sql)
    except NotScanned:
        return frozenset()
    names = [_name(word) if word[:1].isalpha() or word[:1] in '_"' else word for word in written]
    alone = {(name,) for before, name in pairwise(("", *names)) if before != "."}
    within = {(names[at - 1], names[at + 1]) for at in range(1, len(names) - 1) if names[at] == "."}
    return frozenset(alone | within)


def comments(text: bytes) -> tuple[tuple[int, int], ...]:
    """The first byte of each comment in UTF-8 `text`, and the byte behind it.  Raises NotScanned."""
    return tuple((token.start, token.end) for token in _scanned(text.decode()) if token.token in _COMMENTS)


def _tokens(sql: str) -> Iterator[ScanToken]:
    return (token for token in _scanned(sql) if token.token not in _COMMENTS)


def _scanned(sql: str) -> Iterator[ScanToken]:
    try:
        scanned = postgast.scan(sql)
    except postgast.PgQueryError as error:
        raise NotScanned(error.message, error.cursorpos - 1) from error
    return iter(scanned.tokens)


def _groups(tokens: Iterable[ScanToken]) -> Iterator[tuple[list[ScanToken], ScanToken | None]]:
    """The tokens of each statement, with the one that ends it; semicolons in parentheses and in bodies do not."""
    group: list[ScanToken] = []
    parens = blocks = 0
    for token in tokens:
        kind = token.token
        if kind in _TURNING:
            if kind == _BACKSLASH:
                yield group, token
                return
            if kind == _SEMICOLON and parens <= 0 and blocks <= 0:
                yield group, token
                group, parens, blocks = [], 0, 0
                continue
            parens += _PARENS.get(kind, 0)
            blocks += _deeper(group, kind, blocks)
        group.append(token)
    if group:
        yield group, None


def _deeper(before: list[ScanToken], kind: int, blocks: int) -> int:
    """How a token changes the depth within BEGIN ATOMIC … END."""
    if kind == _ATOMIC:
        return 1 if before and before[-1].token == _BEGIN else 0
    if not blocks:
        return 0
    return {_CASE: 1, _END: -1}.get(kind, 0)


def _span(text: bytes, group: list[ScanToken], *, ended: bool) -> Span:
    kinds = [token.token for token in group]
    return Span(
        start=group[0].start,
        end=group[-1].end,
        words=tuple(_word(text, token) for token in group[:_WORDS]),
        ended=ended,
        reads_rows=kinds[0] == _COPY and (_FROM, _STDIN) in pairwise(kinds),
        says_database=_DATABASE in kinds,
    )


def _word(text: bytes, token: ScanToken) -> str:
    """A token in capitals; of a body between dollars or a long string, only its beginning."""
    return text[token.start : min(token.end, token.start + _LONGEST_WORD)].decode(errors="ignore").upper()


def interpolate(sql: str, variables: Mapping[str, str]) -> str:
    """`sql` with psql's :name, :'name' and :"name" replaced where that variable is set."""
    text = sql.encode()
    parts, done = [], 0
    for colon, token in _pairs(sql):
        if colon.token != _COLON or token.start != colon.end:
            continue
        value = _value(text[token.start : token.end].decode(), variables)
        if value is not None:
            parts += [text[done : colon.start], value.encode()]
            done = token.end
    return b"".join([*parts, text[done:]]).decode()


def apart(sql: str) -> str:
    """`sql` with a blank behind each single colon: the same to PostgreSQL, and no variable to psql."""
    text = sql.encode()
    parts, done = [], 0
    for colon, token in _pairs(sql):
        if colon.token == _COLON and token.start == colon.end:
            parts += [text[done : colon.end], b" "]
            done = colon.end
    return b"".join([*parts, text[done:]]).decode()


def _pairs(sql: str) -> Iterator[tuple[ScanToken, ScanToken]]:
    return pairwise(_tokens(sql))


def _value(written: str, variables: Mapping[str, str]) -> str | None:
    quote = written[0] if written[0] in "'\"" else ""
    value = variables.get(written.strip(quote) if quote else written)
    if value is None or not quote:
        return value
    return quote + value.replace(quote, quote * 2) + quote


def database(sql: str) -> str | None:
    """The database that a statement about a whole database names; None for every other statement."""
    tree = _tree(sql)
    if tree is None or len(tree.stmts) != 1:
        return None
    node = tree.stmts[0].stmt
    kind = node.WhichOneof("node") or ""
    statement = getattr(node, kind)
    if kind in ("grant_stmt", "comment_stmt", "alter_owner_stmt", "sec_label_stmt"):
        return _object(statement) if _is_database(statement) else None
    for field in ("dbname", "database"):
        if field in statement.DESCRIPTOR.fields_by_name:
            return getattr(statement, field) or None
    return None


def _is_database(statement: GrantStmt) -> bool:
    kind = statement.object_type if "object_type" in statement.DESCRIPTOR.fields_by_name else statement.objtype
    return bool(kind == OBJECT_DATABASE)


def _object(statement: GrantStmt) -> str:
    node = statement.objects[0] if "objects" in statement.DESCRIPTOR.fields_by_name else statement.object
    return str(node.string.sval)


def rename_database(sql: str, name: str, new: str) -> str:
    """`sql` with the quoted name `new` where it says DATABASE `name`; all else stays as it is written."""
    text = sql.encode()
    for keyword, token in _pairs(sql):
        if keyword.token == _DATABASE and _name(text[token.start : token.end].decode()) == name:
            return (text[: token.start] + new.encode() + text[token.end :]).decode()
    return sql


def _name(written: str) -> str:
    return written[1:-1].replace('""', '"') if written.startswith('"') else written.lower()


def setting(sql: str) -> str | None:
    """The setting that a SET gives a value; SET TRANSACTION and its like name none."""
    tree = _tree(sql)
    if tree is None or not tree.stmts[0].stmt.HasField("variable_set_stmt"):
        return None
    statement = tree.stmts[0].stmt.variable_set_stmt
    return None if statement.kind == VAR_SET_MULTI else statement.name or None


def role_made(sql: str) -> str | None:
    """The role that a CREATE ROLE, USER or GROUP makes."""
    tree = _tree(sql)
    if tree is None or not tree.stmts[0].stmt.HasField("create_role_stmt"):
        return None
    return str(tree.stmts[0].stmt.create_role_stmt.role)


def extension(sql: str) -> str | None:
    """The extension that a CREATE EXTENSION asks for."""
    tree = _tree(sql)
    if tree is None or not tree.stmts[0].stmt.HasField("create_extension_stmt"):
        return None
    return str(tree.stmts[0].stmt.create_extension_stmt.extname)


def extension_schema(sql: str) -> str | None:
    """The schema that a CREATE EXTENSION puts its objects into, if it says so."""
    tree = _tree(sql)
    if tree is None or not tree.stmts[0].stmt.HasField("create_extension_stmt"):
        return None
    options = tree.stmts[0].stmt.create_extension_stmt.options
    return next((o.def_elem.arg.string.sval for o in options if o.def_elem.defname == "schema"), None)


def index_built(sql: str) -> tuple[str, ...] | None:
    """The index that a CREATE INDEX CONCURRENTLY builds, by its name, behind its schema where that is told."""
    tree = _tree(sql)
    if tree is None or not tree.stmts[0].stmt.HasField("index_stmt"):
        return None
    statement = tree.stmts[0].stmt.index_stmt
    named = statement.concurrent and statement.idxname
    return tuple(filter(None, (statement.relation.schemaname, statement.idxname))) if named else None


def index_rebuilt(sql: str) -> tuple[str, ...] | None:
    """The index that a REINDEX INDEX CONCURRENTLY builds anew."""
    tree = _tree(sql)
    if tree is None or not tree.stmts[0].stmt.HasField("reindex_stmt"):
        return None
    statement = tree.stmts[0].stmt.reindex_stmt
    if statement.kind != REINDEX_OBJECT_INDEX or not any(
        o.def_elem.defname == "concurrently" for o in statement.params
    ):
        return None
    return tuple(filter(None, (statement.relation.schemaname, statement.relation.relname)))


def grants_role(sql: str) -> bool:
    """Whether `sql` makes a role a member of another, which holds for the whole server."""
    tree = _tree(sql)
    return tree is not None and tree.stmts[0].stmt.HasField("grant_role_stmt")


def roles_named(sql: str) -> frozenset[str]:
    """The roles that `sql` names, as owner, grantee or otherwise."""
    tree = _tree(sql)
    if tree is None:
        return frozenset()
    return frozenset(spec.rolename for spec in postgast.find_nodes(tree, RoleSpec) if spec.rolename)


def parameters(arguments: str) -> tuple[Parameter, ...] | None:
    """What CREATE FUNCTION has between its parentheses; None where the grammar here does not know it."""
    tree = _tree(f"CREATE FUNCTION f({arguments}) RETURNS record")
    if tree is None:
        return None
    return tuple(_parameter(node.function_parameter) for node in tree.stmts[0].stmt.create_function_stmt.parameters)


def _parameter(node: FunctionParameter) -> Parameter:
    names = tuple(part.string.sval for part in node.arg_type.names)
    return Parameter(
        name=node.name,
        type=(*names, *("[]" for _ in node.arg_type.array_bounds)),
        taken=node.mode != FUNC_PARAM_OUT,
        given=node.mode in (FUNC_PARAM_OUT, FUNC_PARAM_INOUT),
        defaulted=node.HasField("defexpr"),
    )


def functions_called(expression: str) -> frozenset[tuple[str, ...]] | None:
    """The names of the functions that an expression calls, with their schemas where these are written; None where the
    grammar here does not know it.  Those behind operators, casts and key words are not among them.
    """
    tree = _tree(f"SELECT {expression}")
    if tree is None:
        return None
    return frozenset(tuple(part.string.sval for part in call.funcname) for call in postgast.find_nodes(tree, FuncCall))


def with_column(sql: str, column: str, new: str) -> str | None:
    """`sql`, which is about one relation, with the quoted name `new` where an expression in it names `column`; None
    where it cannot be told what it names.
    """
    tree = _tree(sql)
    if tree is None:
        return None
    references = tuple(postgast.find_nodes(tree, ColumnRef))
    if any(len(ref.fields) != 1 or not ref.fields[0].HasField("string") for ref in references):
        return None
    starts = {ref.location for ref in references if ref.fields[0].string.sval == column}
    return _replaced(sql, starts, new)


def with_first(sql: str, new: str) -> str:
    """`sql` with `new` in place of its first token."""
    first = next(iter(_tokens(sql)))
    return _replaced(sql, {first.start}, new)


def _replaced(sql: str, starts: Container[int], new: str) -> str:
    """`sql` with `new` in place of the tokens that begin at these bytes."""
    text = sql.encode()
    parts, done = [], 0
    for token in _tokens(sql):
        if token.start in starts:
            parts += [text[done : token.start], new.encode()]
            done = token.end
    return b"".join([*parts, text[done:]]).decode()


def fires_per_row(definition: str) -> bool:
    """Whether a CREATE TRIGGER says FOR EACH ROW."""
    tree = _tree(definition)
    return tree is not None and tree.stmts[0].stmt.create_trig_stmt.row


def connect_later(sql: str) -> str:
    """A CREATE SUBSCRIPTION that only notes the publisher and does not call it."""
    tree = _tree(sql)
    if tree is None:
        return sql
    statement = tree.stmts[0].stmt.create_subscription_stmt
    kept = [option for option in statement.options if option.def_elem.defname not in _CALLING]
    connect = postgast.parse("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)")
    del statement.options[:]
    statement.options.extend([*kept, *connect.stmts[0].stmt.create_subscription_stmt.options])
    return postgast.deparse(tree)


_CALLING = frozenset({"connect", "create_slot", "enabled", "copy_data"})


def without_secrets(sql: str) -> str:
    """`sql` as it may be shown: no string of a statement that can hold a password."""
    try:
        tokens = tuple(_tokens(sql))
    except NotScanned:
        return sql
    text = sql.encode()
    if not _SECRETIVE.intersection(text[token.start : token.end].decode().upper() for token in tokens[:3]):
        return sql
    parts, done = [], 0
    for token in tokens:
        if token.token == _STRING:
            parts += [text[done : token.start], "'…'".encode()]
            done = token.end
    return b"".join([*parts, text[done:]]).decode()


def _tree(sql: str) -> ParseResult | None:
    try:
        return postgast.parse(sql)
    except postgast.PgQueryError:
        return None
