"""Values for rows that are there, a few at a time: nobody waits longer than for one batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.rules.columns import locked
from seachange.rules.rule import Context, Steps
from seachange.sql.quote import body, listed, literal, name, path
from seachange.step import Lock, Stage, Step, Way

ROWS = 1000
"""Rows of one batch."""
BLOCKS = 16
"""Blocks of one batch, where rows have no key."""
PASSES = 5
"""How often a table without a key is gone through: a row that somebody writes meanwhile moves to another block."""
PAUSE = "0.01"
"""Seconds between two batches."""


class Filling(NamedTuple):
    """What each row gets: `column` the `value`, where it is `pending`."""

    column: str
    value: str
    pending: str


def backfill(table: Path, filling: Filling, around: Context) -> Steps:
    """One step for the table, and one for each table below it that has rows of its own."""
    for each in (table, *around.heirs(table)):
        if _has_rows(each, around):
            yield Step(
                sql=f"DO {body(_block(each, filling, around))}",
                stage=Stage.DATA,
                locks=locked(each, around, Lock.ROW_EXCLUSIVE),
                way=Way.ALONE,
            )


def _has_rows(table: Path, around: Context) -> bool:
    fact = around.current.get(Ref("table", table))
    return isinstance(fact, Table) and fact.partition_key is None and around.stays(fact.ref)


def _block(table: Path, filling: Filling, around: Context) -> str:
    key = _key(table, around)
    return "\n".join(_by_key(table, key, filling) if key else _by_block(table, filling))


def _key(table: Path, around: Context) -> tuple[str, ...]:
    for constraint in around.current.parts(table, TableConstraint):
        if constraint.type == "primary key" and not constraint.temporal and around.stays(constraint.ref):
            return constraint.columns
    return ()


def _by_key(table: Path, key: tuple[str, ...], filling: Filling) -> Iterator[str]:
    """Every batch begins with the last row of the one before."""
    relation, keys, alone = f"ONLY {path(table)}", listed(key), name(table[-1])
    batched = ", ".join(f"{name(column)} AS _{number}" for number, column in enumerate(key))
    reached = ", ".join(f"_reached._{number}" for number in range(len(key)))
    same = " AND ".join(f"{alone}.{name(column)} = _batch._{number}" for number, column in enumerate(key))
    last = ", ".join(f"_{number} DESC" for number in range(len(key)))
    yield "#variable_conflict use_column"
    yield "DECLARE _reached record;"
    yield "BEGIN"
    yield f"  SELECT {batched} INTO _reached FROM {relation} ORDER BY {keys} LIMIT 1;"
    yield "  WHILE FOUND LOOP"
    yield "    WITH _batch AS MATERIALIZED ("
    yield f"      SELECT {batched} FROM {relation} WHERE ({keys}) >= ({reached}) ORDER BY {keys} LIMIT {ROWS}"
    yield "    ), _done AS ("
    yield f"      UPDATE {relation} SET {name(filling.column)} = {filling.value} FROM _batch"
    yield f"      WHERE {same} AND {filling.pending} RETURNING 1"
    yield "    )"
    yield "    SELECT _batch.*, (SELECT count(*) FROM _batch) AS _seen, (SELECT count(*) FROM _done) AS _changed"
    yield f"    INTO _reached FROM _batch ORDER BY {last} LIMIT 1;"
    yield "    COMMIT;"
    yield f"    EXIT WHEN _reached._seen IS NULL OR _reached._seen < {ROWS};"
    yield f"    PERFORM pg_catalog.pg_sleep({PAUSE}) WHERE _reached._changed > 0;"
    yield "    PERFORM 1;"
    yield "  END LOOP;"
    yield "END"


def _by_block(table: Path, filling: Filling) -> Iterator[str]:
    """Until there is nothing left to do."""
    relation = path(table)
    size = (
        f"pg_catalog.pg_relation_size({literal(relation).strip()}) / pg_catalog.current_setting('block_size')::bigint"
    )
    yield "#variable_conflict use_column"
    yield "DECLARE _block bigint; _blocks bigint; _rows bigint; _changed bigint;"
    yield "BEGIN"
    yield f"  FOR _pass IN 1..{PASSES} LOOP"
    yield f"    _blocks := {size};"
    yield "    _block := 0;"
    yield "    _changed := 0;"
    yield "    WHILE _block < _blocks LOOP"
    yield f"      UPDATE ONLY {relation} SET {name(filling.column)} = {filling.value}"
    yield "      WHERE ctid >= pg_catalog.format('(%s,0)', _block)::tid"
    yield f"        AND ctid < pg_catalog.format('(%s,0)', _block + {BLOCKS})::tid AND {filling.pending};"
    yield "      GET DIAGNOSTICS _rows = ROW_COUNT;"
    yield "      COMMIT;"
    yield f"      PERFORM pg_catalog.pg_sleep({PAUSE}) WHERE _rows > 0;"
    yield f"      _block := _block + {BLOCKS};"
    yield "      _changed := _changed + _rows;"
    yield "    END LOOP;"
    yield "    EXIT WHEN _changed = 0;"
    yield "  END LOOP;"
    yield "END"
