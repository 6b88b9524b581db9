"""What lint found as a Report: for a pull request, or for a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from seachange.finding import Finding, Severity
from seachange.lint import words
from seachange.lint.fixing import Fixed
from seachange.lint.flag import Flag
from seachange.lint.linted import Linted
from seachange.report import Figure, Listing, Passage, Report, Section, Table


def report(linted: Linted, fixed: tuple[Fixed, ...] = ()) -> Report:
    """A passage for each remark, file by file."""
    return Report(
        title="Lint",
        verdict=words.verdict(linted),
        good=not linted.counting and not linted.unread,
        about=tuple(_about(linted)),
        figures=tuple(_figures(linted)),
        sections=tuple(_sections(linted)),
        findings=tuple(_findings(linted, fixed)),
    )


def _about(linted: Linted) -> Iterator[tuple[str, str]]:
    if linted.files:
        names = [file.name for file in linted.files]
        yield "files", ", ".join(names) if len(names) < 4 else f"{names[0]} and {len(names) - 1} more"
    if linted.against:
        yield "against", linted.against


def _figures(linted: Linted) -> Iterator[Figure]:
    for severity, count in linted.tally.items():
        yield Figure(words.WORDS[severity][count != 1], f"{count:,}")
    if linted.allowed:
        yield Figure("allowed", f"{len(linted.allowed):,}")
    if linted.undecided:
        yield Figure("undecided", f"{len(linted.undecided):,}")


def _sections(linted: Linted) -> Iterator[Section]:
    for file, flags in groupby(linted.counting, key=lambda flag: flag.place.file if flag.place else ""):
        yield Listing(file or "What is wrong", tuple(_passages(flags)))
    if linted.allowed:
        rows = tuple(
            (str(flag.place), flag.check, flag.allowed or "no reason", flag.allowed_by) for flag in linted.allowed
        )
        yield Table("Allowed", ("place", "check", "because", "by"), rows, aside=True)
    if linted.undecided:
        rows = tuple(
            (str(flag.place or flag.about), flag.check, flag.message, flag.undecided) for flag in linted.undecided
        )
        yield Table("Not decided", ("place", "check", "what may be", "why nobody knows"), rows, aside=True)


def _passages(flags: Iterable[Flag]) -> Iterator[Passage]:
    """What a statement does is told with the first thing that is said of it."""
    statement = -1
    for flag in flags:
        first = flag.place is None or flag.place.statement != statement
        statement = flag.place.statement if flag.place else -1
        yield _passage(flag, first=first)


def _passage(flag: Flag, *, first: bool) -> Passage:
    where = f"line {flag.place.line}: " if flag.place else ""
    heading = f"{where}{flag.severity.value}, {flag.check} ({flag.code})"
    code = "\n\n".join(filter(None, (flag.place.code if flag.place else "", flag.safe and f"-- instead:\n{flag.safe}")))
    return Passage(heading, (*words.said(flag), *(words.effects(flag.effect) if first else ())), code)


def _findings(linted: Linted, fixed: tuple[Fixed, ...]) -> Iterator[Finding]:
    for one in linted.unread:
        yield Finding("not-read", Severity.ERROR, one.file, one.message, one.advice)
    for unseen in linted.unseen:
        yield Finding("not-seen", Severity.NOTE, unseen.file, f"{unseen.file}:{unseen.line}: {unseen.what}")
    for told in words.changed(fixed, written=True):
        yield Finding("changed", Severity.NOTE, "", told)
