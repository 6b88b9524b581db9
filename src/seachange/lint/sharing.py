"""Many files looked at by several processes.

That is possible where nothing is known of what they land on: each is looked at by itself then.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import reduce

import msgspec

from seachange.checks import checks
from seachange.lint import Linted, Wishes, lint
from seachange.lint.files import scripts
from seachange.sql.order import Placed

FEW = 100
"""A process is done with so many files before another one has begun."""
MOST = 8


def shared(placed: Sequence[Placed], asked: Wishes) -> Linted:
    """What the checks say of the files."""
    parts = _parts(placed)
    if len(parts) > 1:
        checks()  # loaded once for all
        if found := _by_children(parts, asked):
            return reduce(Linted.joined, found)
    return _looked(placed, asked)


def _parts(placed: Sequence[Placed]) -> list[Sequence[Placed]]:
    """As many as there are processors to work on them."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    count = max(1, min(processors, MOST, len(placed) // FEW))
    size = -(-len(placed) // count)
    return [placed[at : at + size] for at in range(0, len(placed), size)]


def _looked(placed: Sequence[Placed], asked: Wishes) -> Linted:
    found, unread = scripts(placed)
    return msgspec.structs.replace(lint(found, asked), unread=unread)


def _by_children(parts: Sequence[Sequence[Placed]], asked: Wishes) -> list[Linted]:
    """Each part but the first by a process of its own; nothing, where one of them did not end well."""
    children = [_child(part, asked) for part in parts[1:]]
    own = _looked(parts[0], asked)
    answers = [_answer(*child) for child in children]
    if not all(answers) or _includes(own):
        return []
    return [own, *(msgspec.msgpack.decode(answer, type=Linted) for answer in answers)]


def _includes(linted: Linted) -> bool:
    """Whether a file is there that another one includes: which, is to be known of all at once."""
    return any(b"\\i" in file.raw for file in linted.files)


def _child(part: Sequence[Placed], asked: Wishes) -> tuple[int, int]:
    """The number of a process, and where it writes what it finds: nothing where it cannot tell."""
    answer, write = os.pipe()
    number = os.fork()
    if number:
        os.close(write)
        return number, answer
    try:
        found = _looked(part, asked)
        with os.fdopen(write, "wb") as pipe:
            pipe.write(b"" if _includes(found) else msgspec.msgpack.encode(found))
    finally:
        os._exit(0)


def _answer(number: int, answer: int) -> bytes:
    with os.fdopen(answer, "rb") as pipe:
        content = pipe.read()
    os.waitpid(number, 0)
    return content
