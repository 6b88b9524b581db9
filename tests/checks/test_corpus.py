"""Our checks on the cases of another linter: what its rules flag, ours do; where they are silent, ours are."""

from __future__ import annotations

import pytest

from tests.checks.corpus import Case, cases, judges, said
from tests.corpus import has_corpus

pytestmark = pytest.mark.skipif(not has_corpus("lint"), reason="the corpus is not there")
ALL = cases() if has_corpus("lint") else ()


@pytest.mark.parametrize("case", [case for case in ALL if judges(case.rule)], ids=lambda case: case.file)
def test_judged_alike(case: Case) -> None:
    assert bool(said(case.raw, case)) is case.is_bad


@pytest.mark.xfail(strict=True, reason="the checks that stand for the others are still to come")
def test_each_rule_has_a_check() -> None:
    assert not {case.rule for case in ALL if not judges(case.rule)}
