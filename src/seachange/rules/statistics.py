"""Extended statistics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.catalog.facts.relations import Statistics
from seachange.rules.addresses import address
from seachange.rules.columns import locked
from seachange.rules.plainly import altered, made, taken
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.sql.quote import path
from seachange.step import Lock, Stage


def create_statistics(statistics: Statistics, around: Context) -> Steps:
    """Those of expressions follow from there being some, and are not asked for."""
    types = ", ".join(type for type in statistics.types if type != "expressions")
    asked = f" ({types})" if types else ""
    sql = f"CREATE {address(statistics.ref)}{asked}\nON {statistics.on} FROM {path(statistics.table)}"
    held = locked(statistics.table, around, Lock.SHARE_UPDATE_EXCLUSIVE)
    yield made(statistics, sql, Stage.INDEXES, locks=held)
    if statistics.target is not None:
        yield from aim(statistics, statistics, around)


def drop_statistics(statistics: Statistics, around: Context) -> Steps:
    held = locked(statistics.table, around, Lock.SHARE_UPDATE_EXCLUSIVE)
    yield taken(statistics, f"DROP {address(statistics.ref)}", locks=held)


def aim(old: Statistics, new: Statistics, around: Context) -> Steps:
    """How much is kept of them; -1 leaves it to the columns."""
    target = -1 if new.target is None else new.target
    yield altered(new, f"ALTER {address(new.ref)} SET STATISTICS {target}", Stage.INDEXES)


STATISTICS: Rule[Statistics] = Rule(
    create_statistics,
    drop_statistics,
    {**dict.fromkeys(("table", "on", "types"), REBUILD), "target": Alteration(aim)},
)

RULES: Mapping[str, Rule[Any]] = {"statistics object": STATISTICS}
