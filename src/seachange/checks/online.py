"""The forms that let others work on, as SQL to paste.

A blank line parts what must be a transaction of its own from the rest.
"""

from __future__ import annotations

from collections.abc import Iterable

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.world import spelled
from seachange.sql.quote import listed, literal, name, path

NOT_NULL_SINCE = 180000
"""The version from which on NOT NULL can be added without looking at the rows."""
OUTSIDE = "-- Outside of a transaction block, without lock_timeout:"
OWN = "-- In a transaction of its own:"


def steps(*each: str) -> str:
    """Statements, each of which is sent after the one before it was committed."""
    return "\n\n".join(filter(None, each))


def validated_later(table: Path, label: str, definition: str) -> str:
    """A constraint that holds for new rows at once, and is proved for the others while they are written."""
    return steps(
        f"ALTER TABLE {spelled(table)} ADD CONSTRAINT {label} {definition} NOT VALID;",
        f"{OWN}\nALTER TABLE {spelled(table)} VALIDATE CONSTRAINT {label};",
    )


def not_null(table: Path, column: str, around: Around) -> str:
    """NOT NULL without reading the table under a lock that stops others, on the version that is known, or on any."""
    label = name(f"{table[-1]}_{column}_not_null")
    if around.world.known and around.version >= NOT_NULL_SINCE:
        return validated_later(table, label, f"NOT NULL {name(column)}")
    return steps(
        validated_later(table, label, f"CHECK ({name(column)} IS NOT NULL)"),
        f"{OWN}\n"
        f"ALTER TABLE {spelled(table)} ALTER COLUMN {name(column)} SET NOT NULL;\n"
        f"ALTER TABLE {spelled(table)} DROP CONSTRAINT {label};",
    )


def unique_index(table: Path, label: str, columns: Iterable[str]) -> str:
    """An index that becomes a constraint later."""
    return f"{OUTSIDE}\nCREATE UNIQUE INDEX CONCURRENTLY {label} ON {spelled(table)} ({listed(columns)});"


def using_index(table: Path, label: str, kind: str) -> str:
    """A constraint that takes an index over, which keeps its name."""
    return f"{OWN}\nALTER TABLE {spelled(table)} ADD CONSTRAINT {label} {kind} USING INDEX {label};"


def regclass(table: Path) -> str:
    """A relation by its name, as an expression that is null where it is not there."""
    return f"pg_catalog.to_regclass({literal(path(table))})"
