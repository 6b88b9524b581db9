"""Real databases and other tools' cases, which live beside the checkout or where SEACHANGE_CORPUS says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_CORPUS = Path(os.environ.get("SEACHANGE_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")


def corpus(path: str) -> Path:
    """A file or folder of the corpus; the test is skipped if it is not there."""
    found = _CORPUS / path
    if not found.exists():
        pytest.skip(f"the corpus is not there: {found}")
    return found
