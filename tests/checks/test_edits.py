"""What a machine may change by itself: afterwards the check is silent there, and the grammar still knows the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from seachange.checks import looked_at
from seachange.checks.check import Remark
from seachange.sql.edit import Edit, edited
from seachange.sql.migration import Migration, taken_apart
from tests.checks.corpus import Case, as_told, cases, judges, said
from tests.checks.test_cases import ALL as OWN
from tests.checks.test_cases import _case, _has_state
from tests.corpus import has_corpus

CORPUS = cases() if has_corpus("lint") else ()


def _edits(remarks: list[Remark]) -> list[Edit]:
    return [edit for remark in remarks for edit in remark.edits]


def _remarks(script: Migration, check: str) -> list[Remark]:
    return [told.remark for told in looked_at([script], names={check})]


@pytest.mark.parametrize("path", [path for path in OWN if not _has_state(path)], ids=_case)
def test_edits_of_our_own_cases_settle_them(path: Path) -> None:
    check, before = path.parent.name, taken_apart(path.read_bytes(), path.name)
    found = _remarks(before, check)
    after = taken_apart(edited(before.raw, _edits(found)), path.name)
    assert not [one.place for one in after.statements if one.flaw]
    assert len(_remarks(after, check)) == len([one for one in found if not one.edits])


@pytest.mark.parametrize("case", [case for case in CORPUS if judges(case.rule)], ids=lambda case: case.file)
def test_edits_of_other_cases_settle_them(case: Case) -> None:
    found = [told.remark for told in said(case.raw, case)]
    after = edited(case.raw, _edits(found))
    assert not [one.place for one in as_told(after, case).statements if one.flaw]
    assert len(said(after, case)) == len([one for one in found if not one.edits])
