"""A comment that silences a check says nothing of why, so nobody can tell later whether it still holds.

A danger that is known and accepted is worth a sentence: the table is empty, nobody is connected, the release is at
night.  Who reads the migration in a year, or copies it, sees whether that is so for them, too.

Write the reason behind the word because: `-- seachange: allow drop-table because nothing has read it since May`.  The
check is silenced without it as well.  Comments in the form of squawk have no place for a reason and are not flagged.
"""

from __future__ import annotations

from seachange.checks.check import Check, Needs
from seachange.finding import Severity

CHECK = Check(
    name="suppression-without-reason",
    code="NM17",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="comments that allow something and do not say why",
)
