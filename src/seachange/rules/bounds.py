"""What the bound of a partition says of its rows, as a CHECK that proves it to PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table
from seachange.catalog.ref import Ref
from seachange.sql.parse import words

DEFAULT = "DEFAULT"
ENDLESS = ("MINVALUE", "MAXVALUE")


def condition(parent: Path, bound: str, catalog: Catalog, *, alone: bool = False) -> str | None:
    """What is true of all rows within the bound and, if not `alone`, within those of the partitioned tables above.

    None where the key is more than one plain column, or rows go by their hash.
    """
    table = catalog.get(Ref("table", parent))
    column = key_column(table)
    if not isinstance(table, Table) or column is None:
        return None
    own = _within(column, words(bound))
    if own is None or alone or not table.bound:
        return own
    above = condition(table.parents[0], table.bound, catalog)
    return None if above is None else f"({above}) AND ({own})"


def key_column(table: object) -> str | None:
    """The column that rows are parted by, as PostgreSQL writes it, where it is just one: RANGE (day)."""
    match words(getattr(table, "partition_key", None) or ""):
        case ("RANGE" | "LIST", "(", column, ")"):
            return column
    return None


def _within(column: str, bound: Sequence[str]) -> str | None:
    match bound:
        case ("FOR", "VALUES", "FROM", "(", lower, ")", "TO", "(", upper, ")"):
            said = [f"{column} IS NOT NULL"]
            said += [f"{column} >= {lower}"] if lower not in ENDLESS else []
            said += [f"{column} < {upper}"] if upper not in ENDLESS else []
            return " AND ".join(said)
        case ("FOR", "VALUES", "IN", "(", *values, ")"):
            return _among(column, values)
    return None


def _among(column: str, values: Sequence[str]) -> str | None:
    """Values with commas between them; a value of more than one word is left to PostgreSQL."""
    if any((value == ",") != (i % 2 == 1) for i, value in enumerate(values)):
        return None
    known = [value for value in values[::2] if value != "NULL"]
    among = f"{column} IN ({', '.join(known)})" if known else ""
    if "NULL" in values:
        return f"{column} IS NULL{' OR ' if among else ''}{among}"
    return f"{column} IS NOT NULL AND {among}"
