"""Columns that are added to a table with rows, and what each row gets: PostgreSQL may have to work that out."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column, DefaultValue, Sequence
from seachange.catalog.facts.routines import Routine
from seachange.catalog.ref import Ref
from seachange.plan.there import there
from seachange.rules.backfill import Filling, backfill, fill_at_once
from seachange.rules.chains import chained, is_spread, together
from seachange.rules.columns import (
    collate,
    column_of,
    identity_of,
    inline_default,
    inline_not_null,
    is_typed,
    locked,
    made_with,
    parents_of,
    reidentify,
    require,
    traits,
)
from seachange.rules.retyping import is_constrained, rows_of
from seachange.rules.rule import Context, Steps
from seachange.rules.sequences import sequence_options
from seachange.rules.shadowed import beside
from seachange.sql.parse import functions_called
from seachange.sql.quote import literal, name, path
from seachange.step import Lock, Risk, Stage, Step

MARK = "filled"
VOLATILE = frozenset(
    {
        "clock_timestamp",
        "currval",
        "gen_random_uuid",
        "lastval",
        "nextval",
        "random",
        "random_normal",
        "setseed",
        "setval",
        "timeofday",
        "txid_current",
        "pg_current_xact_id",
        "uuidv4",
        "uuidv7",
    }
)
"""Functions of PostgreSQL's own that give another value for every row."""


def is_filled(column: Column, around: Context) -> bool:
    """Whether rows get their values after the column is there."""
    table = column.names[:-1]
    if column.ref.kind != "table column" or column.generated or not around.stays(Ref("table", table)):
        return False
    if is_typed(table, around) or any(
        column_of(parent, column) in around.comes for parent in parents_of(table, around)
    ):
        return False
    return _is_late(column, around) or _is_slowly_filled(column, around)


def _is_slowly_filled(column: Column, around: Context) -> bool:
    """Whether they get them a few at a time."""
    if not is_spread(column.ref, MARK, around) or is_constrained(column, around.desired):
        return False
    return _can_be_filled(column, around) and (bool(column.identity) or is_worked_out(column, around))


def _is_late(column: Column, around: Context) -> bool:
    """Whether its default needs something that comes after the column."""
    default = around.desired.get(Ref("default value", column.names))
    return default is not None and not column.generated and inline_default(column, around) is None


def _can_be_filled(column: Column, around: Context) -> bool:
    """All rows are in tables of this database, and whoever runs the plan sees all of them."""
    heirs = (*around.heirs(column.names[:-1], around.desired),)
    tables = [around.desired.get(Ref("table", each)) for each in (column.names[:-1], *heirs)]
    if any(table is None or getattr(table, "force_row_security", False) for table in tables):
        return False
    return not (column.identity and heirs)


def is_worked_out(column: Column, around: Context) -> bool:
    """Whether its default is, for every row, or comes only after the column."""
    default = around.desired.get(Ref("default value", column.names))
    if not isinstance(default, DefaultValue) or column.generated:
        return False
    return is_volatile(default, around) or _is_late(column, around)


def costs(column: Column, around: Context) -> tuple[frozenset[Risk], frozenset[Path], frozenset[Path]]:
    """What adding the column at once means for the rows that are there: risks, what is written anew, what is read."""
    risks, rows, nothing = set[Risk](), rows_of(column.names[:-1], around), frozenset[Path]()
    if column.ref.kind != "table column" or not rows:
        return frozenset(), nothing, nothing
    worked_out = is_worked_out(column, around) or is_constrained(column, around.desired)
    valued = Ref("default value", column.names) in around.desired or column.identity
    if column.not_null and not valued:
        risks.add(Risk.REFUSES_ROWS)
    if column.generated == "virtual":
        read = rows if column.not_null else nothing
        return frozenset(risks | ({Risk.SCANS} if read else set())), nothing, read
    written = rows if worked_out or column.identity or column.generated else nothing
    return frozenset(risks | ({Risk.REWRITES} if written else set())), written, nothing


def is_volatile(default: DefaultValue, around: Context) -> bool:
    """What came with an extension says nothing of itself, and counts as volatile."""
    called = functions_called(default.expression)
    if called is None:
        return True
    used = [around.desired.get(ref) for ref in around.desired.uses(default.ref)]
    known = {routine.names: routine.volatility for routine in used if isinstance(routine, Routine)}
    return any(_is_volatile(function, known.get(function)) for function in called) or "volatile" in known.values()


def _is_volatile(function: tuple[str, ...], said: str | None) -> bool:
    *schema, last = function
    if not schema or schema == ["pg_catalog"]:
        return last in VOLATILE
    return said is None


def add_filled(column: Column, around: Context) -> Steps:
    """Nobody waits for the rows."""
    table = column.names[:-1]
    default = inline_default(column, around)
    also = f", ALTER COLUMN {name(column.names[-1])} SET DEFAULT {default.expression}" if default else ""
    yield Step(
        sql=f"ALTER TABLE {path(table)} ADD COLUMN {name(column.names[-1])} {column.type}{collate(column)}{also}",
        stage=Stage.COLUMNS,
        makes=frozenset(_made(column, around)),
        locks=locked(table, around),
    )
    after = _defaults(column, around)
    for step in (*traits(column, around), *chained(column.ref, MARK, _values(column, around))):
        yield msgspec.structs.replace(step, follows=step.follows | after)


