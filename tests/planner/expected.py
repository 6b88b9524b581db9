"""What other tools' cases expect of a plan beyond that it leads there: dangers it admits, shapes it has or has not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from seachange.catalog.ref import Ref
from seachange.plan import Plan
from seachange.step import Lock, Risk

WRITTEN = frozenset({Risk.SCANS, Risk.REWRITES, Risk.BUILDS_INDEX})
HAZARDS = {
    "DELETES_DATA": frozenset({Risk.LOSES_DATA}),
    "INDEX_BUILD": frozenset({Risk.BUILDS_INDEX}),
    "INDEX_DROPPED": frozenset({Risk.DROPS_INDEX}),
    "AUTHZ_UPDATE": frozenset({Risk.CHANGES_ACCESS}),
    "HAS_UNTRACKABLE_DEPENDENCIES": frozenset({Risk.HIDES_NEEDS}),
    "IMPACTS_DATABASE_PERFORMANCE": WRITTEN,
    "UPGRADING_EXTENSION_VERSION": frozenset({Risk.UPGRADES_EXTENSION}),
    "CORRECTNESS": frozenset({Risk.BREAKS_CLIENTS}),
}
"""The dangers of pg-schema-diff, and which of ours says the same."""
SPARED = frozenset({"IMPACTS_DATABASE_PERFORMANCE", "INDEX_DROPPED"})
"""What nobody notices of an online plan: what takes the place of another is made beside it."""
LOCKS = {f"ACQUIRES_{lock.name}_LOCK": lock for lock in Lock}
CARRIED = "the rows are brought over into the table that takes its place"
UNREAD = "no row is read or written: there is no index of the column"
OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "materialized-view--recreate-materialized-view-due-to-table-recreation-unpartitioned-to-partitioned": {
        "DELETES_DATA": CARRIED
    },
    "view--recreate-view-due-to-table-recreation-unpartitioned-to-partitioned": {"DELETES_DATA": CARRIED},
    "partitioned-table--partitioned-to-unpartitioned": {"DELETES_DATA": CARRIED},
    "partitioned-table--can-handle-scenario-where-partition-is-not-attached": {
        "DELETES_DATA": "the table that is there is attached"
    },
    "column--modify-collation-default-non-default-validate-analyze-is-run": {"IMPACTS_DATABASE_PERFORMANCE": UNREAD},
    "column--modify-collation-non-default-non-default": {"IMPACTS_DATABASE_PERFORMANCE": UNREAD},
    "sequence--add-sequence": {"HAS_UNTRACKABLE_DEPENDENCIES": "nothing can need yet what was not there"},
}
"""Cases that take another way here, the danger that it has not, and why."""
TO_TIME = "to_timestamp({}::double precision)::timestamp"
FROM_TIME = "extract(epoch from {})::bigint"
USINGS: Mapping[str, Mapping[str, str]] = {
    "pg-schema-diff/column--change-bigint-to-timestamp-validate-conversion-and-analyze new": {
        "public.Foobar.some_time_col": TO_TIME.format("some_time_col")
    },
    "pg-schema-diff/column--change-bigint-to-timestamp-validate-conversion-and-analyze old": {
        "public.Foobar.some_time_col": FROM_TIME.format("some_time_col")
    },
    "pg-schema-diff/foreign-key-constraint--alter-non-castable-type-change new": {
        "public.foobar fk.fk_id": TO_TIME.format("fk_id"),
        "public.foobar.id": TO_TIME.format("id"),
    },
    "pg-schema-diff/foreign-key-constraint--alter-non-castable-type-change old": {
        "public.foobar fk.fk_id": FROM_TIME.format("fk_id"),
        "public.foobar.id": FROM_TIME.format("id"),
    },
}
"""Expressions for columns whose values no cast converts: by case and state that is wanted, then by column."""


def usings(title: str, way: tuple[str, str]) -> dict[Ref, str]:
    """What somebody would say of columns whose values no cast converts."""
    given = USINGS.get(f"{title} {way[1]}", {})
    return {Ref("table column", tuple(column.split("."))): expression for column, expression in given.items()}


def complaints(case: Path, way: tuple[str, str], made: Plan) -> list[str]:
    """What the plan lacks of what is expected."""
    return [*_dangers(case, way, made), *_shapes(case, way, made)]


def _dangers(case: Path, way: tuple[str, str], made: Plan) -> list[str]:
    meta = msgspec.json.decode((case / "meta.json").read_bytes())
    if way != ("old", "new"):
        return []
    spared = {*SPARED, *LOCKS} if made.online else ()
    hazards = [hazard for hazard in meta.get("expected_hazards", ()) if hazard not in spared]
    return [
        f"admits no {hazard}"
        for hazard in hazards
        if not _admits(made, hazard) and hazard not in OTHERWISE.get(case.name, {})
    ]


def _admits(made: Plan, hazard: str) -> bool:
    if hazard in LOCKS:
        return any(step.lock >= LOCKS[hazard] for step in made.steps)
    return bool(HAZARDS[hazard] & made.risks)


def _shapes(case: Path, way: tuple[str, str], made: Plan) -> list[str]:
    """Those of plain plans: online, a column may be replaced by another that is filled beside it."""
    path = case / "budget.json"
    if made.online or not path.exists():
        return []
    budget = msgspec.json.decode(path.read_bytes())["a-to-b" if way[0] == "old" else "b-to-a"]
    there = set(_changes(made))
    lacking = [f"lacks {shape}" for shape in budget.get("require", ()) if shape not in there]
    return lacking + [f"has {shape}" for shape in budget.get("forbid", ()) if shape in there]


def _changes(made: Plan) -> list[str]:
    """What the plan does with which kinds of object, in pg-delta's words."""
    makes, takes, alters = (
        frozenset[Ref]().union(*(getattr(step, field) for step in made.steps)) for field in ("makes", "takes", "alters")
    )
    rebuilt = {f"replacement:{_word(ref)}" for ref in makes & takes}
    return [*rebuilt, *{f"alter:{_word(ref)}" for ref in alters - makes - takes}]


def _word(ref: Ref) -> str:
    first, *others = ref.kind.removeprefix("table ").split()
    return first + "".join(map(str.capitalize, others))
