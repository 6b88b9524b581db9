"""How objects are named by the statements that say something of them."""

from __future__ import annotations

from collections.abc import Iterable

from seachange.catalog.ref import Ref
from seachange.sql.quote import body, literal, name, path

WORDS = {
    "composite type": "TYPE",
    "enum": "TYPE",
    "range": "TYPE",
    "base type": "TYPE",
    "foreign-data wrapper": "FOREIGN DATA WRAPPER",
    "statistics object": "STATISTICS",
}
"""What statements call a kind whose name is another one."""
WHOLES = {
    "table column": "table",
    "foreign table column": "foreign table",
    "view column": "view",
    "materialized view column": "materialized view",
    "composite type column": "composite type",
}
"""The kinds of what has columns, by the kinds of these."""
ON_RELATION = {"table constraint": "CONSTRAINT", "trigger": "TRIGGER", "policy": "POLICY", "rule": "RULE"}
"""What has a name only on its relation."""
ROUTINES = frozenset({"function", "aggregate"})
NUMBERED = frozenset({"large object"})


def statement(before: str, ref: Ref, after: str) -> str:
    """A statement with the object's address in it; that of the database can only be told when it runs."""
    if ref.kind == "database":
        return in_database(f"{before} DATABASE ", f" {after}")
    return f"{before} {address(ref)} {after}"


def in_database(before: str, after: str) -> str:
    """A statement with the name of the database that it is run in between both texts."""
    text = "%I".join(part.replace("%", "%%") for part in (before, after))
    return f"DO {body(f'BEGIN EXECUTE format({literal(text)}, current_database()); END')}"


def block(statements: Iterable[str]) -> str:
    """Statements that take effect together, as one; one statement as it is."""
    lines = tuple(statements)
    if len(lines) == 1:
        return lines[0]
    said = "".join(f"  {line};\n" for line in (_inside(line) for line in lines))
    return f"DO {body(f'BEGIN{chr(10)}{said}END')}"


def _inside(statement: str) -> str:
    """In a block another block is executed."""
    return f"EXECUTE {literal(statement)}" if statement.startswith("DO ") else statement


def address(ref: Ref) -> str:
    """The object as COMMENT ON, SECURITY LABEL ON and ALTER … OWNER TO name it."""
    if ref.kind in WHOLES:
        return f"COLUMN {path(ref.names)}"
    if ref.kind in ON_RELATION:
        return f"{ON_RELATION[ref.kind]} {name(ref.names[-1])} ON {path(ref.names[:-1])}"
    if ref.kind == "domain constraint":
        return f"CONSTRAINT {name(ref.names[-1])} ON DOMAIN {path(ref.names[:-1])}"
    return f"{WORDS.get(ref.kind, ref.kind.upper())} {called(ref)}"


def called(ref: Ref) -> str:
    """The object's name with all that it takes to tell it from others, without its kind."""
    match ref.kind:
        case kind if kind in ROUTINES:
            none = "*" if kind == "aggregate" else ""
            return f"{path(ref.names)}({', '.join(ref.args) or none})"
        case "procedure":  # without a mode, PostgreSQL may take the outputs of another for inputs
            return f"{path(ref.names)}({', '.join(f'IN {type}' for type in ref.args)})"
        case "operator":
            left, right = ("NONE" if arg == "-" else arg for arg in ref.args)
            return f"{operator(ref.names)} ({left}, {right})"
        case "operator class" | "operator family":
            return f"{path(ref.names)} USING {name(ref.args[0])}"
        case "cast":
            return f"({ref.names[0]} AS {ref.args[0]})"
        case "transform":
            return f"FOR {ref.names[0]} LANGUAGE {name(ref.args[0])}"
        case kind if kind in NUMBERED:
            return ref.names[0]
    return path(ref.names)


def operator(names: tuple[str, ...]) -> str:
    """An operator's name: what it is made of needs no quotes and bears none."""
    return "".join(f"{name(schema)}." for schema in names[:-1]) + names[-1]


def grantee(role: str) -> str:
    """A role, or everybody."""
    return "PUBLIC" if role == "public" else name(role)
