"""Privileges, as they differ from those that an object is born with.

What is revoked is revoked before the owner of the object changes, what is granted is granted after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard

import msgspec

from seachange.catalog.facts.relations import Column
from seachange.catalog.facts.told import Grant, Owner, Revoke, Told
from seachange.catalog.ref import Ref
from seachange.rules.addresses import ROUTINES, WHOLES, WORDS, block, called, grantee, in_database
from seachange.rules.owners import owner_of, owner_ref
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.rules.told import give, is_born, regiving, ungive
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
    lines = (
        "DECLARE before text := current_setting('role');",
        "BEGIN",
        f"  PERFORM set_config('role', {literal(role)}, true);",
        f"  {sql};",
        "  PERFORM set_config('role', before, true);",
        "END",
    )
    return f"DO {body(chr(10).join(lines))}"


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
        yield _step(sql, done, _granted_before(done, around) | _after_whole(done), makes=frozenset(refs))


def ungrant(grant: Grant, around: Context) -> Steps:
    """The owner has every privilege unasked: only that the owner can grant it on is told then."""

    def alike(ref: Ref) -> bool:
        return around.current.get(ref) is not None

    if found := deed(grant, around.goes, alike):
        done, refs = found
        sql = block((_ungranting(done, around), *_columns_kept(done, around)))
        yield _step(sql, done, _granted_on(done, around), takes=frozenset(refs))


def _ungranting(done: Deed, around: Context) -> str:
    whole = done.target.kind not in WHOLES
    return done.revoke(option=whole and done.grantee == owner_of(done.target, around.current))


def _columns_kept(done: Deed, around: Context) -> Iterator[str]:
    """A privilege that is revoked on a table is revoked on its columns too, where it may have to stay."""
    for column in columns_of(done.target, around):
        for fact in around.desired.said_of(column):
            if isinstance(fact, Grant) and fact.ref in around.current and fact.ref not in around.goes:
                receiver, privilege, grantor = parties(fact)
                if (receiver, grantor) == (done.grantee, done.grantor) and privilege in done.privileges:
                    yield Deed(column, (privilege,), receiver, grantor).grant(grantable=fact.grantable)


def columns_of(target: Ref, around: Context) -> list[Ref]:
    """The columns of a relation that is there."""
    kinds = {whole: column for column, whole in WHOLES.items()}
    parts = around.current.parts(target.names, Column) if target.kind in kinds else ()
    return [part.ref for part in parts if part.ref.kind == kinds[target.kind]]


def parties(fact: Grant) -> tuple[str, str, str | None]:
    """Grantee, privilege, and grantor if that is not the owner."""
    receiver, privilege = fact.args[-2:] if fact.grantor is None else fact.args[-3:-1]
    return receiver, privilege, fact.grantor


def regrant(old: Grant, new: Grant, around: Context) -> Steps:
    done = _alone(new)
    sql = done.grant(grantable=True) if new.grantable else done.revoke(option=True)
    follows = _after_whole(done) | (_granted_before(done, around) if new.grantable else _granted_on(done, around))
    yield _step(sql, done, follows, alters=frozenset({new.ref}))


def _granted_before(done: Deed, around: Context) -> frozenset[Ref]:
    """What the grantor must have before, to grant it on: the privilege itself, and the use of the schema."""
    if done.grantor is None:
        return frozenset()
    told = (*around.desired.said_of(done.target), *around.desired.said_of(Ref("schema", done.target.names[:1])))
    return frozenset(fact.ref for fact in told if isinstance(fact, Grant) and parties(fact)[0] == done.grantor)


def _granted_on(done: Deed, around: Context) -> frozenset[Ref]:
    """What the grantee has granted on, and must be revoked before."""
    if done.target.kind == "schema":
        inside = (ref for ref in around.goes if ref.kind == "grant" and ref.names[:1] == done.target.names)
        told = [fact for ref in inside if (fact := around.current.get(ref))]
    else:
        told = list(around.current.said_of(done.target))
    return (
        frozenset(fact.ref for fact in told if isinstance(fact, Grant) and fact.grantor == done.grantee) & around.goes
    )


def _after_whole(done: Deed) -> frozenset[Ref]:
    """What is revoked on a table is revoked on its columns too: what is granted on these is granted after that."""
    follows = {owner_ref(done.target)}
    if done.target.kind in WHOLES:
        own = (WHOLES[done.target.kind], done.grantee)
        for privilege in done.privileges:
            follows |= {Ref(kind, done.target.names[:-1], (*own, privilege)) for kind in ("grant", "revoke")}
    return frozenset(follows)


def _step(sql: str, done: Deed, follows: frozenset[Ref] = frozenset(), **touched: Any) -> Step:
    roles = {Ref("role", (role,)) for role in (done.grantee, done.grantor) if role and "takes" not in touched}
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
        yield _step(done.revoke(), done, _after_whole(done), makes=frozenset(refs))


def unrevoke(revoke: Revoke, around: Context) -> Steps:
    if found := deed(revoke, around.goes, lambda ref: True):
        done, refs = found
        yield _step(done.grant(), done, takes=frozenset(refs))


def regive(old: Owner, new: Owner, around: Context) -> Steps:
    """What the old owner granted is then granted by the new one, and what the old one had is the new one's.

    What is revoked is revoked before that.  What the old owner keeps is granted again.
    """
    if new.target.kind == "extension":
        return
    targets = (new.target, *columns_of(new.target, around))
    told = [fact for target in targets for fact in around.current.said_of(target)]
    kept = [fact for fact in told if _keeps(fact, old.role, around)]
    before = (_ungranting(_alone(fact), around) for fact in kept)
    after = (_alone(fact).grant(grantable=fact.grantable) for fact in kept)
    step = regiving(new, around)
    yield msgspec.structs.replace(
        step,
        sql=block((*before, step.sql, *after)) if kept else step.sql,
        follows=step.follows | ({fact.ref for fact in told} & around.goes),
    )


def _keeps(fact: Told, role: str, around: Context) -> TypeGuard[Grant]:
    return isinstance(fact, Grant) and parties(fact)[0] == role and fact.ref not in around.goes


def _alone(fact: Grant) -> Deed:
    receiver, privilege, grantor = parties(fact)
    return Deed(fact.target, (privilege,), receiver, grantor)


RULES: Mapping[str, Rule[Any]] = {
    "owner": Rule[Owner](give, ungive, {"role": Alteration(regive)}, born=is_born),
    "grant": Rule[Grant](grant, ungrant, {"grantable": Alteration(regrant), "grantor": Alteration(regrant)}),
    "revoke": Rule[Revoke](revoke, unrevoke, {}),
}
