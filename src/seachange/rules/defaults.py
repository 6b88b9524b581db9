"""What objects will be born with, and what those that are made meanwhile are born with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import msgspec

from seachange.catalog.facts import Fact
from seachange.catalog.facts.told import DefaultGrant, DefaultRevoke, Grant
from seachange.catalog.ref import Ref
from seachange.rules.addresses import grantee
from seachange.rules.owners import owner_of, owner_ref
from seachange.rules.privileges import Deed
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.sql.quote import name
from seachange.step import Risk, Stage, Step

TYPES = {
    **dict.fromkeys(("table", "view", "materialized view", "foreign table"), "tables"),
    **dict.fromkeys(("function", "procedure", "aggregate"), "functions"),
    **dict.fromkeys(("enum", "composite type", "domain", "range", "base type"), "types"),
    "sequence": "sequences",
    "schema": "schemas",
    "large object": "large objects",
}
"""What ALTER DEFAULT PRIVILEGES calls the objects of a kind."""


def by_default(grant: DefaultGrant, around: Context) -> Steps:
    sql = _granting(grant, " WITH GRANT OPTION" if grant.grantable else "")
    yield _step(around, grant, sql, makes=frozenset({grant.ref}))


def no_default(grant: DefaultGrant, around: Context) -> Steps:
    yield _step(around, grant, _revoking(grant), takes=frozenset({grant.ref}))


def change_default_grant(old: DefaultGrant, new: DefaultGrant, around: Context) -> Steps:
    sql = _granting(new, " WITH GRANT OPTION") if new.grantable else _revoking(new, "GRANT OPTION FOR ")
    yield _step(around, new, sql, alters=frozenset({new.ref}))


def revoke_by_default(revoke: DefaultRevoke, around: Context) -> Steps:
    yield _step(around, revoke, _revoking(revoke), makes=frozenset({revoke.ref}))


def regrant_by_default(revoke: DefaultRevoke, around: Context) -> Steps:
    yield _step(around, revoke, _granting(revoke), takes=frozenset({revoke.ref}))


def _granting(fact: Fact, option: str = "") -> str:
    role, type_, receiver, privilege = fact.args
    return f"{_altering(fact, role)} GRANT {privilege} ON {type_.upper()} TO {grantee(receiver)}{option}"


def _revoking(fact: Fact, option: str = "") -> str:
    role, type_, receiver, privilege = fact.args
    return f"{_altering(fact, role)} REVOKE {option}{privilege} ON {type_.upper()} FROM {grantee(receiver)}"


def _altering(fact: Fact, role: str) -> str:
    inside = f" IN SCHEMA {name(fact.names[0])}" if fact.names else ""
    return f"ALTER DEFAULT PRIVILEGES FOR ROLE {name(role)}{inside}"


def _step(around: Context, fact: Fact, sql: str, **touched: Any) -> Step:
    """Objects that are built anew late, along with what is said of them, are still born by the old defaults."""
    roles = {Ref("role", (role,)) for role in (fact.args[0], fact.args[2])}
    schema = {Ref("schema", fact.names)} if fact.names else set()
    needed = roles | schema if "takes" not in touched else set()
    return Step(
        sql=sql,
        stage=Stage.PRIVILEGES,
        follows=frozenset(needed | {ref for ref in around.comes & around.goes if ref.kind in TYPES}),
        risks=frozenset({Risk.CHANGES_ACCESS}),
        **touched,
    )


class Birth(msgspec.Struct, frozen=True):
    """One privilege that an object may be born with, or without: as default privileges of a role have it."""

    role: str
    grantee: str
    privilege: str
    revoked: bool
    grantable: bool


def born_otherwise(comes: Iterable[Ref], around: Context) -> Steps:
    """What brings new objects from the privileges that they are born with to those that they should have.

    Default privileges are those of the role that makes the objects; where it is not known, those of any.
    """
    births = _births(around)
    if not births:
        return
    for ref in sorted(comes):
        if (type_ := TYPES.get(ref.kind)) is None:
            continue
        found = {
            birth
            for names in {(), ref.names[:1] if ref.kind != "schema" else ()}
            for birth in births.get((names, type_), ())
        }
        yield from _put_right(ref, found, around)


def _births(around: Context) -> Mapping[tuple[tuple[str, ...], str], list[Birth]]:
    births: dict[tuple[tuple[str, ...], str], list[Birth]] = {}
    role = around.wishes.role
    kinds: tuple[type[DefaultGrant | DefaultRevoke], ...] = (DefaultGrant, DefaultRevoke)
    for kind in kinds:
        for fact in around.current.of(kind):
            if not role or fact.args[0] == role:
                _, _, receiver, privilege = fact.args
                grantable = isinstance(fact, DefaultGrant) and fact.grantable
                birth = Birth(fact.args[0], receiver, privilege, kind is DefaultRevoke, grantable)
                births.setdefault((fact.names, fact.args[1]), []).append(birth)
    return births


def _put_right(ref: Ref, births: set[Birth], around: Context) -> Steps:
    """The owner is whoever made it, then whoever it is given to, and has what the maker had."""
    owner = owner_of(ref, around.desired)
    verdicts = sorted({verdict for birth in births if (verdict := _verdict(ref, birth, owner, around))})
    for (verb, receiver), group in groupby(verdicts, key=lambda verdict: verdict[:2]):
        done = Deed(ref, tuple(privilege for *_, privilege in group), receiver)
        sql = done.grant() if verb == "grant" else done.revoke(option=verb == "revoke option")
        yield Step(
            sql=sql,
            stage=Stage.PRIVILEGES,
            subject=ref,
            why="It is born with the default privileges of the role that makes it.",
            follows=frozenset({ref, owner_ref(ref)}),
        )


def _verdict(ref: Ref, birth: Birth, owner: str, around: Context) -> tuple[str, str, str] | None:
    """What is to be done about one privilege: a verb, the grantee and the privilege."""
    receiver = owner if owner and birth.grantee == birth.role else birth.grantee
    told = (*ref.args, receiver, birth.privilege)
    if birth.revoked:
        revoked = Ref("revoke", ref.names, (ref.kind, *told)) in around.desired
        return None if revoked else ("grant", receiver, birth.privilege)
    if receiver == owner:
        return None
    wanted = around.desired.get(Ref("grant", ref.names, (ref.kind, *told)))
    if not isinstance(wanted, Grant):
        return None if _is_innate(ref, receiver, birth) else ("revoke", receiver, birth.privilege)
    return ("revoke option", receiver, birth.privilege) if birth.grantable and not wanted.grantable else None


def _is_innate(ref: Ref, receiver: str, birth: Birth) -> bool:
    """Everybody may use types and call functions, unless it is revoked."""
    return (
        receiver == "public" and birth.privilege in ("USAGE", "EXECUTE") and TYPES[ref.kind] in ("types", "functions")
    )


RULES: Mapping[str, Rule[Any]] = {
    "default grant": Rule[DefaultGrant](by_default, no_default, {"grantable": Alteration(change_default_grant)}),
    "default revoke": Rule[DefaultRevoke](revoke_by_default, regrant_by_default, {}),
}
