"""The actions of an ALTER TABLE, taken apart by their commas."""

from __future__ import annotations

from seachange.sql.nodes import AlterTableStmt
from seachange.sql.parse import tokens

_DEEPER = {"(": 1, "[": 1, ")": -1, "]": -1}


def head(sql: str) -> str:
    """What stands before the first action: ALTER TABLE IF EXISTS ONLY shop.order."""
    raw, found = sql.encode(), tokens(sql)
    return raw[: found[_first(sql) - 1][1]].decode()


def apart(sql: str, statement: AlterTableStmt) -> tuple[str, ...]:
    """A statement for each action of `sql`, which is `statement`."""
    raw, found = sql.encode(), tokens(sql)
    depth, start, parts = 0, found[_first(sql)][0], []
    for begin, end in found[_first(sql) :]:
        word = raw[begin:end].decode()
        depth += _DEEPER.get(word, 0)
        if word == "," and not depth:
            parts.append(raw[start:begin].decode().rstrip())
            start = end
    parts.append(raw[start:].decode().rstrip())
    if len(parts) != len(statement.cmds):
        return (sql,)
    return tuple(f"{head(sql)} {part.strip()}" for part in parts)


def _first(sql: str) -> int:
    """The number of the first token of the first action: behind the table's name and its star."""
    raw, found = sql.encode(), tokens(sql)
    words = [raw[start:end].decode().upper() for start, end in found]
    at = words.index("TABLE") + 1 if "TABLE" in words[:3] else 2
    while words[at] in ("IF", "EXISTS", "ONLY"):
        at += 1
    at += 1
    while words[at] == ".":
        at += 2
    return at + 1 if words[at] == "*" else at
