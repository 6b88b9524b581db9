"""The folder of another tool's migrations: what is in it already, which ours come after."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

STAMP = "%Y%m%d%H%M%S"


class Place(Struct, frozen=True):
    """A folder, and the moment that new files are named after."""

    folder: Path
    now: datetime

    def names(self, ending: str) -> tuple[str, ...]:
        """The names of the files that end so, in order."""
        return tuple(sorted(file.name for file in self.folder.glob(f"*{ending}")))

    def stamps(self) -> Iterator[str]:
        """Moments to name files after, one for each: now or later, and later than every file that is there."""
        moment = self.now
        if last := max((stamp for name in self.names("") if (stamp := _stamp(name))), default=None):
            moment = max(moment, last.replace(tzinfo=moment.tzinfo) + timedelta(seconds=1))
        while True:
            yield moment.strftime(STAMP)
            moment += timedelta(seconds=1)

    def text(self, name: str) -> str:
        """What a file holds; nothing where there is none."""
        file = self.folder / name
        return file.read_text() if file.exists() else ""

    def assigned(self, name: str) -> dict[str, object]:
        """The constants that a file of Python gives names to."""
        return dict(_constants(ast.parse(self.text(name))))


def _stamp(name: str) -> datetime | None:
    digits = name.lstrip("VU").partition("_")[0]
    try:
        return datetime.strptime(digits, STAMP) if len(digits) == 14 else None
    except ValueError:
        return None


def _constants(module: ast.Module) -> Iterator[tuple[str, object]]:
    for node in module.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                try:
                    yield name, ast.literal_eval(value)
                except ValueError:
                    continue
