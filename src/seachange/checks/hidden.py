"""What a block of code before a statement may have made or dropped, so that nobody can tell without running it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from msgspec.structs import replace

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Remark, Verdict
from seachange.sql.parse import mentioned


def unless_hidden(remark: Remark, names: Path, around: Around) -> Remark:
    """The remark, whose verdict is not known where a DO block before speaks of what it is about."""
    if not any(names[-1] in _spoken_of(one) for one in _blocks(around)):
        return remark
    message = f"{remark.message[:-1]}, unless a block before it sees to that."
    return replace(remark, verdict=Verdict.UNKNOWN, message=message)


def _blocks(around: Around) -> Iterator[str]:
    numbers = around.script.by_kind.get("DoStmt", ())
    return (around.script.up[at].sql for at in numbers[: bisect_left(numbers, around.at)])


@lru_cache(maxsize=256)
def _spoken_of(sql: str) -> frozenset[str]:
    """The names in a block, in its literals too."""
    inside = sql.replace("'", " ").replace("$", " ")
    return frozenset(names[-1] for names in mentioned(inside))
