"""Policies that fail where the setting they read is empty, or where nobody has set it."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.repairs.case import Case
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question, Repair
from seachange.sql import tree
from seachange.sql.edit import Edit, edited
from seachange.sql.nodes import AEXPR_NULLIF, A_Expr, CreatePolicyStmt, FuncCall
from seachange.sql.parse import tokens
from seachange.sql.quote import literal, name

SETTING = "current_setting"


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    """A policy read a setting, and failed on what it found."""
    node = case.node
    if not isinstance(node, CreatePolicyStmt):
        return
    text = _guarded(case.text, node)
    if text == case.text:
        return
    label = name(str(node.policy_name))
    guarded = Repair(
        name="guard",
        does=f"The policy {label} fails where its setting is empty or nobody has set it; now it shows nothing then.",
        text=text,
    )
    kept = Repair(
        name="keep",
        does=f"The policy {label} stays as it is.",
        follows="Each statement on the table fails in a session where the setting is empty or nobody has set it.",
    )
    asks = f"The policy {label} cannot work in every session: {refusal.said}."
    yield Question(f"fails-on-setting {label}", asks, (guarded, kept))


def _guarded(sql: str, node: CreatePolicyStmt) -> str:
    """current_setting('x') becomes NULLIF(current_setting('x', true), '')."""
    guarded = {
        call.location
        for each in tree.walk(node)
        if isinstance(each, A_Expr) and each.kind == AEXPR_NULLIF
        for call in tree.walk(each.lexpr)
        if isinstance(call, FuncCall)
    }
    edits = [
        _edit(sql, each, wrapped=each.location not in guarded)
        for each in tree.walk(node)
        if isinstance(each, FuncCall) and each.funcname[-1].string.sval == SETTING and _named(each)
    ]
    return edited(sql.encode(), edits).decode()


def _named(call: FuncCall) -> str:
    return str(call.args[0].a_const.sval.sval)


def _edit(sql: str, call: FuncCall, *, wrapped: bool) -> Edit:
    raw = sql.encode()
    depth = 0
    end = call.location
    for start, stop, _ in tokens(sql):
        if start < call.location:
            continue
        word = raw[start:stop]
        depth += (word == b"(") - (word == b")")
        end = stop
        if word == b")" and not depth:
            break
    asked = f"{SETTING}({literal(_named(call))}, true)"
    return Edit(call.location, end, f"NULLIF({asked}, '')" if wrapped else asked)
