"""What checks give to be pasted is SQL as it stands: the grammar knows every statement of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seachange.sql.migration import taken_apart
from tests.checks.test_cases import ALL, verdicts
from tests.plugins.servers import Server

BAD = [path for path in ALL if path.name.startswith("bad")]


@pytest.mark.newest
@pytest.mark.parametrize("path", BAD, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_it_is_sql(path: Path, server: Server, database: str) -> None:
    for remark in verdicts(path, lambda: database):
        assert "…" not in remark.safe
        flaws = [each.flaw for each in taken_apart(remark.safe.encode(), "safe.sql").up] if remark.safe else []
        assert flaws == [None] * len(flaws)
