"""Aggregate functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.facts.routines import Aggregate
from seachange.rules.addresses import address
from seachange.rules.plainly import altered, made, taken
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.sql.quote import literal, path
from seachange.step import Stage


def create_aggregate(aggregate: Aggregate, around: Context) -> Steps:
    yield made(aggregate, _definition(aggregate, "CREATE"), Stage.FUNCTIONS)


def drop_aggregate(aggregate: Aggregate, around: Context) -> Steps:
    yield taken(aggregate, f"DROP {address(aggregate.ref)}")


def replace_aggregate(old: Aggregate, new: Aggregate, around: Context) -> Steps:
    """Those who call it see the old one or the new one."""
    yield altered(new, _definition(new, "CREATE OR REPLACE"), Stage.FUNCTIONS)


def _definition(aggregate: Aggregate, verb: str) -> str:
    options = ",\n  ".join((*_steps(aggregate), *_moving_steps(aggregate), *_traits(aggregate)))
    return f"{verb} AGGREGATE {path(aggregate.names)}({aggregate.arguments or '*'}) (\n  {options}\n)"


def _steps(aggregate: Aggregate) -> Iterator[str]:
    """How rows become a state, and the state a result."""
    yield f"SFUNC = {aggregate.transition}"
    yield f"STYPE = {aggregate.state_type}"
    if aggregate.state_space:
        yield f"SSPACE = {aggregate.state_space}"
    if aggregate.final is not None:
        yield f"FINALFUNC = {aggregate.final}"
    yield from _ending("", aggregate, extra=aggregate.final_extra, modify=aggregate.final_modify)
    for option in ("combine", "serialize", "deserialize"):
        if (function := getattr(aggregate, option)) is not None:
            yield f"{PARALLEL_STEPS[option]} = {function}"
    if aggregate.initial is not None:
        yield f"INITCOND = {literal(aggregate.initial)}"


def _moving_steps(aggregate: Aggregate) -> Iterator[str]:
    """How it follows a moving frame."""
    for option, field in MOVING.items():
        if value := getattr(aggregate, field):
            yield f"{option} = {value}"
    yield from _ending("M", aggregate, extra=aggregate.moving_final_extra, modify=aggregate.moving_final_modify)
    if aggregate.moving_initial is not None:
        yield f"MINITCOND = {literal(aggregate.moving_initial)}"


def _ending(prefix: str, aggregate: Aggregate, *, extra: bool, modify: str) -> Iterator[str]:
    """What a final function may do with the state; of ordered sets PostgreSQL expects the worst unless told."""
    if extra:
        yield f"{prefix}FINALFUNC_EXTRA"
    if modify != ("read_only" if aggregate.aggregate_kind == "normal" else "read_write"):
        yield f"{prefix}FINALFUNC_MODIFY = {modify.upper()}"


def _traits(aggregate: Aggregate) -> Iterator[str]:
    if aggregate.sort_operator is not None:
        yield f"SORTOP = OPERATOR({_name_of_operator(aggregate)})"
    if aggregate.parallel != "unsafe":
        yield f"PARALLEL = {aggregate.parallel.upper()}"
    if aggregate.aggregate_kind == "hypothetical-set":
        yield "HYPOTHETICAL"


def _name_of_operator(aggregate: Aggregate) -> str:
    """It compares two of what the aggregate takes; an operator of PostgreSQL's own comes without a schema."""
    (type,) = aggregate.args
    operator = (aggregate.sort_operator or "").removesuffix(f"({type},{type})")
    return operator if "." in operator else f"pg_catalog.{operator}"


PARALLEL_STEPS = {"combine": "COMBINEFUNC", "serialize": "SERIALFUNC", "deserialize": "DESERIALFUNC"}
MOVING = {
    "MSFUNC": "moving_transition",
    "MINVFUNC": "moving_inverse",
    "MSTYPE": "moving_state_type",
    "MSSPACE": "moving_state_space",
    "MFINALFUNC": "moving_final",
}
BORN = ("arguments", "returns", "aggregate_kind", "direct_arguments")
"""What an aggregate is called with and gives: it never changes."""
AGGREGATE: Rule[Aggregate] = Rule(
    create_aggregate,
    drop_aggregate,
    {
        **dict.fromkeys(Aggregate.__struct_fields__[2:], Alteration(replace_aggregate)),
        **dict.fromkeys(BORN, REBUILD),
    },
    space="routine",
)

RULES: Mapping[str, Rule[Any]] = {"aggregate": AGGREGATE}
