from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.migrate.shop import DESIRED, Shop, made


@pytest.fixture
def shop(databases: Callable[[int], tuple[str, ...]], tmp_path: Path) -> Shop:
    """The shop with its rows, and a file that says what it should be."""
    target, scratch = databases(2)
    desired = tmp_path / "desired.sql"
    desired.write_text(DESIRED)
    return Shop(made(target), str(desired), scratch)
