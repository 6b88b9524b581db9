"""Values for rows that are there, a few at a time: nobody waits longer than for one batch."""

from __future__ import annotations

from typing import NamedTuple

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table, TableConstraint, Trigger
from seachange.catalog.ref import Ref
from seachange.rules.addresses import block
from seachange.rules.columns import locked, parents_of
from seachange.rules.rule import Context, Steps
from seachange.sql.quote import body, listed, literal, name, path
from seachange.step import Fill, Lock, Stage, Step, Way

ROWS = 1000
"""Rows of one batch."""
BLOCKS = 16
"""Blocks of one batch, where rows have no key."""
PASSES = 5
"""How often a table without a key is gone through: a row that somebody writes meanwhile moves to another block."""
PAUSE = "0.01"
"""Seconds between two batches."""
QUIET, LOUD = (
    f"PERFORM pg_catalog.set_config('session_replication_role', '{role}', true) "
    "WHERE pg_catalog.current_setting('is_superuser') = 'on'"
    for role in ("replica", "origin")
)
"""Whether the triggers of people see what a transaction writes, where the role may say so."""


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
                fill=Fill(each, _key(each, around), *filling, _has_triggers(each, around)),
            )


def fill_at_once(table: Path, filling: Filling, around: Context) -> Steps:
    """One statement, where nobody else uses the table, or all must be seen together."""
    update = f"UPDATE {path(table)} SET {name(filling.column)} = {filling.value} WHERE {filling.pending}"
    tables = (table, *around.heirs(table))
    yield Step(
        sql=block((QUIET, update, LOUD)) if any(_has_triggers(each, around) for each in tables) else update,
        stage=Stage.DATA,
        locks=locked(table, around, Lock.ROW_EXCLUSIVE),
        scans=frozenset({table}),
    )


def _has_rows(table: Path, around: Context) -> bool:
    fact = around.current.get(Ref("table", table))
    return isinstance(fact, Table) and fact.partition_key is None and around.stays(fact.ref)


def _has_triggers(table: Path, around: Context) -> bool:
    """A partition has those of what it is a part of."""
    own = any(fact.enabled != "disabled" for fact in around.current.parts(table, Trigger))
    return own or any(_has_triggers(parent, around) for parent in parents_of(table, around))


def _block(table: Path, filling: Filling, around: Context) -> str:
    key, quiet = _key(table, around), f"\n    {QUIET};" if _has_triggers(table, around) else ""
    return _by_key(table, key, filling, quiet) if key else _by_block(table, filling, quiet)


def _key(table: Path, around: Context) -> tuple[str, ...]:
    for constraint in around.current.parts(table, TableConstraint):
        if constraint.type == "primary key" and not constraint.temporal and around.stays(constraint.ref):
            return constraint.columns
    return ()


def _by_key(table: Path, key: tuple[str, ...], filling: Filling, quiet: str) -> str:
    """Every batch begins with the last row of the one before."""
    numbers = range(len(key))
    return BY_KEY.format(
        relation=path(table),
        column=name(filling.column),
        value=filling.value,
        pending=filling.pending,
        keys=listed(key),
        named=", ".join(f"{name(key[i])} AS _{i}" for i in numbers),
        reached=", ".join(f"_reached._{i}" for i in numbers),
        same=" AND ".join(f"{name(table[-1])}.{name(key[i])} = _batch._{i}" for i in numbers),
        last=", ".join(f"_{i} DESC" for i in numbers),
        rows=ROWS,
        pause=PAUSE,
        quiet=quiet,
    )


BY_KEY = """#variable_conflict use_column
DECLARE _reached record;
BEGIN
  SELECT {named} INTO _reached FROM ONLY {relation} ORDER BY {keys} LIMIT 1;
  WHILE FOUND LOOP{quiet}
    WITH _batch AS MATERIALIZED (
      SELECT {named} FROM ONLY {relation} WHERE ({keys}) >= ({reached}) ORDER BY {keys} LIMIT {rows}
    ), _done AS (
      UPDATE ONLY {relation} SET {column} = {value} FROM _batch WHERE {same} AND {pending} RETURNING 1
    )
    SELECT _batch.*, (SELECT count(*) FROM _batch) AS _seen, (SELECT count(*) FROM _done) AS _changed
    INTO _reached FROM _batch ORDER BY {last} LIMIT 1;
    COMMIT;
    EXIT WHEN _reached._seen IS NULL OR _reached._seen < {rows};
    PERFORM pg_catalog.pg_sleep({pause}) WHERE _reached._changed > 0;
    PERFORM 1;
  END LOOP;
END"""


def _by_block(table: Path, filling: Filling, quiet: str) -> str:
    """Until there is nothing left to do."""
    return BY_BLOCK.format(
        relation=path(table),
        named=literal(path(table)),
        column=name(filling.column),
        value=filling.value,
        pending=filling.pending,
        blocks=BLOCKS,
        passes=PASSES,
        pause=PAUSE,
        quiet=quiet,
    )


BY_BLOCK = """#variable_conflict use_column
DECLARE _block bigint; _blocks bigint; _rows bigint; _changed bigint;
BEGIN
  FOR _pass IN 1..{passes} LOOP
    _blocks := pg_catalog.pg_relation_size({named}) / pg_catalog.current_setting('block_size')::bigint;
    _block := 0;
    _changed := 0;
    WHILE _block < _blocks LOOP{quiet}
      UPDATE ONLY {relation} SET {column} = {value}
      WHERE ctid >= pg_catalog.format('(%s,0)', _block)::tid
        AND ctid < pg_catalog.format('(%s,0)', _block + {blocks})::tid AND {pending};
      GET DIAGNOSTICS _rows = ROW_COUNT;
      COMMIT;
      PERFORM pg_catalog.pg_sleep({pause}) WHERE _rows > 0;
      _block := _block + {blocks};
      _changed := _changed + _rows;
    END LOOP;
    EXIT WHEN _changed = 0;
  END LOOP;
END"""
