"""Operators.  One that is named before it is there stands as a shell until it is filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.types import Operator
from seachange.catalog.ref import Ref
from seachange.rules.plainly import altered, taken
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.sql.quote import name, unquoted
from seachange.step import Stage, Step

NONE = "-"
"""What stands for the operand that an operator does not have."""
PARTNERS = ("commutator", "negator")


def create_operator(operator: Operator, around: Context) -> Steps:
    """A shell comes with the operator that names it."""
    if operator.function is None:
        return
    shells = {ref for ref in _partners(operator) if ref in around.comes and _is_shell(ref, around.desired)}
    yield Step(sql=_definition(operator), stage=Stage.FUNCTIONS, makes=frozenset({operator.ref, *shells}))


def _definition(operator: Operator) -> str:
    return f"CREATE OPERATOR {symbol(operator.ref)} (\n  " + ",\n  ".join(_said(operator)) + "\n)"


def _said(operator: Operator) -> Iterator[str]:
    yield f"FUNCTION = {operator.function}"
    for side, type in zip(("LEFTARG", "RIGHTARG"), operator.args, strict=True):
        if type != NONE:
            yield f"{side} = {type}"
    for field in PARTNERS:
        if (partner := getattr(operator, field)) is not None:
            yield f"{field.upper()} = {without_operands(partner)}"
    yield from (f"{field.upper()} = {of}" for field in ("restrict", "join") if (of := getattr(operator, field)))
    yield from (field.upper() for field in ("hashes", "merges") if getattr(operator, field))


def symbol(operator: Ref) -> str:
    """The operator as CREATE, ALTER and DROP call it."""
    return f"{name(operator.names[0])}.{operator.names[1]}"


def without_operands(operator: str) -> str:
    """`OPERATOR(p.=)` for `p.=(integer,integer)`."""
    schema, sign = _parts(operator)
    return f"OPERATOR({schema}.{sign})"


def _parts(operator: str) -> tuple[str, str]:
    """Schema and symbol of an operator as PostgreSQL writes it with its operands."""
    quoted = False
    for i, letter in enumerate(operator):
        quoted ^= letter == '"'
        if letter == "(" and not quoted:
            schema, _, sign = operator[:i].rpartition(".")
            return schema or "pg_catalog", sign
    raise ValueError(operator)


def _partners(operator: Operator) -> Iterator[Ref]:
    """Commutator and negator: the operands of the one are the other way round."""
    left, right = operator.args
    for field, operands in zip(PARTNERS, ((right, left), (left, right)), strict=True):
        if (partner := getattr(operator, field)) is not None:
            schema, sign = _parts(partner)
            yield Ref("operator", (*unquoted(schema), sign), operands)


def _is_shell(ref: Ref, catalog: Catalog) -> bool:
    fact = catalog.get(ref)
    return isinstance(fact, Operator) and fact.function is None


def _who_names_it(operator: Operator, around: Context) -> Iterator[Ref]:
    """A shell comes only with an operator that names it."""
    return _partners(operator) if operator.function is None else iter(())


def drop_operator(operator: Operator, around: Context) -> Steps:
    operands = ", ".join("NONE" if type == NONE else type for type in operator.args)
    yield taken(operator, f"DROP OPERATOR {symbol(operator.ref)} ({operands})")


def fill(old: Operator, new: Operator, around: Context) -> Steps:
    yield altered(new, _definition(new), Stage.FUNCTIONS)


def estimate(old: Operator, new: Operator, around: Context) -> Steps:
    """What helps the planner to guess.  What fills a shell says it too."""
    if old.function is None:
        return
    said = [
        f"{field.upper()} = {getattr(new, field) or 'NONE'}"
        for field in ("restrict", "join")
        if getattr(old, field) != getattr(new, field)
    ]
    yield _set(new, said)


def _set(operator: Operator, said: list[str], **more: Any) -> Step:
    operands = ", ".join("NONE" if type == NONE else type for type in operator.args)
    sql = f"ALTER OPERATOR {symbol(operator.ref)} ({operands}) SET ({', '.join(said)})"
    return altered(operator, sql, Stage.FUNCTIONS, **more)


def relate(old: Operator, new: Operator, around: Context) -> Steps:
    """A partner that comes or goes makes or ends the relation itself."""
    if old.function is None:
        return
    said = [
        f"{field.upper()} = {without_operands(partner)}"
        for field in PARTNERS
        if (partner := getattr(new, field)) is not None and getattr(old, field) is None
    ]
    said += [field.upper() for field in ("hashes", "merges") if getattr(new, field) and not getattr(old, field)]
    follows = frozenset(ref for ref in _partners(new) if ref in around.comes)
    if said and around.has(17):
        yield _set(new, said, follows=follows)


def _can_fill(old: Operator, new: Operator, around: Context) -> bool:
    return old.function is None


def _can_relate(old: Operator, new: Operator, around: Context) -> bool:
    if old.function is None:
        return True
    for field in PARTNERS:
        if getattr(old, field) != getattr(new, field) and not _can_change_partner(old, new, field, around):
            return False
    return True


def _can_change_partner(old: Operator, new: Operator, field: str, around: Context) -> bool:
    """A partner that is dropped is forgotten; one that is created makes itself known; else it can only be added."""
    before, after = (dict(zip(_named(operator), _partners(operator), strict=True)) for operator in (old, new))
    if field not in after:
        return before[field] not in around.desired
    return field not in before and (around.has(17) or after[field] not in around.current)


def _named(operator: Operator) -> list[str]:
    return [field for field in PARTNERS if getattr(operator, field) is not None]


def _can_promise(old: Operator, new: Operator, around: Context) -> bool:
    """That it can be hashed or merged can be said later since PostgreSQL 17, and never taken back."""
    if old.function is None:
        return True
    return around.has(17) and all(getattr(new, field) or not getattr(old, field) for field in ("hashes", "merges"))


OPERATOR: Rule[Operator] = Rule(
    create_operator,
    drop_operator,
    {
        "function": Alteration(fill, possible=_can_fill),
        **dict.fromkeys(PARTNERS, Alteration(relate, possible=_can_relate)),
        **dict.fromkeys(("restrict", "join"), Alteration(estimate)),
        **dict.fromkeys(("hashes", "merges"), Alteration(relate, possible=_can_promise)),
    },
    space="operator",
    displaces=_who_names_it,
)

RULES: Mapping[str, Rule[Any]] = {"operator": OPERATOR}
