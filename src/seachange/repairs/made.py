"""What a statement makes, by name."""

from __future__ import annotations

from google.protobuf.message import Message

from seachange.sql.nodes import (
    CompositeTypeStmt,
    CreateDomainStmt,
    CreateEnumStmt,
    CreateFunctionStmt,
    CreateRangeStmt,
    CreateSchemaStmt,
    CreateSeqStmt,
    CreateStmt,
    CreateTableAsStmt,
    IndexStmt,
    Node,
    ViewStmt,
)

Name = tuple[str, ...]


def made(node: Message | None) -> tuple[str, Name] | None:
    """What sort of thing a statement makes - relation, type, function, schema - and its name as it is written."""
    return _relation(node) or _type(node) or _other(node)


def _relation(node: Message | None) -> tuple[str, Name] | None:
    match node:
        case CreateStmt(relation=named) | CreateSeqStmt(sequence=named) | ViewStmt(view=named):
            return "relation", name(named)
        case CreateTableAsStmt(into=into):
            return "relation", name(into.rel)
        case IndexStmt(idxname=index, relation=named) if index:
            return "relation", (*filter(None, (named.schemaname,)), index)
    return None


def _type(node: Message | None) -> tuple[str, Name] | None:
    match node:
        case CreateEnumStmt(type_name=parts) | CreateRangeStmt(type_name=parts) | CreateDomainStmt(domainname=parts):
            return "type", words(parts)
        case CompositeTypeStmt(typevar=named):
            return "type", name(named)
    return None


def _other(node: Message | None) -> tuple[str, Name] | None:
    match node:
        case CreateFunctionStmt(funcname=parts):
            return "function", words(parts)
        case CreateSchemaStmt(schemaname=schema):
            return "schema", (schema,)
    return None


def name(named: Node) -> Name:
    """The names of a RangeVar, as they are written."""
    return tuple(filter(None, (str(named.schemaname), str(named.relname))))


def words(parts: Node) -> Name:
    """The names of a list of strings."""
    return tuple(str(part.string.sval) for part in parts)


def means(wanted: Name, there: Name) -> bool:
    """Whether two names may stand for the same: one of them may be without its schema."""
    return wanted == there or (1 in (len(wanted), len(there)) and wanted[-1:] == there[-1:])
