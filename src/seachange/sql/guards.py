"""IF NOT EXISTS and OR REPLACE put into a statement, all else of which stays as it is written."""

from __future__ import annotations

from seachange.sql.parse import tokens


def with_if_not_exists(sql: str, *behind: str) -> str:
    """`sql` with IF NOT EXISTS behind its first tokens `behind`: TABLE, INDEX CONCURRENTLY, ADD COLUMN."""
    return _with(sql, behind, " IF NOT EXISTS")


def with_or_replace(sql: str) -> str:
    """CREATE becomes CREATE OR REPLACE."""
    return _with(sql, ("CREATE",), " OR REPLACE")


def _with(sql: str, behind: tuple[str, ...], text: str) -> str:
    raw, found = sql.encode(), list(tokens(sql))
    words = [raw[start:end].decode().upper() for start, end in found]
    at = next(i for i in range(len(words)) if tuple(words[i : i + len(behind)]) == behind)
    end = found[at + len(behind) - 1][1]
    return (raw[:end] + text.encode() + raw[end:]).decode()
