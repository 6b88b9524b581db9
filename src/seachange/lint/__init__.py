"""Lint: what a migration will do to a database, told before it is run; or what is wrong with a state.

`lint` looks at scripts and `advise` at a state; both hand back a `Linted`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from itertools import groupby
from typing import NamedTuple

from msgspec.structs import replace

from seachange.checks import Known, Told, advised, looked_at
from seachange.checks.around import State
from seachange.checks.check import Remark, Verdict
from seachange.lint.allowing import allowances
from seachange.lint.effect import effect
from seachange.lint.flag import NONE, Effect, Flag
from seachange.lint.ground import NOWHERE, Ground
from seachange.lint.linted import ORDER, Linted, Looked
from seachange.lint.places import Places
from seachange.lint.unused import remarks
from seachange.lint.wish import Wishes, wishes
from seachange.sql.migration import Migration, Section, Written

__all__ = ["Flag", "Ground", "Linted", "Wishes", "advise", "lint", "wishes"]

NO_DATABASE = "Only a database can tell, and none was given."
NO_CATALOG = "It depends on what is there, and no catalog was given."


def lint(scripts: Sequence[Migration], asked: Wishes, ground: Ground = NOWHERE) -> Linted:
    """What the checks say of scripts that are run one after the other, on `ground` where that is known."""
    ready = [replace(script, wrapped=True) for script in scripts] if asked.wrapped else list(scripts)
    known = Known(ground.world, ground.version or asked.number, ground.sizes, ground.measured, asked.customs)
    places = {file.name: Places(file) for script in ready for file in (script, *script.includes)}
    flags: dict[str, list[Flag]] = {name: [] for name in places}
    for around, told in groupby(looked_at(ready, known, asked.names), key=lambda one: one.around):
        assert around is not None
        file = around.written.file
        done_to = effect(around)
        for one in told:
            flags[file] += _flags(one, asked, ground, _Where(around.written, places[file], done_to))
    done = [flag for name, one in places.items() for flag in _settled(one, flags[name], asked)]
    files = tuple(_looked(one) for one in places.values())
    unseen = tuple(one for script in ready for one in script.unread)
    return Linted(files=files, flags=tuple(done), unseen=unseen, against=ground.name, version=known.version)


class _Where(NamedTuple):
    """The statement that remarks are about, and what it does."""

    written: Written
    places: Places
    effect: Effect


def _looked(places: Places) -> Looked:
    script = places.script
    return Looked(script.name, script.raw, sum(one.section is Section.UP for one in script.own))


def advise(asked: Wishes, ground: Ground) -> Linted:
    """What the checks say of the state that `ground` is."""
    assert ground.meant is not None
    state = State(ground.meant, ground.sizes, ground.version, asked.customs)
    found = [flag for one in advised(state, asked.names) for flag in _flags(one, asked, ground)]
    return Linted(flags=tuple(sorted(found, key=_worst_first)), against=ground.name, version=ground.version)


def _worst_first(flag: Flag) -> tuple[int, str, str]:
    return ORDER.index(flag.severity), flag.code, flag.about


def _flags(told: Told, asked: Wishes, ground: Ground, where: _Where | None = None) -> Iterator[Flag]:
    """A remark at its place; of a question, as many as its answer has rows."""
    remark = told.remark
    flag = Flag(
        check=told.check.name,
        code=told.check.code,
        severity=asked.severity(told.check, remark.severity),
        verdict=remark.verdict,
        message=remark.message,
        about=remark.about,
        advice=remark.advice,
        safe=remark.safe,
        place=where.places.of(where.written, remark.at) if where else None,
        effect=where.effect if where else NONE,
        edits=remark.edits,
        same_as=told.same_as,
    )
    if remark.verdict is Verdict.UNKNOWN:
        yield from _decided(flag, remark, ground)
    elif remark.verdict is Verdict.FLAGGED:
        yield flag


def _decided(flag: Flag, remark: Remark, ground: Ground) -> Iterator[Flag]:
    """With the answer to what it asks, where there is somebody to ask."""
    if remark.asks is None or ground.ask is None:
        yield replace(flag, undecided=NO_DATABASE if remark.asks and ground.world.known else NO_CATALOG)
        return
    answer = ground.ask(remark.asks.sql)
    if answer.refusal:
        yield replace(flag, undecided=f"The database did not answer: {answer.refusal}")
    for row in answer.rows:
        about, message = (*row, "", "")[:2] if len(row) > 1 else (flag.about, row[0] if row else "")
        yield replace(flag, verdict=Verdict.FLAGGED, about=about or flag.about, message=message or flag.message)


def _settled(places: Places, flags: Iterable[Flag], asked: Wishes) -> list[Flag]:
    """With what comments and settings allow, and with what is wrong with the comments themselves."""
    script = places.script
    found = allowances(places)
    done, used = [], set()
    for flag in flags:
        covering = [one for one in found if one.covers(flag)]
        used |= {one.start for one in covering}
        if covering:
            flag = flag.allowing(covering[0].reason, f"a comment in line {places.line(covering[0].start)}")
        done.append(_by_settings(flag, script.name, asked))
    done += [_by_settings(flag, script.name, asked) for flag in remarks(places, found, used, asked)]
    return sorted(done, key=_in_order)


def _in_order(flag: Flag) -> tuple[int, int, int, str]:
    """Statement by statement, what matters most first."""
    assert flag.place is not None
    statement = flag.place.statement if flag.place.statement >= 0 else flag.place.start
    return statement, ORDER.index(flag.severity), flag.place.start, flag.code


def _by_settings(flag: Flag, file: str, asked: Wishes) -> Flag:
    for one in asked.allowed:
        if not flag.allowed_by and flag.check in one.checks and any(fnmatch(file, pattern) for pattern in one.files):
            return flag.allowing(one.because, "seachange.toml")
    return flag
