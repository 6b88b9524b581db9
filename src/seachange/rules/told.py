"""What is said of objects: comments, owners, security labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from seachange.catalog.facts.told import Comment, Owner, SecurityLabel
from seachange.catalog.ref import Ref
from seachange.rules.addresses import WHOLES, statement
from seachange.rules.columns import locked
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.sql.quote import literal, name
from seachange.step import Held, Lock, Risk, Stage, Step


def comment_on(comment: Comment, around: Context) -> Steps:
    yield _comment(comment, f"IS {literal(comment.text)}", around, makes=frozenset({comment.ref}))


def uncomment(comment: Comment, around: Context) -> Steps:
    yield _comment(comment, "IS NULL", around, takes=frozenset({comment.ref}))


def change_comment(old: Comment, new: Comment, around: Context) -> Steps:
    yield _comment(new, f"IS {literal(new.text)}", around, alters=frozenset({new.ref}))


def _comment(comment: Comment, said: str, around: Context, **touched: Any) -> Step:
    return Step(
        sql=statement("COMMENT ON", comment.target, said),
        stage=Stage.PRIVILEGES,
        locks=_locks(comment.target, around, Lock.SHARE_UPDATE_EXCLUSIVE),
        **touched,
    )


def _locks(target: Ref, around: Context, lock: Lock) -> tuple[Held, ...]:
    relation = target.names[:-1] if target.kind in WHOLES else target.names
    return locked(relation, around, lock) if target.kind in (*WHOLES, *WHOLES.values()) else ()


def label(label: SecurityLabel, around: Context) -> Steps:
    yield _label(label, literal(label.label), around, makes=frozenset({label.ref}))


def unlabel(label: SecurityLabel, around: Context) -> Steps:
    yield _label(label, "NULL", around, takes=frozenset({label.ref}))


def relabel(old: SecurityLabel, new: SecurityLabel, around: Context) -> Steps:
    yield _label(new, literal(new.label), around, alters=frozenset({new.ref}))


def _label(label: SecurityLabel, said: str, around: Context, **touched: Any) -> Step:
    return Step(
        sql=statement(f"SECURITY LABEL FOR {name(label.args[-1])} ON", label.target, f"IS {said}"),
        stage=Stage.PRIVILEGES,
        locks=_locks(label.target, around, Lock.SHARE_UPDATE_EXCLUSIVE),
        risks=frozenset({Risk.CHANGES_ACCESS}),
        **touched,
    )


def give(owner: Owner, around: Context) -> Steps:
    """What is new belongs to the role that made it until then.  Extensions keep the owner that they are born with."""
    if owner.target.kind != "extension":
        freed = frozenset({owner.target} if owner.target.kind == "sequence" else ())
        step = _give(owner, name(owner.role), around, makes=frozenset({owner.ref}))
        yield msgspec.structs.replace(step, follows=step.follows | freed)


def is_born(owner: Owner, around: Context) -> bool:
    """Whoever makes an object owns it."""
    return owner.role == around.wishes.role


def ungive(owner: Owner, around: Context) -> Steps:
    """No longer told.  A sequence that becomes a column's gets the owner of the table when it does."""
    if not getattr(around.desired.get(owner.target), "owned_by", None):
        yield _give(owner, "CURRENT_USER", around, takes=frozenset({owner.ref}))


def regiving(owner: Owner, around: Context) -> Step:
    return _give(owner, name(owner.role), around, alters=frozenset({owner.ref}))


def _give(owner: Owner, role: str, around: Context, **touched: Any) -> Step:
    return Step(
        sql=statement("ALTER", owner.target, f"OWNER TO {role}"),
        stage=Stage.PRIVILEGES,
        follows=frozenset({Ref("role", (owner.role,))}),
        locks=_locks(owner.target, around, Lock.ACCESS_EXCLUSIVE),
        risks=frozenset({Risk.CHANGES_ACCESS} if around.stays(owner.target) else ()),
        **touched,
    )


RULES: Mapping[str, Rule[Any]] = {
    "comment": Rule[Comment](comment_on, uncomment, {"text": Alteration(change_comment)}),
    "security label": Rule[SecurityLabel](label, unlabel, {"label": Alteration(relabel)}),
}
