"""What is handed over after a run: documents for people and machines, and one page with all of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from seachange.compare.comparison import as_json
from seachange.migrate.story import Story
from seachange.report.place import put, writing

NAMES = (
    "schema_comparison_report.txt",
    "schema_differences.json",
    "MIGRATION_REPORT.md",
    "VALIDATION_REPORT.md",
    "FINAL_SUMMARY.md",
    "report.html",
)
"""The files, in the order in which people read them."""


def documents(story: Story) -> Mapping[str, bytes]:
    """The documents by the names of their files."""
    return {"schema_differences.json": msgspec.json.format(msgspec.json.encode(as_json(story.comparison))) + b"\n"}


def write(folder: Path, documents: Mapping[str, bytes]) -> None:
    """Put the documents into a folder, which is made where it is not there; each is written whole or not at all.

    Raises NotWritten.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, content in documents.items():
        put(folder / name, content)
