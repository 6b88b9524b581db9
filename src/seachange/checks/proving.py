"""Checks that prove to PostgreSQL where rows belong, so that it need not read them, as SQL to paste."""

from __future__ import annotations

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.online import validated_later
from seachange.rules.bounds import condition
from seachange.sql.parse import words
from seachange.sql.quote import name

_KEYWORDS = frozenset({"FOR", "VALUES", "FROM", "TO", "IN", "MINVALUE", "MAXVALUE", "NULL"})


def inside(partition: Path, parent: Path, bound: str, around: Around) -> str:
    """That all rows of a partition to be are within its bound."""
    said = _condition(parent, bound, around)
    return validated_later(partition, name(f"{partition[-1]}_bound"), f"CHECK ({said})") if said else ""


def outside(default: Path, parent: Path, bound: str, around: Around) -> str:
    """That no row of a default partition is within the bound of another."""
    said = _condition(parent, bound, around)
    return validated_later(default, name(f"{default[-1]}_bound"), f"CHECK (NOT ({said}))") if said else ""


def _condition(parent: Path, bound: str, around: Around) -> str | None:
    """What the bound says; None where it is by several columns or by hash, or nothing is known of the table."""
    if around.world.catalog is None:
        return None
    spelled_out = " ".join(word.upper() if word.upper() in _KEYWORDS else word for word in words(bound))
    return condition(parent, spelled_out, around.world.catalog, alone=True)
