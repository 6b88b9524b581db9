"""Where the parts of a statement are written: the actions of ALTER TABLE, the names behind CREATE and DROP."""

from __future__ import annotations

from collections.abc import Sequence

from seachange.sql.parse import Token, tokens

_DEEPER = {"(": 1, "[": 1, ")": -1, "]": -1}
_AFTER_DROP = {
    "TABLE": 1,
    "INDEX": 1,
    "VIEW": 1,
    "SEQUENCE": 1,
    "TYPE": 1,
    "DOMAIN": 1,
    "SCHEMA": 1,
    "FUNCTION": 1,
    "PROCEDURE": 1,
    "ROUTINE": 1,
    "AGGREGATE": 1,
    "TRIGGER": 1,
    "POLICY": 1,
    "RULE": 1,
    "EXTENSION": 1,
    "COLLATION": 1,
    "PUBLICATION": 1,
    "STATISTICS": 1,
    "SERVER": 1,
    "MATERIALIZED": 2,
    "EVENT": 2,
}
"""How many words tell the kind of what is dropped."""


def actions(sql: str, table: int) -> tuple[tuple[Token, ...], ...]:
    """The tokens of each action of an ALTER TABLE whose table's name stands at byte `table`."""
    written = [token for token in tokens(sql) if token.start >= table]
    at = 1
    while at + 1 < len(written) and written[at].text == ".":
        at += 2
    if written[at : at + 1] and written[at].text == "*":
        at += 1
    return tuple(_parted(written[at:]))


def _parted(written: Sequence[Token]) -> list[tuple[Token, ...]]:
    found: list[list[Token]] = [[]]
    depth = 0
    for token in written:
        depth += _DEEPER.get(token.text, 0)
        if token.text == "," and not depth:
            found.append([])
        else:
            found[-1].append(token)
    return [tuple(one) for one in found]


def dropped_at(sql: str) -> int | None:
    """The byte where the name behind DROP begins, where IF EXISTS would come; None where that is not known."""
    _, *written = tokens(sql)
    at = _AFTER_DROP.get(written[0].text.upper())
    if at is None:
        return None
    return written[at + (written[at].text.upper() == "CONCURRENTLY")].start


def indexed_at(sql: str) -> int:
    """The byte where the name of an index that is made begins, or ON where it gets none."""
    written = tokens(sql)
    at = next(at for at, token in enumerate(written) if token.text.upper() == "INDEX") + 1
    return written[at + (written[at].text.upper() == "CONCURRENTLY")].start
