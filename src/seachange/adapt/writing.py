"""The adapted script as files: untouched text byte for byte, and each change with its reason beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from seachange.adapt.draft import Draft, Drafts
from seachange.sql.edit import Edit
from seachange.sql.migration import Migration, written_back
from seachange.sql.parse import NotScanned, tokens
from seachange.sql.written import Written

MARK = "-- seachange:"
END_OF_ROWS = b"\\."


def files(drafts: Drafts) -> Mapping[str, bytes]:
    """The text of each file of the script, by its name."""
    edits: defaultdict[str, list[Edit]] = defaultdict(list)
    for file, edit in _edits(drafts):
        edits[file].append(edit)
    return {name: written_back(migration, edits[name]) for name, migration in _by_name(drafts).items()}


def _by_name(drafts: Drafts) -> Mapping[str, Migration]:
    """All files, with those that others include."""
    return {one.name: one for migration in drafts.migrations for one in (migration, *migration.includes)}


def _edits(drafts: Drafts) -> Iterator[tuple[str, Edit]]:
    """In the order in which they stand at one place."""
    raw = _by_name(drafts)
    for draft in drafts.all:
        if not draft.added:
            yield from _of_statement(draft, raw[draft.written.file])
    last: Written | None = None
    said: set[str] = set()
    ended = True
    for number, draft in enumerate(drafts.all):
        if not (draft.added or draft.moved):
            last, said = draft.written, set()
            ended = not draft.text or last.rows is not None or bool(_semicolon(raw[last.file], last))
        elif draft.text:
            reasons = [reason for reason in reasons_of(draft) if reason not in said]
            said.update(reasons)
            yield _inserted(Added(draft, tuple(reasons), ended), last, _next(drafts.all, number), raw)
            ended = True


def _next(all: Sequence[Draft], number: int) -> Written | None:
    """The next statement that stands where it was written."""
    return next((one.written for one in all[number:] if not (one.added or one.moved)), None)


def _of_statement(draft: Draft, migration: Migration) -> Iterator[tuple[str, Edit]]:
    """A change of the statement in its own place."""
    written = draft.written
    if draft.moved or not draft.text:
        end = _past(migration, written)
        reasons = _own(draft) if not draft.moved else ("Moved below, behind what it needs.",)
        yield (
            written.file,
            Edit(written.start, end, _comments(reasons, migration, written) + _out(written, end, migration)),
        )
    elif draft.text != written.sql:
        yield (
            written.file,
            Edit(written.start, written.end, _comments(_own(draft), migration, written) + draft.text),
        )


def _out(written: Written, end: int, migration: Migration) -> str:
    """The statement as a comment, which begins its line and has it for itself."""
    text = migration.raw[written.start : end].decode()
    behind = migration.raw[end:].partition(b"\n")[0].strip()
    return "\n".join(f"-- {line}" if line else "--" for line in text.split("\n")) + (
        "\n" if behind and not behind.startswith(b"--") else ""
    )


def _comments(reasons: Sequence[str], migration: Migration, written: Written) -> str:
    """Reasons as comments, each on a line of its own before the statement."""
    before = migration.raw[: written.start].rpartition(b"\n")[2]
    lead = "" if not before.strip() else "\n"
    indent = before.decode() if not before.strip() else ""
    return lead + "".join(f"{MARK} {reason}\n{indent}" for reason in reasons)


def _own(draft: Draft) -> tuple[str, ...]:
    """Reasons that do not stand already with what was added before it."""
    return reasons_of(replace(draft, done=tuple(done for done in draft.done if not done.repair.before)))


def reasons_of(draft: Draft) -> tuple[str, ...]:
    """Why it is not as it was written, and what follows from it."""
    return tuple(" ".join(filter(None, (done.repair.does, done.repair.follows))) for done in draft.done)


class Added(NamedTuple):
    """A statement that was added or moved, with the reasons that nobody has read yet; `ended`: what stands before it
    has its semicolon.
    """

    draft: Draft
    reasons: tuple[str, ...]
    ended: bool


def _inserted(
    added: Added, last: Written | None, after: Written | None, raw: Mapping[str, Migration]
) -> tuple[str, Edit]:
    """A statement that was added or moved: before the one that it was added for, or behind the one before it."""
    draft, reasons, ended = added
    text = "".join(f"{MARK} {reason}\n" for reason in reasons) + draft.text + ";"
    if after is not None and (last is None or (draft.added and draft.written is after)):
        at = raw[after.file].raw.rfind(b"\n", 0, after.start) + 1
        alone = not raw[after.file].raw[at : after.start].strip()
        return after.file, Edit(at, at, f"{text}\n") if alone else Edit(after.start, after.start, f"\n{text}\n")
    assert last is not None
    end = _past(raw[last.file], last)
    return last.file, Edit(end, end, f"{'' if ended else ';'}\n{text}")


def _past(migration: Migration, written: Written) -> int:
    """The byte behind the statement's semicolon; it has one, unless it is the last.  Rows that follow belong to it."""
    if written.rows is not None:
        ends = migration.raw.find(END_OF_ROWS, written.end + len(written.rows))
        return ends + len(END_OF_ROWS) if ends >= 0 else written.end
    return _semicolon(migration, written) or written.end


def _semicolon(migration: Migration, written: Written) -> int:
    """The byte behind it, wherever remarks stand before it; 0 where there is none."""
    stop = min((one.start for one in migration.statements if one.start >= written.end), default=len(migration.raw))
    between = migration.raw[written.end : stop].decode()
    try:
        found = tokens(between)
    except NotScanned:
        stripped = between.lstrip()
        return written.end + len(between) - len(stripped) + 1 if stripped.startswith(";") else 0
    return written.end + found[0].end if found and found[0].text == ";" else 0
