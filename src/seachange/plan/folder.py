"""A plan as a folder: what machines read, what people read, what psql runs, and the way back.

    plan.json  PLAN.md  01_extensions.sql … 15_remove.sql
    undo/      the same for the way back
    states/    current.snapshot  desired.snapshot

It is written whole or not at all.  What people put there stays when the plan is made again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from seachange.catalog import snapshot
from seachange.catalog.catalog import Catalog
from seachange.errors import NotUnderstood, NotWritten
from seachange.plan import mine, psql
from seachange.plan.checksum import is_sealed
from seachange.plan.plan import FORMAT, Plan
from seachange.plan.report import Pairs, report
from seachange.plan.swap import swapped
from seachange.report.markdown import markdown
from seachange.step import Stage

PLAN, READABLE, UNDO = "plan.json", "PLAN.md", "undo"
CURRENT, DESIRED = "states/current.snapshot", "states/desired.snapshot"
STAGES = frozenset(map(psql.name_of, Stage))
OURS = frozenset({PLAN, READABLE, *STAGES})
GENERATED = frozenset({*OURS, *(f"{UNDO}/{name}" for name in OURS), CURRENT, DESIRED})
"""Every file that seachange may write."""
AGAIN = "Make the plan again with `seachange plan`."


class Folder(msgspec.Struct, frozen=True):
    """A plan with the way back, and both states it lies between.

    `about` tells people what it was made of, and how it was tried; `seconds` how long each step took on the copy, where
    it was tried.
    """

    plan: Plan
    undo: Plan
    current: Catalog
    desired: Catalog
    about: Pairs = ()
    seconds: tuple[float, ...] = ()


class Document(msgspec.Struct, frozen=True):
    """What plan.json holds."""

    format: int
    plan: Plan
    about: Pairs = ()
    seconds: tuple[float, ...] = ()


class Head(msgspec.Struct, frozen=True):
    """What every version of seachange understands of plan.json."""

    format: int


def write(path: Path, folder: Folder) -> None:
    """Write the folder, in place of a plan that is there already; what people added to that one is carried along.

    Raises NotWritten, having changed nothing.
    """
    kept = _kept(path)
    made = {name: text.encode() for name, text in _texts(folder)}
    states = {CURRENT: snapshot.dump(folder.current), DESIRED: snapshot.dump(folder.desired)}
    swapped(path, {**kept, **made, **states})


def load(path: Path) -> Folder:
    """The plan in a folder, with the steps that people added.

    Raises NotUnderstood where it is none or of another format, and where somebody changed a file that is generated.
    """
    document = _document(path / PLAN)
    plan, undo = (_plan(path, inside) for inside in ("", UNDO))
    current, desired = (snapshot.load(_read(path / name), str(path / name)) for name in (CURRENT, DESIRED))
    as_tried = len(document.seconds) == sum(1 for _ in plan.steps)  # people may have added some since
    return Folder(plan, undo, current, desired, document.about, document.seconds if as_tried else ())


def with_added(path: Path, folder: Folder) -> Folder:
    """`folder` with the steps that people added to the plan that is in `path`, if there is one."""
    plan, undo = _with_added(path, folder.plan), _with_added(path, folder.undo, UNDO)
    return msgspec.structs.replace(folder, plan=plan, undo=undo)


def refuse_unfit(path: Path) -> None:
    """Raise NotWritten where `write` would: before any work is done."""
    _kept(path)
    home = path.absolute().parent
    if not os.access(home, os.W_OK):
        reason = "permission denied" if home.exists() else f"there is no folder {home}"
        raise NotWritten(f"cannot write {path}: {reason}")


def _texts(folder: Folder) -> Iterator[tuple[str, str]]:
    for plan, inside in ((folder.plan, ""), (folder.undo, f"{UNDO}/")):
        yield inside + PLAN, _json(Document(FORMAT, mine.without(plan), folder.about, () if inside else folder.seconds))
        yield inside + READABLE, markdown(report(plan, None, folder.about, "Undo" if inside else "Plan"))
        yield from ((inside + name, text) for name, text in psql.files(plan).items())


def _json(document: Document) -> str:
    encoded = msgspec.json.Encoder(order="deterministic").encode(document)
    return msgspec.json.format(encoded, indent=1).decode() + "\n"


def _plan(path: Path, inside: str) -> Plan:
    place = path / inside
    plan = _document(place / PLAN).plan
    _refuse_changed(place, psql.names(plan))
    return _with_added(path, plan, inside)


def _with_added(path: Path, plan: Plan, inside: str = "") -> Plan:
    return mine.joined(mine.without(plan), mine.added(path / inside, f"{inside}/" if inside else ""))


def _document(file: Path) -> Document:
    content = _read(file)
    _refuse_other(content, file)
    try:
        return msgspec.json.decode(content, type=Document)
    except msgspec.MsgspecError as error:
        raise NotUnderstood(f"{file}: this plan cannot be read: {error}", hint=AGAIN) from error


def _refuse_other(content: bytes, file: Path) -> None:
    try:
        head = msgspec.json.decode(content, type=Head)
    except msgspec.MsgspecError as error:
        raise NotUnderstood(f"{file}: this is no plan of seachange's", hint=AGAIN) from error
    if head.format != FORMAT:
        other = f"{file}: this plan has format {head.format}; this version of seachange reads format {FORMAT}"
        raise NotUnderstood(other, hint=AGAIN)


def _refuse_changed(place: Path, expected: frozenset[str]) -> None:
    there = frozenset(name for name in STAGES if (place / name).exists())
    if odd := sorted(there ^ expected):
        verb = "was added by hand" if odd[0] in there else "is missing"
        raise NotUnderstood(f"{place / odd[0]} {verb}", hint=f"Put it back.  {_own(odd[0])}")
    for name in sorted(there):
        if not is_sealed(_read(place / name).decode(errors="replace")):
            raise NotUnderstood(f"{place / name} was changed by hand", hint=f"Put it back as it was.  {_own(name)}")


def _own(name: str) -> str:
    return f"Steps of your own go into {name.removesuffix('.sql')}{mine.ENDING}, which runs after {name} and is kept."


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise NotUnderstood(
            f"cannot read {file}: {error.strerror}", hint="Name a folder that `seachange plan --to` wrote."
        ) from error


def _kept(path: Path) -> Mapping[str, bytes]:
    """What people put into the folder that is there.  Raises NotWritten where it is not ours to replace."""
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return {}
    try:
        for inside in ("", UNDO):
            _plan(path, inside)
        files = [file for file in sorted(path.rglob("*")) if file.is_file()]
        return {name: _read(file) for file in files if (name := str(file.relative_to(path))) not in GENERATED}
    except NotUnderstood as error:
        raise NotWritten(f"cannot replace {path}: {error.message}", hint=error.advice) from error
