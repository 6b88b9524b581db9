"""A check that finds a secret does not tell it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seachange.checks import looked_at
from seachange.sql.migration import taken_apart

SECRET = "geheim"
BAD = sorted((Path(__file__).parent / "cases" / "secret-in-sql").glob("bad_*.sql"))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_the_secret_is_not_repeated(path: Path) -> None:
    raw = path.read_bytes()
    assert SECRET.encode() in raw
    found = [told.remark for told in looked_at([taken_apart(raw, path.name)], names={"secret-in-sql"})]
    assert found
    for remark in found:
        assert SECRET not in f"{remark.message}{remark.about}{remark.advice}{remark.safe}"
