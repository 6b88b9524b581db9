"""What is handed over: the adapted script, the report, the way back and the answers, in one folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from seachange.adapt.adaptation import Adaptation
from seachange.adapt.choosing import written
from seachange.adapt.report import as_json, report
from seachange.adapt.writing import files
from seachange.errors import NotPlanned, NotWritten
from seachange.plan import psql
from seachange.plan.swap import swapped
from seachange.repairs.repair import Question
from seachange.report.markdown import markdown

READABLE, MACHINE, UNDO, ANSWERS = "ADAPTATION.md", "adaptation.json", "undo.sql", "answers.toml"
PAPERS = frozenset({READABLE, MACHINE, UNDO, ANSWERS})
SCRIPT = "script.sql"
"""What a script is called that was read from no file."""
ASIDE = "script"
"""Where scripts are that have the name of a paper."""


class Written(Struct, frozen=True):
    """What adaptation.json tells of the files beside it: their names with their checksums."""

    files: Mapping[str, str]


def write(path: Path, adaptation: Adaptation, script: str, target: str, answers: Path | None = None) -> None:
    """Write the folder, whole or not at all, in place of one that we wrote.  Raises NotWritten as `refuse_unfit`."""
    refuse_unfit(path, answers)
    texts = files(adaptation.drafts)
    names = _names(tuple(texts))
    made = {names[file]: raw for file, raw in texts.items()} | _papers(adaptation, script, target)
    sums = {name: _sum(raw) for name, raw in made.items()}
    machine = msgspec.json.encode(as_json(adaptation) | {"files": sums})
    swapped(path, {**made, MACHINE: msgspec.json.format(machine, indent=1) + b"\n"})


def refuse_unfit(path: Path, answers: Path | None = None) -> None:
    """Raise NotWritten where `write` would, or where something of somebody's would be lost: before any work is done.

    `answers` is a file that was read, and may have been changed for that.
    """
    home = path.absolute().parent
    if not os.access(home, os.W_OK):
        reason = "permission denied" if home.exists() else f"there is no folder {home}"
        raise NotWritten(f"cannot write {path}: {reason}", hint="Name a folder in one that you may write to.")
    if path.exists() and (odd := next(_strange(path, answers), None)):
        raise NotWritten(f"cannot replace {path}: {odd}", hint="Name a new folder, or put away what is not ours.")


def _strange(path: Path, answers: Path | None) -> Iterator[str]:
    """What is there and was not written by us, or was changed since."""
    if not path.is_dir():
        yield "it is no folder"
        return
    sums = _sums(path / MACHINE)
    for file in sorted(path.rglob("*")):
        name = str(file.relative_to(path))
        if file.is_dir() or (name == MACHINE and sums):
            continue
        if name not in sums:
            yield f"`seachange adapt` did not write {name}"
        elif _sum(file.read_bytes()) != sums[name] and not (answers and file.samefile(answers)):
            yield f"{name} was changed by hand"


def _sums(file: Path) -> Mapping[str, str]:
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(file.read_bytes(), type=Written).files
    return {}


def _sum(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _papers(adaptation: Adaptation, script: str, target: str) -> dict[str, bytes]:
    found = {READABLE: markdown(report(adaptation, script, target)).encode(), UNDO: _undo(adaptation).encode()}
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


def _names(found: tuple[str, ...]) -> Mapping[str, str]:
    """For each file its name within the folder: as they lie beside each other."""
    paths = {file: Path(file).resolve() for file in found if Path(file).is_file()}
    home = Path(os.path.commonpath([path.parent for path in paths.values()])) if paths else Path()
    names = {file: str(paths[file].relative_to(home)) if file in paths else _only_name(file) for file in found}
    clash = not PAPERS.isdisjoint(names.values())
    return {file: f"{ASIDE}/{name}" if clash else name for file, name in names.items()}


def _only_name(file: str) -> str:
    """Of what is no file here: read from stdin, or sent by a command."""
    name = Path(file).name
    return name if name.endswith(".sql") and not file.startswith("run:") else SCRIPT
