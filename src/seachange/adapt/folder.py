"""What is handed over: the adapted script, the report, the way back and the answers, in one folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath

import msgspec

from seachange.adapt.adaptation import Adaptation
from seachange.adapt.choosing import written
from seachange.adapt.report import as_json, report
from seachange.adapt.writing import files
from seachange.errors import NotPlanned
from seachange.plan import psql
from seachange.plan.swap import swapped
from seachange.repairs.repair import Question
from seachange.report.markdown import markdown

READABLE, MACHINE, UNDO, ANSWERS = "ADAPTATION.md", "adaptation.json", "undo.sql", "answers.toml"


def write(path: Path, adaptation: Adaptation, script: str, target: str) -> None:
    """Write the folder, whole or not at all.  Raises NotWritten."""
    scripts = {_name(name): raw for name, raw in files(adaptation.drafts).items()}
    swapped(path, {**scripts, **_documents(adaptation, script, target)})


def _documents(adaptation: Adaptation, script: str, target: str) -> Mapping[str, bytes]:
    machine = msgspec.json.format(msgspec.json.encode(as_json(adaptation)), indent=1) + b"\n"
    found = {
        READABLE: markdown(report(adaptation, script, target)).encode(),
        MACHINE: machine,
        UNDO: _undo(adaptation).encode(),
    }
    if questions := _questions(adaptation):
        found[ANSWERS] = written(questions, adaptation.answers).encode()
    return found


def _undo(adaptation: Adaptation) -> str:
    try:
        return psql.script(adaptation.undo)
    except NotPlanned as error:
        return f"-- There is no way back: {error.message}\n"


def _questions(adaptation: Adaptation) -> Mapping[str, Question]:
    return {done.question.key: done.question for _, done in adaptation.done if done.question.key in adaptation.answers}


def _name(file: str) -> str:
    """Within the folder; what was read from stdin or another tool has a name too."""
    return PurePath(file).name or "script.sql"
