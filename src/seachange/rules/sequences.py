"""Sequences.  That of an identity column comes and goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from seachange.catalog.facts.relations import Sequence
from seachange.catalog.ref import Ref
from seachange.rules.addresses import block
from seachange.rules.owners import owner_of, owner_ref
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.sql.quote import literal, name, path
from seachange.step import Held, Lock, Risk, Stage, Step


def create_sequence(sequence: Sequence, around: Context) -> Steps:
    if sequence.identity:
        yield from _rename_identity(sequence, around)
        return
    unlogged = "UNLOGGED " if sequence.unlogged else ""
    yield Step(
        sql=f"CREATE {unlogged}SEQUENCE {path(sequence.names)}{sequence_options(sequence)}",
        stage=Stage.SEQUENCES,
        makes=frozenset({sequence.ref}),
    )
    if sequence.owned_by:
        yield _own(sequence, around)


def _rename_identity(new: Sequence, around: Context) -> Steps:
    """The column's identity remains, and its sequence gets another name; else it comes with the column."""
    old = _identity_now(new, around)
    if old is None or old.ref not in around.goes:
        return
    moved = msgspec.structs.replace(old, names=(old.names[0], new.names[-1]))
    yield Step(
        sql=f"ALTER SEQUENCE {path(old.names)} RENAME TO {name(new.names[-1])}",
        stage=Stage.SEQUENCES,
        makes=frozenset({new.ref}),
        takes=frozenset({old.ref}),
        locks=(Held(old.names, Lock.ACCESS_EXCLUSIVE),),
    )
    if _bounds(old) != _bounds(new):
        for step in change_sequence(moved, new, around):
            yield msgspec.structs.replace(step, follows=frozenset({new.ref}))


def _identity_now(new: Sequence, around: Context) -> Sequence | None:
    column = Ref("table column", (*(new.owned_by or ()), new.owned_by_column or ""))
    if not around.stays(column):
        return None
    found = (around.current.get(user) for user in sorted(around.current.users(column)))
    return next((each for each in found if isinstance(each, Sequence) and each.identity), None)


def _bounds(sequence: Sequence) -> tuple[object, ...]:
    """All that ALTER SEQUENCE sets at once."""
    return (
        sequence.type,
        sequence.start,
        sequence.increment,
        sequence.minimum,
        sequence.maximum,
        sequence.cache,
        sequence.cycle,
    )


def sequence_options(sequence: Sequence, *, typed: bool = True) -> str:
    """All that is not as PostgreSQL has it unasked.  An identity's type is its column's."""
    return "".join(f" {said}" for said in _said(sequence, typed=typed))


def _said(sequence: Sequence, *, typed: bool) -> list[str]:
    said = []
    if typed and sequence.type != "bigint":
        said.append(f"AS {sequence.type}")
    lowest = 1 if sequence.increment > 0 else -1
    if sequence.increment != 1:
        said.append(f"INCREMENT BY {sequence.increment}")
    if sequence.minimum is not None:
        said.append(f"MINVALUE {sequence.minimum}")
    if sequence.maximum is not None:
        said.append(f"MAXVALUE {sequence.maximum}")
    if sequence.start != lowest or sequence.minimum is not None or sequence.maximum is not None:
        said.append(f"START WITH {sequence.start}")
    if sequence.cache != 1:
        said.append(f"CACHE {sequence.cache}")
    if sequence.cycle:
        said.append("CYCLE")
    return said


def drop_sequence(sequence: Sequence, around: Context) -> Steps:
    if sequence.identity:
        return
    yield Step(
        sql=f"DROP SEQUENCE {path(sequence.names)}",
        stage=Stage.REMOVE,
        takes=frozenset({sequence.ref}),
        risks=frozenset({Risk.LOSES_DATA}),
    )


def change_sequence(old: Sequence, new: Sequence, around: Context) -> Steps:
    """All of its options at once: one may not fit without the other."""
    said = [f"AS {new.type}"] if new.type != old.type else []
    said += [
        f"INCREMENT BY {new.increment}",
        "NO MINVALUE" if new.minimum is None else f"MINVALUE {new.minimum}",
        "NO MAXVALUE" if new.maximum is None else f"MAXVALUE {new.maximum}",
        f"START WITH {new.start}",
        f"CACHE {new.cache}",
        "CYCLE" if new.cycle else "NO CYCLE",
    ]
    sql = f"ALTER SEQUENCE {path(new.names)} {' '.join(said)}"
    yield Step(
        sql=_within_bounds(sql, new) if _is_narrower(old, new) else sql,
        stage=Stage.SEQUENCES,
        alters=frozenset({new.ref}),
        locks=(Held(new.names, Lock.SHARE_ROW_EXCLUSIVE),),
    )


