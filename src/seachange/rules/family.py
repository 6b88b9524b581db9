"""What a statement on a table holds of the tables below it, and whether a change may take several transactions."""

from __future__ import annotations

from seachange.catalog.facts import Path
from seachange.catalog.ref import Ref
from seachange.rules.rule import ROWS, Context
from seachange.step import Held, Lock

LONGEST = 63
"""Bytes that PostgreSQL keeps of a name."""


def family(table: Path, around: Context) -> tuple[Path, ...]:
    """The table, its partitions and what inherits from it, as far as they were there before and still are."""
    below = (*around.heirs(table), *around.heirs(table, around.desired))
    kinds = (*ROWS, "view")
    tables = dict.fromkeys((table, *below))
    return tuple(each for each in tables if any(around.stays(Ref(kind, each)) for kind in kinds))


def held(lock: Lock, around: Context, *tables: Path) -> tuple[Held, ...]:
    """The lock on each table and on all below it."""
    return tuple(Held(each, lock) for each in dict.fromkeys(each for table in tables for each in family(table, around)))


def is_apart(table: Path, ref: Ref, around: Context) -> bool:
    """Whether `ref` on this table may be changed in several transactions: others use the table or one below it.

    A family that changes its members meanwhile has to agree at every moment.
    """
    members = family(table, around)
    return (
        Ref("table", table) in around.current
        and any(around.apart(member, ref) for member in members)
        and all(_parents(member, around) for member in members)
    )


def _parents(table: Path, around: Context) -> bool:
    """Whether they remain the same."""
    before, after = (
        [getattr(catalog.get(Ref(kind, table)), "parents", None) for kind in ("table", "foreign table")]
        for catalog in (around.current, around.desired)
    )
    return before == after


def free_name(table: Path, wanted: str, suffix: str, around: Context, kind: str = "table constraint") -> str:
    """A name that no constraint of the family, or no relation of the schema, has before and after."""
    places = (table[:1],) if kind == "index" else (table, *family(table, around))
    kinds = (*ROWS, "index", "view", "sequence", "composite type", "table constraint") if kind == "index" else (kind,)
    for number in range(1, 1000):
        end = f"_{suffix}{number if number > 1 else ''}"
        label = shortened(wanted, LONGEST - len(end)) + end
        refs = (Ref(kind, (*place, label)) for place in places for kind in kinds)
        if not any(ref in catalog for ref in refs for catalog in (around.current, around.desired)):
            return label
    raise LookupError(f"no free name for {wanted}")


def shortened(text: str, length: int) -> str:
    """What is left of a name that may be that many bytes long."""
    return text.encode()[:length].decode(errors="ignore")
