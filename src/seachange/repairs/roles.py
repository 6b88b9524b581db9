"""Roles that this server does not have."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.repairs.case import Case
from seachange.repairs.leaving import left_out
from seachange.repairs.missing import missing
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql import tree
from seachange.sql.clauses import Text
from seachange.sql.edit import Edit
from seachange.sql.nodes import AlterTableStmt, ColumnRef, CreatePolicyStmt, FuncCall, Node, RoleSpec
from seachange.sql.quote import name as quoted


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    lacks = missing(refusal)
    if lacks is None or lacks[0] != "role" or case.node is None:
        return
    role = ".".join(lacks[1])
    found = [one for one in tree.walk(case.node) if isinstance(one, RoleSpec) and one.rolename == role]
    asks = f"There is no role {role} on this server."
    if role in case.maps:
        repairs: tuple[Repair, ...] = (_called(case, found, role, case.maps[role]),)
    elif isinstance(case.node, CreatePolicyStmt):
        repairs = (*_policy(case, role), _made(role))
    else:
        repairs = (_without(case, found, role), _made(role))
    yield Question(f"missing-role {role}", asks, repairs, open=role not in case.maps)


def _called(case: Case, found: list[Node], role: str, new: str) -> Repair:
    text = Text(case.text)
    pieces = [text.pieces[text.at(one.location)] for one in found]
    edits = [Edit(one.start, one.end, quoted(new)) for one in pieces]
    return Repair(name=f"map:{new}", does=f"The role {role} is {new} here.", text=text.changed(edits))


def _without(case: Case, found: list[Node], role: str) -> Repair:
    """The statement for the other roles that it names, if there are any."""
    text = Text(case.text)
    lists = [_list(text, text.at(one.location)) for one in found]
    kept = len(found) == 1 and lists[0] > 1 and not isinstance(case.node, AlterTableStmt)
    if not kept:
        left = left_out(case, f"there is no role {role} here")
        return Repair(
            name="leave-out",
            does=left.does,
            follows=f"What {role} was to own or to be allowed, it does not own and is not allowed.",
            outcome=Outcome.REMOVED,
            text="",
        )
    at = text.at(found[0].location)
    return Repair(
        name="leave-out",
        does=f"Without {role}, which is no role here.",
        follows=f"{role} is not allowed what the others are.",
        text=text.changed(text.without(at, at + 1)),
    )


def _list(text: Text, at: int) -> int:
    """How many roles are in the list around a token."""
    first, last = at, at
    while first >= 2 and text.pieces[first - 1].word == ",":
        first -= 2
    while last + 2 < len(text.pieces) and text.pieces[last + 1].word == ",":
        last += 2
    return (last - first) // 2 + 1


def _policy(case: Case, role: str) -> Iterator[Repair]:
    """A policy is kept, for the other roles that it names; for one alone, for all that its condition holds for."""
    node, text = case.node, Text(case.text)
    at = text.at(next(one.role_spec.location for one in node.roles if one.role_spec.rolename == role))  # type: ignore[union-attr]
    if _list(text, at) > 1:
        yield Repair(
            name="other-roles",
            does=f"The policy is for the other roles that it names; {role} is no role here.",
            follows=f"The policy says nothing of {role}, should there be such a role one day.",
            text=text.changed(text.without(at, at + 1)),
        )
        return
    everyone = Repair(
        name="everyone",
        does=f"The policy is for all roles, for there is no role {role} here.",
        follows=f"Each role for which the condition of the policy holds has what {role} was to have.",
        text=text.changed([text.clause(at - 1, at + 1)]),
    )
    piece = text.pieces[at]
    nobody = Repair(
        name="owner",
        does=f"The policy is for the role that runs the script, for there is no role {role} here.",
        follows="No other role has what the policy gives, until somebody says ALTER POLICY … TO.",
        text=text.changed([Edit(piece.start, piece.end, "CURRENT_USER")]),
    )
    yield from (everyone, nobody) if not node.permissive or _depends(node) else (nobody, everyone)  # type: ignore[union-attr]


def _depends(policy: Node) -> bool:
    """Whether its condition looks at who asks: it then keeps people apart without naming a role."""
    parts = [one for one in (policy.qual, policy.with_check) if one.WhichOneof("node")]
    return bool(parts) and all(_asks(part) for part in parts)


def _asks(condition: Message) -> bool:
    return any(isinstance(one, FuncCall | ColumnRef) for one in tree.walk(condition)) and any(
        isinstance(one, FuncCall) or one.DESCRIPTOR.name == "SQLValueFunction" for one in tree.walk(condition)
    )


def _made(role: str) -> Repair:
    return Repair(
        name="create",
        does=f"A role {role} is made, which cannot log in.",
        follows=f"The role {role} is one of the whole server, and nobody is a member of it.",
        outcome=Outcome.STAND_IN,
        before=(f"CREATE ROLE {quoted(role)} NOLOGIN",),
    )
