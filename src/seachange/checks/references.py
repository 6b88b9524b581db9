"""What a statement refers to: relations, types, routines, columns, schemas that have to be there before it is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message
from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.sql.nodes import (
    CommonTableExpr,
    CreateEventTrigStmt,
    CreateFunctionStmt,
    CreateStmt,
    CreateTrigStmt,
    FuncCall,
    IntoClause,
    RangeVar,
    RuleStmt,
    TypeCast,
    TypeName,
)
from seachange.sql.quote import path, unquoted
from seachange.sql.tree import kind, walk


class Reference(Struct, frozen=True):
    """Something named in a statement: `kind` is relation, type, routine or schema, `names` are as they are written."""

    kind: str
    names: Path
    node: Any

    @property
    def relation(self) -> RangeVar:
        """It, as the name of a relation."""
        return RangeVar(schemaname="".join(self.names[:-1][-1:]), relname=self.names[-1])


def references(node: Message, nodes: Sequence[Message] = ()) -> Iterator[Reference]:
    """All that `node` refers to, once each, without what it makes itself.  `nodes`: all that are in it, if known."""
    seen: set[tuple[str, Path]] = set()
    inside = nodes or tuple(walk(node))
    own = tuple(_made_among(node, inside))
    passed = _aside(node, inside, own)
    named = (_reference(each) for each in inside)
    for found in (*named, *_in_text(inside), *_by_list(node)):
        if found and (found.kind, found.names) not in seen and not _is_aside(found, passed):
            seen.add((found.kind, found.names))
            yield found
    for each in own:
        if each.schemaname:
            yield Reference("schema", (str(each.schemaname),), each)


def _reference(node: Message) -> Reference | None:
    match node:
        case RangeVar():
            schema = (str(node.schemaname),) if node.schemaname else ()
            return Reference("relation", (*schema, str(node.relname)), node)
        case TypeName() if node.names and not node.pct_type:
            return Reference("type", _strings(node.names), node)
        case FuncCall():
            return Reference("routine", _strings(node.funcname), node)
    return None


def _in_text(inside: Iterable[Message]) -> Iterator[Reference]:
    """Relations that stand in a literal, which PostgreSQL looks up when it reads the statement: nextval('numbers')."""
    for node in inside:
        literal = None
        if isinstance(node, TypeCast) and node.type_name.names and _strings(node.type_name.names)[-1] == "regclass":
            literal = node.arg.a_const
        elif isinstance(node, FuncCall) and node.args and _strings(node.funcname)[-1] in _OF_SEQUENCES:
            literal = node.args[0].a_const
        if literal is not None and literal.sval.sval and not literal.sval.sval.isdigit():
            yield Reference("relation", _parts(literal.sval.sval), literal)


_OF_SEQUENCES = frozenset({"nextval", "currval", "setval"})


def _parts(text: str) -> Path:
    """The names in a literal, in lower case where they are not quoted."""
    written = text.split(".") if '"' not in text else [path((name,)) for name in unquoted(text)]
    return tuple(unquoted(part)[0] if part.startswith('"') else part.lower() for part in written)


def _by_list(node: Message) -> Iterator[Reference]:
    """What is named in a plain list of names."""
    if isinstance(node, CreateTrigStmt | CreateEventTrigStmt):
        yield Reference("routine", _strings(node.funcname), node)


def _aside(node: Message, inside: Iterable[Message], own: Iterable[RangeVar]) -> frozenset[tuple[Path, int]]:
    """Names that stand for no relation which has to be there: what is made, and what WITH calls so."""
    common = {((str(each.ctename),), -1) for each in inside if isinstance(each, CommonTableExpr)}
    itself = {(_path(each), -1 if isinstance(node, CreateStmt) else int(each.location)) for each in own}
    rows = {(("old",), -1), (("new",), -1)} if isinstance(node, RuleStmt) else set()
    return frozenset(common | itself | rows)


def _is_aside(found: Reference, passed: frozenset[tuple[Path, int]]) -> bool:
    if found.kind != "relation":
        return False
    return (found.names, -1) in passed or (found.names, found.node.location) in passed


def made(node: Message) -> Iterator[RangeVar]:
    """The relation or routine that a statement makes, by its name."""
    return _made_among(node, ())


def _made_among(node: Message, inside: Iterable[Message]) -> Iterator[RangeVar]:
    match node:
        case CreateFunctionStmt() if len(node.funcname) > 1:
            yield RangeVar(schemaname=node.funcname[0].string.sval, relname=node.funcname[-1].string.sval)
        case _ if kind(node) in _MADE:
            yield _MADE[kind(node)](node)
        case _:
            yield from (each.rel for each in inside if isinstance(each, IntoClause))


_MADE: Mapping[str, Callable[[Any], RangeVar]] = {
    "CreateStmt": lambda node: node.relation,
    "CreateForeignTableStmt": lambda node: node.base_stmt.relation,
    "ViewStmt": lambda node: node.view,
    "CreateSeqStmt": lambda node: node.sequence,
    "CompositeTypeStmt": lambda node: node.typevar,
    "CreateTableAsStmt": lambda node: node.into.rel,
}


def _path(named: RangeVar) -> Path:
    return (*((str(named.schemaname),) if named.schemaname else ()), str(named.relname))


def _strings(names: Iterable[Any]) -> Path:
    return tuple(str(part.string.sval) for part in names)
