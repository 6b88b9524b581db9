"""The rule table: all that seachange knows of how PostgreSQL's objects come, go and change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.rules import (
    aggregates,
    bases,
    cluster,
    column_defaults,
    composites,
    constraints,
    conversions,
    defaults,
    domains,
    enums,
    event_triggers,
    families,
    indexes,
    languages,
    materialized_views,
    operators,
    outside,
    policies,
    privileges,
    ranges,
    rewriting,
    routines,
    search,
    sequences,
    statistics,
    table_columns,
    tables,
    told,
    triggers,
    views,
)
from seachange.rules.rule import Rule

RULES: Mapping[str, Rule[Any]] = {
    **tables.RULES,
    **table_columns.RULES,
    **column_defaults.RULES,
    **constraints.RULES,
    **indexes.RULES,
    **sequences.RULES,
    **views.RULES,
    **materialized_views.RULES,
    **statistics.RULES,
    **triggers.RULES,
    **rewriting.RULES,
    **policies.RULES,
    **routines.RULES,
    **enums.RULES,
    **composites.RULES,
    **domains.RULES,
    **ranges.RULES,
    **bases.RULES,
    **conversions.RULES,
    **aggregates.RULES,
    **languages.RULES,
    **event_triggers.RULES,
    **operators.RULES,
    **families.RULES,
    **search.RULES,
    **told.RULES,
    **privileges.RULES,
    **defaults.RULES,
    **outside.RULES,
    **cluster.RULES,
}
"""The rule of each kind, by the kind's name."""

WHOLES: Mapping[str, frozenset[str]] = {kind: rule.holds for kind, rule in RULES.items() if rule.holds}
"""The kinds that have parts, each with the kinds of these."""

PARTS: Mapping[str, tuple[str, ...]] = {
    part: tuple(kind for kind, parts in WHOLES.items() if part in parts) for part in frozenset().union(*WHOLES.values())
}
"""The kinds that are parts, each with the kinds that may hold it."""
