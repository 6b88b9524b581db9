"""Changes that a machine may make by itself, made until there are none left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import unified_diff

from msgspec import Struct
from msgspec.structs import replace

from seachange.lint import Flag, Ground, Linted, Wishes, lint
from seachange.lint.ground import NOWHERE
from seachange.sql.edit import Edit
from seachange.sql.migration import Migration, taken_apart, written_back

JAVASCRIPT = "knex"
"""What stands in a string of another language is not changed by itself."""


class Fixed(Struct, frozen=True):
    """A file before and after, and its `content` then, in its own encoding.

    `checks` are those whose changes were made, in that order, each once.  `circle`: these changes led back to where
    they began; nothing of the file is changed then.
    """

    before: Migration
    after: Migration
    content: bytes = b""
    checks: tuple[str, ...] = ()
    circle: bool = False

    @property
    def changed(self) -> bool:
        return self.after.raw != self.before.raw

    @property
    def diff(self) -> str:
        """What changes, as `diff -u` tells it."""
        old, new = (text.decode().splitlines(keepends=True) for text in (self.before.raw, self.after.raw))
        name = self.before.name
        lines = unified_diff(old, new, f"{name}", f"{name} (fixed)")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def fixed(scripts: Sequence[Migration], asked: Wishes, ground: Ground = NOWHERE) -> tuple[tuple[Fixed, ...], Linted]:
    """The scripts with all mechanical changes made, and what the checks say of them then."""
    files = {script.name: _File(script) for script in scripts}
    linted = lint(scripts, asked, ground)
    while _changed(files, linted):
        linted = lint([file.script for file in files.values()], asked, ground)
    return tuple(file.done for file in files.values()), linted


def _changed(files: dict[str, _File], linted: Linted) -> bool:
    """Whether anything of any file was changed in this round."""
    moved = False
    for name, file in files.items():
        wanted = [flag for flag in linted.counting if flag.edits and flag.place and flag.place.file == name]
        moved |= file.change(wanted)
    return moved


class _File:
    """A file on its way; `done` is what has become of it."""

    def __init__(self, script: Migration) -> None:
        self._before = self.script = script
        self._content = b""
        self._seen = {script.raw}
        self._checks: dict[str, None] = {}
        self._stuck = False

    @property
    def done(self) -> Fixed:
        return Fixed(self._before, self.script, self._content, tuple(self._checks), self._stuck)

    def change(self, flags: Sequence[Flag]) -> bool:
        """Make the changes of these remarks, as far as they do not get in each other's way."""
        if self._stuck or not flags or self.script.tool == JAVASCRIPT:
            return False
        made, edits = _compatible(flags)
        self._checks |= dict.fromkeys(made)
        self._content = written_back(self.script, edits)
        after = replace(
            taken_apart(self._content, self.script.name),
            tool=self._before.tool,
            wrapped=self._before.wrapped,
            encoding=self._before.encoding,
        )
        if after.raw == self.script.raw:
            return False
        self._stuck = after.raw in self._seen
        self._seen.add(after.raw)
        self.script = self._before if self._stuck else after
        return True


def _compatible(flags: Iterable[Flag]) -> tuple[list[str], list[Edit]]:
    """The edits of each remark, all or none of them: the first one wins."""
    made: list[str] = []
    taken: list[Edit] = []
    for flag in flags:
        new = [edit for edit in flag.edits if edit not in taken]
        if not any(_overlap(edit, other) for edit in new for other in taken):
            taken += new
            made.append(flag.check)
    return made, taken


def _overlap(one: Edit, other: Edit) -> bool:
    """Whether both want the same bytes, or the same place between two."""
    if one.start == other.start:
        return True
    return one.start < other.end and other.start < one.end