def _is_narrower(old: Sequence, new: Sequence) -> bool:
    """Where the sequence stands may be outside of its new bounds, which PostgreSQL refuses."""
    return (old.minimum, old.maximum, old.type) != (new.minimum, new.maximum, new.type)


def _within_bounds(sql: str, sequence: Sequence) -> str:
    """It goes on where it stands, or from the bound that is nearest to it."""
    rising = sequence.increment > 0
    lowest = "1" if rising and sequence.minimum is None else sequence.minimum
    highest = "-1" if not rising and sequence.maximum is None else sequence.maximum
    following = f"CASE WHEN is_called THEN last_value + {sequence.increment} ELSE last_value END"
    bounded = following if highest is None else f"least({following}, {highest})"
    bounded = bounded if lowest is None else f"greatest({bounded}, {lowest})"
    return (
        "DO $do$ BEGIN\n"
        f"  EXECUTE {literal(sql + ' RESTART WITH ')} || (SELECT {bounded} FROM {path(sequence.names)});\n"
        "END $do$"
    )


def relog(old: Sequence, new: Sequence, around: Context) -> Steps:
    yield Step(
        sql=f"ALTER SEQUENCE {path(new.names)} SET {'UNLOGGED' if new.unlogged else 'LOGGED'}",
        stage=Stage.SEQUENCES,
        alters=frozenset({new.ref}),
        locks=(Held(new.names, Lock.ACCESS_EXCLUSIVE),),
    )


def own(old: Sequence, new: Sequence, around: Context) -> Steps:
    if new.identity or old.identity:
        return
    yield _own(new, around)


def _own(sequence: Sequence, around: Context) -> Step:
    """A column's sequence must have the owner of the table, which it then follows."""
    if not (sequence.owned_by and sequence.owned_by_column):
        return _owned_by(sequence, ("NONE",), around)
    column = (*sequence.owned_by, sequence.owned_by_column)
    table = Ref("table", sequence.owned_by)
    before, here = _owner(sequence.ref, around), _owner(table, around)
    said = (path(column),) if before == here else (path(column), name(here) if here else "CURRENT_USER")
    step = _owned_by(sequence, said, around)
    told = frozenset({owner_ref(sequence.ref)} & around.goes)
    return msgspec.structs.replace(step, takes=told, follows=frozenset({Ref("table column", column)} & around.comes))


def _owner(ref: Ref, around: Context) -> str:
    """Who owns it as yet; empty: whoever makes it."""
    role = owner_of(ref, around.current) if around.stays(ref) else ""
    return "" if role == around.wishes.role else role


def _owned_by(sequence: Sequence, said: tuple[str, ...], around: Context) -> Step:
    label = path(sequence.names)
    given = [f"ALTER SEQUENCE {label} OWNER TO {owner}" for owner in said[1:]]
    return Step(
        sql=block((*given, f"ALTER SEQUENCE {label} OWNED BY {said[0]}")),
        stage=Stage.TABLES,
        alters=frozenset({sequence.ref}),
        locks=(Held(sequence.names, Lock.ACCESS_EXCLUSIVE),) if around.stays(sequence.ref) else (),
    )


def carry_sequence(old: Sequence, new: Sequence, around: Context) -> Steps:
    """Its table is built anew; where it stands is kept.  That of an identity comes with its column."""
    if old.identity or not old.owned_by:
        return
    yield Step(
        sql=f"ALTER SEQUENCE {path(old.names)} OWNED BY NONE",
        stage=Stage.REMOVE,
        alters=frozenset({old.ref}),
        locks=(Held(old.names, Lock.ACCESS_EXCLUSIVE),),
    )
    if new.owned_by:
        yield _own(new, around)


SEQUENCE: Rule[Sequence] = Rule(
    create_sequence,
    drop_sequence,
    {
        **dict.fromkeys(
            ("type", "start", "increment", "minimum", "maximum", "cache", "cycle"), Alteration(change_sequence)
        ),
        "unlogged": Alteration(relog),
        "owned_by": Alteration(own),
        "owned_by_column": Alteration(own),
        "identity": REBUILD,
    },
    space="relation",
    later=frozenset({"table column", "foreign table column"}),
    carry=carry_sequence,
)

RULES: Mapping[str, Rule[Any]] = {"sequence": SEQUENCE}
