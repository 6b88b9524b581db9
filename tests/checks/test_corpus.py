"""Our checks on the cases of another linter: what its rules flag, ours do; where they are silent, ours are."""

from __future__ import annotations

import pytest

from tests.checks.corpus import Case, cases, judges, said
from tests.corpus import has_corpus

pytestmark = pytest.mark.skipif(not has_corpus("lint"), reason="the corpus is not there")
ALL = cases() if has_corpus("lint") else ()


DIFFERENTLY = {
    "adding-field-with-default/bad_docs_example_error_on_pg_11.sql": "a constant default takes an instant on 11, too",
}
"""Cases of which PostgreSQL says something else than the other linter."""


def _marked(case: Case) -> object:
    reason = DIFFERENTLY.get(case.file)
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(case, id=case.file, marks=marks)


@pytest.mark.parametrize("case", [_marked(case) for case in ALL if judges(case.rule)])
def test_judged_alike(case: Case) -> None:
    assert bool(said(case.raw, case)) is case.is_bad


def test_each_rule_has_a_check() -> None:
    assert not {case.rule for case in ALL if not judges(case.rule)}
