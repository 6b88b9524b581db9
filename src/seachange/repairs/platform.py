"""Functions that a hosting platform has: who is at work, as its requests tell.

Elsewhere an application tells the same by a setting of its session, and an expression that reads it does the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from seachange.catalog.facts.relations import Policy, Schema
from seachange.repairs.called import called_in_vain
from seachange.repairs.case import Case
from seachange.repairs.missing import missing
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql.calling import calls
from seachange.sql.edit import Edit, edited
from seachange.sql.nodes import AlterPolicyStmt, CreatePolicyStmt
from seachange.sql.quote import literal
from seachange.sql.relations import Name


class Told(Struct, frozen=True):
    """What a function tells: its type, and the setting that holds it here."""

    type: str
    setting: str
    what: str


PLATFORM: dict[Name, Told] = {
    ("auth", "uid"): Told("uuid", "app.user_id", "the user"),
    ("auth", "jwt"): Told("jsonb", "app.jwt", "the claims of the request"),
    ("auth", "role"): Told("text", "app.role", "the role of the request"),
    ("auth", "email"): Told("text", "app.user_email", "the address of the user"),
}


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    lacks = missing(refusal)
    if lacks is None or lacks[0] not in ("schema", "function"):
        return
    for name, told in PLATFORM.items():
        if lacks[1] in (name, name[:1]) and any(calls(case.text, case.node, name)):
            yield _question(case, name, told)


def foreseen(case: Case) -> Iterator[Question]:
    """What the body of a function calls."""
    return (_question(case, name, told) for name, told in PLATFORM.items() if called_in_vain(case, name))


def _question(case: Case, name: Name, told: Told) -> Question:
    shown = ".".join(name)
    setting = _setting(case, told)
    repairs = (_replaced(case, name, told, setting), _made(case, name, told, setting))
    asks = f"There is no function {shown}() here, which tells {told.what}. Which setting holds it?"
    return Question(f"missing-function {shown}", asks, repairs, open=True)


def _setting(case: Case, told: Told) -> str:
    """The setting that policies here read already for the same, or one that says what it is."""
    if told.what != "the user":
        return told.setting
    for policy in case.before.of(Policy):
        for found in _read(f"{policy.using or ''} {policy.check or ''}"):
            if found.rpartition(".")[2] in ("user_id", "current_user_id", "current_user", "user"):
                return found
    return told.setting


def _read(expression: str) -> Iterator[str]:
    for call in calls(expression, None, ("current_setting",)):
        yield call.arguments(expression).partition("'")[2].partition("'")[0]


def value(told: Told, setting: str) -> str:
    """What reads a setting: nothing where it is not set."""
    text = f"NULLIF(current_setting({literal(setting)}, true), '')"
    return text if told.type == "text" else f"{text}::{told.type}"


def _replaced(case: Case, name: Name, told: Told, setting: str) -> Repair:
    once = isinstance(case.node, CreatePolicyStmt | AlterPolicyStmt)
    read = value(told, setting)
    new = f"(SELECT {read})" if once else f"({read})"
    edits = [Edit(call.start, call.end, new) for call in calls(case.text, case.node, name)]
    return Repair(
        name="setting",
        does=f"{'.'.join(name)}() is read from the setting {setting}, for there is no such function here.",
        follows=f"The application must set {setting} for each session or transaction; while it is not set, "
        f"{told.what} is null. Who may send any SQL can set it too.",
        text=edited(case.text.encode(), edits).decode(),
    )


def _made(case: Case, name: Name, told: Told, setting: str) -> Repair:
    schema, function = name
    missing = not any(one.names == (schema,) for one in case.catalog.of(Schema))
    made = (
        f"CREATE FUNCTION {schema}.{function}() RETURNS {told.type} LANGUAGE sql STABLE\n"
        f"AS $$ SELECT {value(told, setting)} $$"
    )
    return Repair(
        name="stand-in",
        does=f"A function {schema}.{function}() is made that reads the setting {setting}.",
        follows=f"The application must set {setting} for each session or transaction. Roles that call it need USAGE "
        f"of the schema {schema}.",
        outcome=Outcome.STAND_IN,
        before=(*([f"CREATE SCHEMA {schema}"] if missing else []), made),
    )
