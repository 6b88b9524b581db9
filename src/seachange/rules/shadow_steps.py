"""Steps that have to do with a column beside another, and the addresses of what is made for it."""

from __future__ import annotations

from typing import Any

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index
from seachange.catalog.ref import Ref
from seachange.plan.there import there
from seachange.rules.columns import locked
from seachange.rules.rule import Context
from seachange.rules.shadowed import TRIGGER, Shadow, beside
from seachange.sql.quote import literal, path
from seachange.step import Lock, Stage, Step


def step_of(shadow: Shadow, sql: str, around: Context, *, lock: Lock = Lock.ACCESS_EXCLUSIVE, **more: Any) -> Step:
    locks = more.pop("locks", None) or (locked(shadow.table, around, lock) if lock else ())
    return Step(sql=sql, stage=more.pop("stage", Stage.COLUMNS), locks=locks, **more)


def before(shadow: Shadow, ref: Ref) -> str:
    """Until the column has its new type, and as long as what is made for that is not there."""
    return f"{pending(shadow)} AND NOT {there(ref)}"


def pending(shadow: Shadow) -> str:
    """Until the column has its new type."""
    attribute = (
        f"attrelid = pg_catalog.to_regclass({literal(path(shadow.table))}) "
        f"AND attname = {literal(shadow.new.names[-1])} AND NOT attisdropped"
    )
    other = f"pg_catalog.format_type(atttypid, atttypmod) <> {literal(shadow.new.type)}"
    return f"EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE {attribute} AND {other})"


def column_beside(shadow: Shadow) -> Ref:
    return Ref("table column", (*shadow.table, shadow.name))


def function_beside(shadow: Shadow, around: Context) -> Ref:
    return address_beside("function", (shadow.table[0], f"{shadow.table[-1]}_{shadow.new.names[-1]}"), around)


def trigger_beside(shadow: Shadow, around: Context) -> Ref:
    return address_beside("trigger", (*shadow.table, f"{TRIGGER}{shadow.new.names[-1]}"), around)


def index_beside(index: Index, around: Context) -> Ref:
    return address_beside("index", index.names, around)


def address_beside(kind: str, names: Path, around: Context) -> Ref:
    return Ref(kind, (*names[:-1], beside(names[-1], lambda each: Ref(kind, (*names[:-1], each)), around)))


def proof_beside(shadow: Shadow, around: Context) -> Ref:
    return address_beside("table constraint", (*shadow.table, f"{shadow.new.names[-1]}_not_null"), around)
