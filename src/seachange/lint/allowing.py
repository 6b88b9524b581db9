"""What comments allow: `-- seachange: allow CHECK because REASON`, and the form of squawk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from seachange.lint.flag import Flag
from seachange.lint.places import Places
from seachange.sql import parse
from seachange.sql.migration import Migration, Written

OURS, SQUAWK = "seachange:", "squawk-ignore"
_MARKS = (OURS.encode(), SQUAWK.encode())


class Allowance(Struct, frozen=True):
    """One comment that allows something, from its first byte to the one behind it.

    `names` are checks, or rules of squawk where it has their form; none in that form means all.  `whole`: in all of the
    file; otherwise in the `statements` that begin at these bytes, or only on some `lines` of them.
    """

    start: int
    end: int
    names: tuple[str, ...]
    reason: str = ""
    whole: bool = False
    of_squawk: bool = False
    statements: frozenset[int] = frozenset()
    lines: frozenset[int] = frozenset()
    understood: bool = True

    def covers(self, flag: Flag) -> bool:
        """Whether it allows this."""
        return self.understood and self._here(flag) and self._named(flag)

    def _here(self, flag: Flag) -> bool:
        if self.whole or flag.place is None:
            return self.whole
        return flag.place.statement in self.statements and (not self.lines or flag.place.line in self.lines)

    def _named(self, flag: Flag) -> bool:
        if self.of_squawk:
            return not self.names or any(f"squawk {name}" in flag.same_as for name in self.names)
        return flag.check in self.names or flag.code in self.names


def allowances(places: Places) -> tuple[Allowance, ...]:
    """All of a file, in their order."""
    if not any(mark in places.script.raw for mark in _MARKS):
        return ()
    return tuple(_placed(found, places) for found in _found(places.script))


def _found(script: Migration) -> Iterator[Allowance]:
    for start, end in _comments(script):
        told = script.raw[start:end].decode().removeprefix("--").removeprefix("/*").removesuffix("*/").strip()
        if told.startswith(OURS):
            yield _ours(told.removeprefix(OURS).split(), start, end)
        elif told.startswith(SQUAWK):
            yield _of_squawk(told, start, end)


def _ours(words: list[str], start: int, end: int) -> Allowance:
    verb = words[0] if words else ""
    at = words.index("because") if "because" in words else len(words)
    names = tuple(name for name in "".join(f"{word} " for word in words[1:at]).replace(",", " ").split())
    understood = verb in ("allow", "allow-file") and bool(names)
    reason = " ".join(words[at + 1 :])
    return Allowance(start, end, names, reason, whole=verb == "allow-file", understood=understood)


def _of_squawk(told: str, start: int, end: int) -> Allowance:
    verb, *names = told.replace(",", " ").split()
    whole = verb == f"{SQUAWK}-file"
    return Allowance(start, end, tuple(names), f"a comment for squawk says {told}", whole=whole, of_squawk=True)


def _placed(found: Allowance, places: Places) -> Allowance:
    """With the statements that it stands beside: those on its line, or else the next one."""
    statements = places.script.own
    if found.whole:
        return found
    around = next((one for one in statements if one.start < found.start < one.end), None)
    line = places.line(found.start)
    last = places.line(found.end)
    if around:
        lines = frozenset({line, _next_code(places, found.end)})
        return _standing(found, (around,), lines)
    beside = [one for one in statements if places.line(one.start) <= last and places.line(one.end) >= line]
    following = [one for one in statements if one.start >= found.end][:1]
    return _standing(found, beside or following)


def _standing(found: Allowance, statements: Iterable[Written], lines: frozenset[int] = frozenset()) -> Allowance:
    return replace(found, statements=frozenset(one.start for one in statements), lines=lines)


def _next_code(places: Places, end: int) -> int:
    """The next line that holds more than a comment."""
    raw = places.script.raw
    for line in raw[end:].split(b"\n")[1:]:
        end = raw.find(b"\n", end) + 1
        if line.strip() and not line.strip().startswith(b"--"):
            return places.line(end)
    return places.line(end)


def _comments(script: Migration) -> Iterator[tuple[int, int]]:
    """All comments, within statements and between them; not those in data and in bodies."""
    done = 0
    for one in script.own:
        yield from _scanned(script.raw, done, one.start)
        yield from _scanned(script.raw, one.start, one.end)
        done = one.end
    yield from _scanned(script.raw, done, len(script.raw))


def _scanned(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    text = raw[start:end]
    if not any(mark in text for mark in _MARKS):
        return
    try:
        found = parse.comments(text)
    except parse.NotScanned:  # psql's commands: a line may still be a comment
        for line in text.splitlines(keepends=True):
            if line.lstrip().startswith(b"--"):
                yield start + len(line) - len(line.lstrip()), start + len(line.rstrip())
            start += len(line)
    else:
        yield from ((start + first, start + last) for first, last in found)
