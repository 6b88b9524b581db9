"""What lint found as JSON.  docs/reference/json.md tells what it has."""

from __future__ import annotations

from collections.abc import Sequence

from seachange.lint.fixing import Fixed
from seachange.lint.flag import Effect, Flag, Place
from seachange.lint.linted import Linted


def as_json(linted: Linted, fixed: Sequence[Fixed] = ()) -> dict[str, object]:
    """All of it: what is allowed and what nobody knows, too."""
    return {
        "files": [file.name for file in linted.files],
        "statements": sum(file.statements for file in linted.files),
        "against": linted.against or None,
        "version": linted.version,
        "tally": {severity.value: count for severity, count in linted.tally.items()},
        "remarks": [_flag(flag) for flag in linted.flags],
        "unread": [{"file": one.file, "message": one.message, "advice": one.advice} for one in linted.unread],
        "unseen": [{"file": one.file, "line": one.line, "what": one.what} for one in linted.unseen],
        "changed": [_fixed(one) for one in fixed if one.changed or one.circle],
    }


def _flag(flag: Flag) -> dict[str, object]:
    allowed = {"reason": flag.allowed, "by": flag.allowed_by} if flag.allowed_by else None
    return {
        "check": flag.check,
        "code": flag.code,
        "severity": flag.severity.value,
        "verdict": flag.verdict.value,
        "about": flag.about,
        "message": flag.message,
        "advice": flag.advice,
        "safe": flag.safe,
        "place": _place(flag.place) if flag.place else None,
        "effect": _effect(flag.effect),
        "edits": [{"start": edit.start, "end": edit.end, "text": edit.text, "why": edit.why} for edit in flag.edits],
        "same_as": list(flag.same_as),
        "allowed": allowed,
        "undecided": flag.undecided or None,
    }


def _place(place: Place) -> dict[str, object]:
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "start": place.start,
        "end": place.end,
    }


def _effect(effect: Effect) -> dict[str, object]:
    touched = [
        {"relation": one.relation, "lock": one.lock.words, "work": one.work, "rows": one.rows, "bytes": one.bytes}
        for one in effect.touched
    ]
    return {"lock": effect.lock.words, "waits": effect.waits, "measured": effect.measured, "touched": touched}


def _fixed(one: Fixed) -> dict[str, object]:
    return {"file": one.before.name, "checks": list(one.checks), "circle": one.circle}
