"""Real databases and other tools' cases, which live beside the checkout or where SEACHANGE_CORPUS says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_CORPUS = Path(os.environ.get("SEACHANGE_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")
_REFERENCE = _CORPUS.parent / "reference"


def corpus(path: str) -> Path:
    """A file or folder of the corpus; the test is skipped if it is not there."""
    return _there(_CORPUS / path)


def reference(path: str) -> Path:
    """A file of the reference material beside the corpus; the test is skipped if it is not there."""
    return _there(_REFERENCE / path)


def has_corpus(path: str) -> bool:
    """Whether the corpus has it, for what is found out before any test runs."""
    return (_CORPUS / path).exists()


def _there(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"the corpus is not there: {path}")
    return path
