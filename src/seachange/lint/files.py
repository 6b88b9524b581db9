"""The files that people name: read one by one, so that one which cannot be read does not hide the others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from seachange.errors import NotUnderstood
from seachange.lint.linted import Unread
from seachange.sql.migration import Migration, at_place, taken_apart
from seachange.sql.order import Placed, in_order

STDIN = "-"
STDIN_NAME = "<stdin>"


def files(names: Iterable[str]) -> tuple[Placed, ...]:
    """These files and those of these folders, each once, in the order in which they are run.

    Raises NotUnderstood where there is nothing of a name, or a folder holds no SQL.
    """
    names = tuple(names)
    found = in_order(_there(name) for name in names if name != STDIN)
    return (*found, Placed(Path(STDIN))) if STDIN in names else found


def scripts(placed: Iterable[Placed]) -> tuple[tuple[Migration, ...], tuple[Unread, ...]]:
    """What the files hold, and which of them cannot be read."""
    found = [_read(one) for one in placed]
    read = tuple(one for one in found if isinstance(one, Migration))
    return tuple(_without_included(read)), tuple(one for one in found if isinstance(one, Unread))


def _there(name: str) -> Path:
    path = Path(name)
    if not path.exists():
        hint = "Name SQL files, folders of them, run:COMMAND, or - for stdin."
        raise NotUnderstood(f"there is no file or folder {name}", hint=hint)
    return path


def _read(placed: Placed) -> Migration | Unread:
    if str(placed.path) == STDIN:
        return _tried(STDIN_NAME, lambda: taken_apart(sys.stdin.buffer.read(), STDIN_NAME))
    return _tried(str(placed.path), lambda: at_place(placed))


def _tried(name: str, read: Callable[[], Migration]) -> Migration | Unread:
    try:
        return read()
    except NotUnderstood as error:
        return Unread(name, error.message, error.advice)


def _without_included(read: tuple[Migration, ...]) -> Iterator[Migration]:
    r"""What another file includes is looked at there, where it is run."""
    included = {Path(one.name).resolve() for script in read for one in script.includes}
    if not included:
        return iter(read)
    return (script for script in read if Path(script.name).resolve() not in included)
