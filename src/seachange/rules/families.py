"""Operator families and classes with their members, and access methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.facts.types import AccessMethod, FamilyFunction, FamilyOperator, OperatorClass, OperatorFamily
from seachange.catalog.ref import Ref
from seachange.rules.plainly import made, taken
from seachange.rules.rule import REBUILD, Context, Rule, Steps
from seachange.sql.quote import name, path, unquoted
from seachange.step import Stage, Step

Member = FamilyOperator | FamilyFunction


def create_family(family: OperatorFamily, around: Context) -> Steps:
    yield made(family, f"CREATE OPERATOR FAMILY {path(family.names)} USING {name(family.args[0])}", Stage.FUNCTIONS)


def drop_family(family: OperatorFamily, around: Context) -> Steps:
    yield taken(family, f"DROP OPERATOR FAMILY {path(family.names)} USING {name(family.args[0])}")


def create_class(of: OperatorClass, around: Context) -> Steps:
    """With the members that belong to it.  Where it has none, its own type as what it stores says nothing."""
    members = _members(of, around)
    said = [_member(member) for member in members]
    if of.stored or not said:
        said.append(f"STORAGE {of.stored or of.type}")
    yield Step(
        sql=f"CREATE OPERATOR CLASS {path(of.names)} {'DEFAULT ' if of.default else ''}FOR TYPE {of.type}\n"
        f"  USING {name(of.args[0])} FAMILY {of.family} AS\n  " + ",\n  ".join(said),
        stage=Stage.FUNCTIONS,
        makes=frozenset({of.ref, *(member.ref for member in members)}),
    )


def _members(of: OperatorClass, around: Context) -> list[Member]:
    schema = unquoted(of.family)[:1]
    found: list[Member] = [*around.desired.parts(schema, FamilyOperator), *around.desired.parts(schema, FamilyFunction)]
    return [member for member in found if _class(member) == of.ref]


def _class(member: Member) -> Ref | None:
    if member.operator_class is None:
        return None
    return Ref("operator class", unquoted(member.operator_class), member.args[:1])


def _member(member: Member) -> str:
    """As CREATE OPERATOR CLASS and ALTER OPERATOR FAMILY list it."""
    _, number, left, right = member.args
    if isinstance(member, FamilyFunction):
        return f"FUNCTION {number} ({left}, {right}) {member.function}"
    order = f" FOR ORDER BY {member.sort_family}" if member.sort_family else ""
    return f"OPERATOR {number} {_operator(member.operator)}{order}"


def _operator(operator: str) -> str:
    """With its schema, without which PostgreSQL would not find some of its own."""
    return operator if operator[0] == '"' or operator[0].isalpha() or operator[0] == "_" else f"pg_catalog.{operator}"


def drop_class(of: OperatorClass, around: Context) -> Steps:
    yield taken(of, f"DROP OPERATOR CLASS {path(of.names)} USING {name(of.args[0])}")


def add_member(member: Member, around: Context) -> Steps:
    """One that belongs to a class comes with it."""
    if _class(member) in around.comes:
        return
    follows = frozenset({Ref("operator class", member.names, member.args[:1]), *_classes(member, around)})
    yield made(member, f"{_family(member)} ADD {_member(member)}", Stage.FUNCTIONS, follows=follows & around.comes)


def _classes(member: Member, around: Context) -> Iterator[Ref]:
    """The classes of its family: an index of theirs may be refused without it, but they never need it."""
    family = Ref("operator family", member.names, member.args[:1])
    return (ref for ref in around.desired.users(family) if ref.kind == "operator class")


def _family(member: Member) -> str:
    return f"ALTER OPERATOR FAMILY {path(member.names)} USING {name(member.args[0])}"


def drop_member(member: Member, around: Context) -> Steps:
    _, number, left, right = member.args
    kind = "FUNCTION" if isinstance(member, FamilyFunction) else "OPERATOR"
    yield taken(member, f"{_family(member)} DROP {kind} {number} ({left}, {right})")


def _whole(member: Member, around: Context) -> Ref:
    """What belongs to a class goes only with it."""
    return _class(member) or member.ref


def create_access_method(method: AccessMethod, around: Context) -> Steps:
    sql = f"CREATE ACCESS METHOD {path(method.names)} TYPE {method.type.upper()} HANDLER {method.handler}"
    yield made(method, sql, Stage.FUNCTIONS)


def drop_access_method(method: AccessMethod, around: Context) -> Steps:
    yield taken(method, f"DROP ACCESS METHOD {path(method.names)}")


RULES: Mapping[str, Rule[Any]] = {
    "operator family": Rule(create_family, drop_family, {}),
    "operator class": Rule(create_class, drop_class, dict.fromkeys(("family", "type", "default", "stored"), REBUILD)),
    "operator of access method": Rule(
        add_member,
        drop_member,
        dict.fromkeys(("operator", "sort_family", "operator_class"), REBUILD),
        whole=_whole,
    ),
    "function of access method": Rule(
        add_member,
        drop_member,
        dict.fromkeys(("function", "operator_class"), REBUILD),
        whole=_whole,
    ),
    "access method": Rule(create_access_method, drop_access_method, dict.fromkeys(("type", "handler"), REBUILD)),
}
