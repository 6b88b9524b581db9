"""Lint on the project's own migrations: what it says of them is meant, and nothing else is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from seachange.config import Linting
from seachange.finding import Severity
from seachange.lint import lint, wishes
from seachange.sql.migration import read

ROOT = Path(__file__).parents[2]
MEANT = {
    "docs/examples/archive.sql": {"drop-table"},
    "docs/examples/points.sql": {"not-immutable-index", "policy-setting-empty-string-cast"},
    "demo/shop/legacy/audit.sql": {"secdef-no-search-path"},
}
"""Errors that an example is there to show."""
OURS = sorted(path for folder in ("demo", "docs/examples") for path in (ROOT / folder).rglob("*.sql"))


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_our_own_have_no_errors(path: Path) -> None:
    found = lint([read(path)], wishes(Linting()))
    errors = {flag.check for flag in found.counting if flag.severity is Severity.ERROR}
    assert errors == MEANT.get(str(path.relative_to(ROOT)), set())
