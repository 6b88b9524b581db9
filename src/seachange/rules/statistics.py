"""Extended statistics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.catalog.facts.relations import Statistics
from seachange.rules.columns import locked
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.sql.quote import path
from seachange.step import Lock, Stage, Step


def create_statistics(statistics: Statistics, around: Context) -> Steps:
    """Those of expressions follow from there being some, and are not asked for."""
    types = ", ".join(type for type in statistics.types if type != "expressions")
    asked = f" ({types})" if types else ""
    yield Step(
        sql=f"CREATE STATISTICS {path(statistics.names)}{asked}\nON {statistics.on} FROM {path(statistics.table)}",
        stage=Stage.INDEXES,
        makes=frozenset({statistics.ref}),
        locks=locked(statistics.table, around, Lock.SHARE_UPDATE_EXCLUSIVE),
    )
    if statistics.target is not None:
        yield from aim(statistics, statistics, around)


def drop_statistics(statistics: Statistics, around: Context) -> Steps:
    yield Step(
        sql=f"DROP STATISTICS {path(statistics.names)}",
        stage=Stage.REMOVE,
        takes=frozenset({statistics.ref}),
        locks=locked(statistics.table, around, Lock.SHARE_UPDATE_EXCLUSIVE),
    )


def aim(old: Statistics, new: Statistics, around: Context) -> Steps:
    """How much is kept of them; -1 leaves it to the columns."""
    yield Step(
        sql=f"ALTER STATISTICS {path(new.names)} SET STATISTICS {-1 if new.target is None else new.target}",
        stage=Stage.INDEXES,
        alters=frozenset({new.ref}),
    )


STATISTICS: Rule[Statistics] = Rule(
    create_statistics,
    drop_statistics,
    {**dict.fromkeys(("table", "on", "types"), REBUILD), "target": Alteration(aim)},
)

RULES: Mapping[str, Rule[Any]] = {"statistics object": STATISTICS}
