"""Roles and who is a member of which.  No password is ever written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.facts.cluster import Role, RoleMembership
from seachange.catalog.facts.relations import Policy
from seachange.catalog.ref import Ref
from seachange.rules.columns import changed_options
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.rules.settings import assignment, setting_name
from seachange.sql.quote import literal, name, path
from seachange.step import Risk, Stage, Step

ATTRIBUTES = {
    "superuser": "SUPERUSER",
    "inherit": "INHERIT",
    "create_role": "CREATEROLE",
    "create_database": "CREATEDB",
    "login": "LOGIN",
    "replication": "REPLICATION",
    "bypass_row_security": "BYPASSRLS",
}
OPTIONS = ("admin", "inherit", "set")
NAMING = frozenset({"role membership", "user mapping", "setting", "parameter grant", "default grant", "default revoke"})
"""Kinds that name roles in their addresses, beside what is said of objects."""


def create_role(role: Role, around: Context) -> Steps:
    yield Step(
        sql=" ".join((f"CREATE ROLE {path(role.names)}", *_attributes(Role(()), role))),
        stage=Stage.EXTENSIONS,
        makes=frozenset({role.ref}),
        risks=frozenset({Risk.CHANGES_ACCESS}),
    )
    yield from reset_settings(Role(role.names), role, around)


def _attributes(old: Role, new: Role) -> Iterator[str]:
    for field, word in ATTRIBUTES.items():
        if getattr(old, field) != getattr(new, field):
            yield word if getattr(new, field) else f"NO{word}"
    if old.connection_limit != new.connection_limit:
        yield f"CONNECTION LIMIT {new.connection_limit}"
    if old.valid_until != new.valid_until:
        yield f"VALID UNTIL {literal(new.valid_until or 'infinity')}"


def alter_role(old: Role, new: Role, around: Context) -> Steps:
    yield Step(
        sql=" ".join((f"ALTER ROLE {path(new.names)}", *_attributes(old, new))),
        stage=Stage.EXTENSIONS,
        alters=frozenset({new.ref}),
        risks=frozenset({Risk.CHANGES_ACCESS}),
    )


def reset_settings(old: Role, new: Role, around: Context) -> Steps:
    before, after = (dict(setting.split("=", 1) for setting in role.settings) for role in (old, new))
    gone, _ = changed_options(old.settings, new.settings)
    actions = [f"RESET {setting_name(setting)}" for setting in gone]
    actions += [f"SET {assignment(key, after[key])}" for key in sorted(after) if before.get(key) != after[key]]
    for action in actions:
        yield Step(sql=f"ALTER ROLE {path(new.names)} {action}", stage=Stage.EXTENSIONS, alters=frozenset({new.ref}))


def drop_role(role: Role, around: Context) -> Steps:
    """After all that names it."""
    yield Step(
        sql=f"DROP ROLE {path(role.names)}",
        stage=Stage.REMOVE,
        takes=frozenset({role.ref}),
        follows=frozenset(_naming(role.names[-1], around)),
        risks=frozenset({Risk.CHANGES_ACCESS, Risk.BREAKS_CLIENTS}),
    )


def _naming(role: str, around: Context) -> Iterator[Ref]:
    """What names the role now, and what it is said of, which may go with it."""
    for ref, fact in around.current.facts.items():
        if ref.kind == "owner" and getattr(fact, "role", "") == role:
            yield ref
        elif ref.kind in ("grant", "revoke"):
            if role in ref.args[-3:]:
                yield ref
        elif ref.kind in NAMING:
            if role in (*ref.names, *ref.args):
                yield ref
        elif isinstance(fact, Policy) and role in fact.roles:
            yield ref


def join(membership: RoleMembership, around: Context) -> Steps:
    """Who grants it must have the right to; before 16 there can be only one who did."""
    rights = {ref for ref in around.comes if _lets(ref, membership, around)}
    others = {ref for ref in around.goes if ref.kind == membership.ref.kind and ref.names == membership.names}
    born = RoleMembership(membership.names)
    if around.has(16):
        said = ", ".join(f"{option.upper()} {_word(getattr(membership, option))}" for option in OPTIONS)
    else:
        said = "ADMIN OPTION" if membership.admin != born.admin else ""
    yield _membership(
        membership,
        f"GRANT {{}} TO {{}}{f' WITH {said}' if said else ''}",
        rights | others,
        around,
        makes=frozenset({membership.ref}),
    )


def _lets(ref: Ref, membership: RoleMembership, around: Context) -> bool:
    if ref.kind != membership.ref.kind or ref.names != (membership.names[0], *membership.args):
        return False
    return getattr(around.desired.get(ref), "admin", False)


def _word(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def leave(membership: RoleMembership, around: Context) -> Steps:
    """Those whom it let in leave before."""
    yield _membership(
        membership, "REVOKE {} FROM {}", _let_in(membership, around), around, takes=frozenset({membership.ref})
    )


def _let_in(membership: RoleMembership, around: Context) -> set[Ref]:
    group, member = membership.names
    return {
        ref
        for ref in around.goes
        if ref.kind == membership.ref.kind and ref.names[0] == group and ref.args == (member,) != ref.names[1:]
    }


def change_membership(old: RoleMembership, new: RoleMembership, around: Context) -> Steps:
    """Before 16 what is inherited is a matter of the member."""
    if around.has(16):
        changed = (option for option in OPTIONS if getattr(old, option) != getattr(new, option))
        said = ", ".join(f"{option.upper()} {_word(getattr(new, option))}" for option in changed)
        sql = f"GRANT {{}} TO {{}} WITH {said}"
    elif old.admin == new.admin:
        return
    else:
        sql = "GRANT {} TO {} WITH ADMIN OPTION" if new.admin else "REVOKE ADMIN OPTION FOR {} FROM {}"
    yield _membership(new, sql, _let_in(new, around), around, alters=frozenset({new.ref}))


def _membership(membership: RoleMembership, sql: str, follows: set[Ref], around: Context, **touched: Any) -> Step:
    roles = {Ref("role", (role,)) for role in (*membership.names, *membership.args)}
    return Step(
        sql=f"{sql.format(*map(name, membership.names))} GRANTED BY {name(membership.args[0])}",
        stage=Stage.EXTENSIONS if "takes" not in touched else Stage.REMOVE,
        follows=frozenset(follows | (roles if "takes" not in touched else set())),
        risks=frozenset({Risk.CHANGES_ACCESS}),
        **touched,
    )


RULES: Mapping[str, Rule[Any]] = {
    "role": Rule[Role](
        create_role,
        drop_role,
        {
            **dict.fromkeys((*ATTRIBUTES, "connection_limit", "valid_until"), Alteration(alter_role)),
            "settings": Alteration(reset_settings),
        },
    ),
    "role membership": Rule[RoleMembership](join, leave, dict.fromkeys(OPTIONS, Alteration(change_membership))),
}