def _made(column: Column, around: Context) -> Iterator[Ref]:
    yield column.ref
    if (default := inline_default(column, around)) is not None:
        yield default.ref
    for heir in around.heirs(column.names[:-1], around.desired):
        ref = Ref(column.ref.kind, (*heir, column.names[-1]))
        if ref in around.comes and Ref("table", heir) not in around.comes:
            yield ref
            yield from made_with(around.desired.facts[ref], around)


def _values(column: Column, around: Context) -> Steps:
    sequence = identity_of(column, around)
    if sequence is not None:
        yield from _counting(column, sequence, around)
    own = frozenset({column.ref})
    filling = Filling(column.names[-1], "DEFAULT", f"{name(column.names[-1])} IS NULL")
    fill = backfill if _is_slowly_filled(column, around) else fill_at_once
    for step in fill(column.names[:-1], filling, around):
        yield msgspec.structs.replace(step, alters=own, undone=there(column.ref))
    if column.not_null:
        yield from _required(column, around)
    if sequence is not None:
        yield from together(column.ref, "identity", _identified(column, sequence, around))


def _defaults(column: Column, around: Context) -> frozenset[Ref]:
    tables = (column.names[:-1], *around.heirs(column.names[:-1], around.desired))
    return frozenset(Ref("default value", (*table, column.names[-1])) for table in tables) & around.comes


def _required(column: Column, around: Context) -> Steps:
    """Under its name, where it has one."""
    constraint = inline_not_null(column, around)
    if constraint is None:
        yield from require(msgspec.structs.replace(column, not_null=False), column, around)
        return
    table, last = column.names[:-1], name(constraint.names[-1])
    no_inherit = " NO INHERIT" if constraint.no_inherit else ""
    yield Step(
        sql=f"ALTER TABLE {path(table)} ADD CONSTRAINT {last} NOT NULL {name(column.names[-1])}{no_inherit} NOT VALID",
        stage=Stage.CONSTRAINTS,
        makes=frozenset({constraint.ref}),
        locks=locked(table, around),
        undone=f"NOT {there(constraint.ref)}",
    )
    yield Step(
        sql=f"ALTER TABLE {path(table)} VALIDATE CONSTRAINT {last}",
        stage=Stage.VALIDATION,
        alters=frozenset({constraint.ref}),
        locks=locked(table, around, Lock.SHARE_UPDATE_EXCLUSIVE),
        scans=frozenset({table}),
        risks=frozenset({Risk.REFUSES_ROWS}),
    )


def _counting(column: Column, sequence: Sequence, around: Context) -> Steps:
    """A sequence for the meantime, which whoever writes may use; that of the column comes with its being identity."""
    waiting = _waiting(column, around)
    yield _identity_step(
        column,
        f"CREATE SEQUENCE {path(waiting.names)}{sequence_options(sequence)}",
        around,
        undone=f"{_not_yet(column)} AND NOT {there(waiting)}",
        lock=Lock.NONE,
    )
    usage = f"GRANT USAGE ON SEQUENCE {path(waiting.names)} TO PUBLIC"
    yield _identity_step(column, usage, around, undone=there(waiting), lock=Lock.NONE)
    following = f"nextval({literal(path(waiting.names))}::regclass)"
    yield _identity_step(column, f"{_alter(column)} SET DEFAULT {following}", around, undone=there(waiting))


def _identified(column: Column, sequence: Sequence, around: Context) -> Steps:
    """The sequence goes on where the other one is."""
    waiting = _waiting(column, around)
    pending = there(waiting)
    yield _identity_step(column, f"{_alter(column)} DROP DEFAULT", around, undone=pending)
    plain = msgspec.structs.replace(column, identity=None)
    for step in reidentify(plain, column, around):
        yield msgspec.structs.replace(step, stage=Stage.COLUMNS, undone=pending)
    go_on = f"SELECT pg_catalog.setval({literal(path(sequence.names))}, last_value, is_called)"
    yield _identity_step(column, f"{go_on} FROM {path(waiting.names)}", around, undone=pending)
    yield _identity_step(column, f"DROP SEQUENCE {path(waiting.names)}", around, undone=pending)


def _waiting(column: Column, around: Context) -> Ref:
    schema, table, last = column.names
    return Ref("sequence", (schema, beside(f"{table}_{last}", lambda each: Ref("sequence", (schema, each)), around)))


def _alter(column: Column) -> str:
    return f"ALTER TABLE {path(column.names[:-1])} ALTER COLUMN {name(column.names[-1])}"


def _not_yet(column: Column) -> str:
    relation, last = literal(path(column.names[:-1])), literal(column.names[-1])
    return (
        f"EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass({relation}) "
        f"AND attname = {last} AND NOT attisdropped AND attidentity = '')"
    )


def _identity_step(
    column: Column, sql: str, around: Context, *, undone: str, lock: Lock = Lock.ACCESS_EXCLUSIVE
) -> Step:
    return Step(
        sql=sql,
        stage=Stage.COLUMNS,
        alters=frozenset({column.ref}),
        locks=locked(column.names[:-1], around, lock) if lock else (),
        undone=undone,
    )
