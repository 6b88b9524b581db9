"""Another linter's own cases: which of them our checks judge as it does, rule by rule.

`python -m tests.checks.corpus` prints a table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct

from seachange.checks import Known, Told, checks, looked_at
from seachange.checks.check import Verdict
from seachange.sql.migration import Migration, taken_apart
from tests.corpus import corpus

MAJOR = 10_000
ASSUMED = 15
"""The version that the other linter takes where none is told."""


class Case(Struct, frozen=True):
    """A script that a rule flags, or does not."""

    file: str
    rule: str
    kind: str
    settings: Mapping[str, object] = {}

    @property
    def is_bad(self) -> bool:
        return self.kind == "bad"

    @property
    def raw(self) -> bytes:
        return (_lint() / self.file).read_bytes()

    @property
    def script(self) -> Migration:
        return as_told(self.raw, self)

    @property
    def known(self) -> Known:
        return Known(version=int(str(self.settings.get("pg_version", ASSUMED))) * MAJOR)


def as_told(raw: bytes, case: Case) -> Migration:
    """`raw` as a script that is run as the case says."""
    found = taken_apart(raw, case.file)
    return Migration(found.name, found.raw, found.statements, wrapped=bool(case.settings.get("assume_in_transaction")))


@cache
def cases() -> tuple[Case, ...]:
    """All of them, in the order of their rules."""
    told = json.loads((_lint() / "manifest.json").read_text())["cases"]
    found = (Case(one["file"], one["rule"], one["kind"], one.get("settings") or {}) for one in told)
    return tuple(sorted(found, key=lambda case: (case.rule, case.file)))


def _lint() -> Path:
    return corpus("lint")


@cache
def judges(rule: str) -> frozenset[str]:
    """The checks that speak for a rule: that name it, or whose remarks on a bad case do."""
    named = {name for name, check in checks().items() if f"squawk {rule}" in check.same_as}
    bad = (case for case in cases() if case.rule == rule and case.is_bad)
    return frozenset(named | {told.check.name for case in bad for told in said(case.raw, case)})


def said(raw: bytes, case: Case) -> list[Told]:
    """What our checks say of a script in the name of the case's rule."""
    rule = f"squawk {case.rule}"
    told = looked_at([as_told(raw, case)], case.known, checks())
    return [
        one
        for one in told
        if one.remark.verdict is Verdict.FLAGGED and rule in (one.remark.same_as or one.check.same_as)
    ]


def _row(rule: str) -> tuple[int, int, int, int]:
    """Bad cases flagged, bad cases, good cases flagged, good cases."""
    mine = [case for case in cases() if case.rule == rule]
    bad, good = [one for one in mine if one.is_bad], [one for one in mine if not one.is_bad]
    return (
        sum(bool(said(one.raw, one)) for one in bad),
        len(bad),
        sum(bool(said(one.raw, one)) for one in good),
        len(good),
    )


def _table() -> Iterator[str]:
    yield f"{'rule':45} {'flagged':>9} {'false alarms':>13}  checks"
    sums = [0, 0, 0, 0]
    for rule in dict.fromkeys(case.rule for case in cases()):
        if not judges(rule):
            yield f"{rule:45} {'-':>9} {'-':>13}"
            continue
        row = _row(rule)
        sums = [one + other for one, other in zip(sums, row, strict=True)]
        yield _line(rule, row, ", ".join(sorted(judges(rule))))
    yield _line("all that are judged", tuple(sums), "")


def _line(rule: str, row: tuple[int, ...], who: str) -> str:
    return f"{rule:45} {row[0]:>4}/{row[1]:<4} {row[2]:>8}/{row[3]:<4}  {who}"


if __name__ == "__main__":
    print("\n".join(_table()))
