"""Privileges, as they differ from those that an object is born with.

What is revoked is revoked before the owner of the object changes, what is granted is granted after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from seachange.catalog.facts.told import Grant, Revoke
from seachange.catalog.ref import Ref
from seachange.rules.addresses import ROUTINES, WHOLES, WORDS, called, grantee, in_database
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.rules.told import owner_of, owner_ref
from seachange.sql.quote import body, literal, name, path
from seachange.step import Risk, Stage, Step

PRIVILEGES = (
    *("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"),
    *("USAGE", "EXECUTE", "CREATE", "CONNECT", "TEMPORARY"),
)
"""All that can be granted on objects, in the order in which it is told."""
GRANTED = {
    **dict.fromkeys(("table", "view", "materialized view", "foreign table"), "TABLE"),
    **dict.fromkeys(("function", "aggregate"), "FUNCTION"),
    "domain": "TYPE",
    "server": "FOREIGN SERVER",
}
"""What GRANT calls a kind, where COMMENT calls it otherwise."""


class Deed(msgspec.Struct, frozen=True):
    """One statement about privileges on one object: who gets or loses what, and who says so if not the owner."""

    target: Ref
    privileges: tuple[str, ...]
    grantee: str
    grantor: str | None = None

    def grant(self, *, grantable: bool = False) -> str:
        return self._said("GRANT", f"TO {grantee(self.grantee)}{' WITH GRANT OPTION' if grantable else ''}")

    def revoke(self, *, option: bool = False) -> str:
        """Revoke the privileges, or only the right to grant them."""
        return self._said("REVOKE GRANT OPTION FOR" if option else "REVOKE", f"FROM {grantee(self.grantee)}")

    def _said(self, verb: str, to: str) -> str:
        before = f"{verb} {', '.join(self._privileges())} ON"
        if self.target.kind == "database":
            return in_database(f"{before} DATABASE ", f" {to}")
        sql = f"{before} {granted_on(self.target)} {to}"
        return sql if self.grantor is None else _as(self.grantor, sql)

    def _privileges(self) -> Iterator[str]:
        column = f" ({name(self.target.names[-1])})" if self.target.kind in WHOLES else ""
        return (f"{privilege}{column}" for privilege in self.privileges)


def granted_on(target: Ref) -> str:
    """The object as GRANT and REVOKE name it; of a column, what it is in."""
    if target.kind in WHOLES:
        return f"TABLE {path(target.names[:-1])}"
    if target.kind in ROUTINES:
        return f"{GRANTED.get(target.kind, 'PROCEDURE')} {path(target.names)}({', '.join(target.args)})"
    return f"{GRANTED.get(target.kind) or WORDS.get(target.kind, target.kind.upper())} {called(target)}"


def _as(role: str, sql: str) -> str:
    """PostgreSQL takes nobody for the grantor but the one who speaks."""
    block = (
        "DECLARE before text := current_setting('role');\nBEGIN\n"
        f"  PERFORM set_config('role', {literal(role).strip()}, true);\n  {sql};\n"
        "  PERFORM set_config('role', before, true);\nEND"
    )
    return f"DO {body(block)}"


def deed(fact: Grant | Revoke, refs: frozenset[Ref], alike: Callable[[Ref], bool]) -> tuple[Deed, list[Ref]] | None:
    """What is done for `fact` and those of `refs` that differ only in the privilege; None where another one does it."""
    grantor = getattr(fact, "grantor", None)
    last = len(fact.args) - (1 if grantor is None else 2)
    together = {}
    for privilege in PRIVILEGES:
        ref = Ref(fact.ref.kind, fact.names, (*fact.args[:last], privilege, *fact.args[last + 1 :]))
        if ref == fact.ref or (ref in refs and alike(ref)):
            together[privilege] = ref
    refs_done = list(together.values())
    if refs_done and refs_done[0] != fact.ref:
        return None
    return Deed(fact.target, tuple(together), fact.args[last - 1], grantor), refs_done


def grant(grant: Grant, around: Context) -> Steps:
    def alike(ref: Ref) -> bool:
        return getattr(around.desired.get(ref), "grantable", None) == grant.grantable

    if found := deed(grant, around.comes, alike):
        done, refs = found
        sql = done.grant(grantable=grant.grantable)
        yield _step(sql, done, _granted_before(done, around) | _after_owner(done), makes=frozenset(refs))


def ungrant(grant: Grant, around: Context) -> Steps:
    """The owner has every privilege unasked: only that the owner can grant it on is told then."""

    def alike(ref: Ref) -> bool:
        return around.current.get(ref) is not None

    if found := deed(grant, around.goes, alike):
        done, refs = found
        sql = done.revoke(option=done.grantee == owner_of(done.target, around.current))
        yield _step(sql, done, _granted_on(done, around), takes=frozenset(refs))


def regrant(old: Grant, new: Grant, around: Context) -> Steps:
    last = -1 if new.grantor is None else -2
    done = Deed(new.target, (new.args[last],), new.args[last - 1], new.grantor)
    sql = done.grant(grantable=True) if new.grantable else done.revoke(option=True)
    follows = _after_owner(done) | (_granted_before(done, around) if new.grantable else _granted_on(done, around))
    yield _step(sql, done, follows, alters=frozenset({new.ref}))


def _granted_before(done: Deed, around: Context) -> frozenset[Ref]:
    """What the grantor must have before, to grant it on."""
    if done.grantor is None:
        return frozenset()
    told = around.desired.said_of(done.target)
    return frozenset(
        fact.ref for fact in told if isinstance(fact, Grant) and fact.grantable and _grantee(fact) == done.grantor
    )


def _granted_on(done: Deed, around: Context) -> frozenset[Ref]:
    """What the grantee has granted on, and must be revoked before."""
    told = around.current.said_of(done.target)
    return (
        frozenset(fact.ref for fact in told if isinstance(fact, Grant) and fact.grantor == done.grantee) & around.goes
    )


def _grantee(grant: Grant) -> str:
    return grant.args[-2 if grant.grantor is None else -3]


def _after_owner(done: Deed) -> frozenset[Ref]:
    return frozenset({owner_ref(done.target)})


def _step(sql: str, done: Deed, follows: frozenset[Ref] = frozenset(), **touched: Any) -> Step:
    roles = {Ref("role", (role,)) for role in (done.grantee, done.grantor) if role}
    return Step(
        sql=sql,
        stage=Stage.PRIVILEGES,
        follows=follows | roles,
        risks=frozenset({Risk.CHANGES_ACCESS}),
        **touched,
    )


def revoke(revoke: Revoke, around: Context) -> Steps:
    if found := deed(revoke, around.comes, lambda ref: True):
        done, refs = found
        yield _step(done.revoke(), done, _after_owner(done), makes=frozenset(refs))


def unrevoke(revoke: Revoke, around: Context) -> Steps:
    if found := deed(revoke, around.goes, lambda ref: True):
        done, refs = found
        yield _step(done.grant(), done, takes=frozenset(refs))


RULES: Mapping[str, Rule[Any]] = {
    "grant": Rule[Grant](grant, ungrant, {"grantable": Alteration(regrant), "grantor": Alteration(regrant)}),
    "revoke": Rule[Revoke](revoke, unrevoke, {}),
}
