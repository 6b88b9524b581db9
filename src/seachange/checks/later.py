"""Constraints that are added in one transaction and proved in the next: what is said of them, and edited."""

from __future__ import annotations

from collections.abc import Sequence

from seachange.checks.altering import Added
from seachange.checks.around import Around
from seachange.checks.check import Remark
from seachange.checks.editing import Edits, at_end
from seachange.checks.online import validated_later
from seachange.checks.usage import in_block
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.parse import Token, tokens

WHY = "others go on while the rows are checked"


def checked_later(each: Added, around: Around, *, message: str, severity: Severity) -> Remark:
    """A constraint that could be added without a look at the rows."""
    return Remark(
        message=message,
        about=spelled(each.table),
        at=each.constraint.location,
        advice="Add it NOT VALID, and validate it in a transaction of its own.",
        safe=validated_later(each.table, each.label, spelled_out(each, around)),
        edits=_edits(each, around),
        severity=severity,
    )


def spelled_out(each: Added, around: Around) -> str:
    """What follows the name of the constraint, as it is written."""
    text, start = around.written.text.encode(), each.constraint.location
    words = [word for word in tokens(around.written.text) if word.start >= start]
    if words[0].text.upper() == "CONSTRAINT":
        words = words[2:]
    return text[words[0].start : _end(words)].decode()


def _validation(each: Added) -> str:
    return f"ALTER TABLE {spelled(each.table)} VALIDATE CONSTRAINT {each.label}"


def _edits(each: Added, around: Around) -> Edits:
    """Only where the constraint has a name by which it can be validated, and nothing else happens in the statement."""
    if in_block(around) or not (each.alone and each.constraint.conname):
        return ()
    return at_end(around.written, f" NOT VALID;\n{_validation(each)}", WHY)


def _end(words: Sequence[Token]) -> int:
    """Where the command ends: before the comma that parts it from the next."""
    depth, end = 0, words[0].end
    for word in words:
        depth += {"(": 1, ")": -1}.get(word.text, 0)
        if word.text == "," and depth == 0:
            break
        end = word.end
    return end
