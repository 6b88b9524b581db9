"""The files that people name: read one by one, so that one which cannot be read does not hide the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from seachange.errors import NotUnderstood
from seachange.lint.linted import Unread
from seachange.sql.migration import Migration, read, taken_apart

STDIN = "-"
STDIN_NAME = "<stdin>"
_SQL = ".sql"


def scripts(names: Iterable[str], stdin: Callable[[], bytes]) -> tuple[tuple[Migration, ...], tuple[Unread, ...]]:
    """The scripts of these files and folders, each once, and what could not be read.

    Raises NotUnderstood where there is nothing of a name, or a folder holds no SQL.
    """
    found: dict[str, Migration | Unread] = {}
    for name in names:
        for path in _paths(name):
            if path not in found:
                found[path] = _read(path, stdin)
    read_ones = (one for one in found.values() if isinstance(one, Migration))
    return tuple(read_ones), tuple(one for one in found.values() if isinstance(one, Unread))


def _read(path: str, stdin: Callable[[], bytes]) -> Migration | Unread:
    try:
        return taken_apart(stdin(), STDIN_NAME) if path == STDIN else read(Path(path))
    except NotUnderstood as error:
        return Unread(STDIN_NAME if path == STDIN else path, error.message, error.advice)


def _paths(name: str) -> Iterator[str]:
    path = Path(name)
    if name == STDIN or path.is_file():
        yield name
    elif path.is_dir():
        yield from _folder(path)
    else:
        raise NotUnderstood(
            f"there is no file or folder {name}", hint="Name SQL files, folders of them, or - for stdin."
        )


def _folder(path: Path) -> list[str]:
    found = [each for each in path.rglob("*") if each.suffix.lower() == _SQL and each.is_file()]
    if not found:
        raise NotUnderstood(f"the folder {path} holds no {_SQL} file", hint="Name another folder, or single files.")
    return [str(each) for each in sorted(found, key=_in_order)]


def _in_order(path: Path) -> list[tuple[str, int, str]]:
    """As people number files: 2_orders.sql before 10_items.sql."""
    parts = re.split(r"(\d+)", str(path))
    return [("", int(part), "") if at % 2 else (part, 0, "") for at, part in enumerate(parts)]
