"""What lint found as lines for a terminal, statement by statement.  Understood without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from seachange.finding import Severity
from seachange.lint import words
from seachange.lint.fixing import Fixed
from seachange.lint.flag import Flag
from seachange.lint.linted import Linted, Unread
from seachange.report.line import Line, Room, line, prose
from seachange.report.lines import clean

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
IN, BELOW, CODE = "  ", "    ", "      "


def lines(linted: Linted, room: Room, fixed: Sequence[Fixed] = ()) -> Iterator[Line]:
    """All that counts, what could not be read, what was changed, and the tally."""
    for _, flags in groupby(linted.counting, key=_statement):
        yield from _of_statement(list(flags), room)
    for one in linted.unread:
        yield from _unread(one, room)
    for told in words.changed(tuple(fixed), written=True):
        yield from _prose(told, room.width, indent="")
    if fixed and any(one.changed or one.circle for one in fixed):
        yield Line()
    yield from _prose(words.verdict(linted), room.width, "bold" if linted.counting else "bold green", indent="")
    for told in (*words.asides(linted), *words.hints(linted)):
        yield from _prose(told, room.width, "dim", indent="")


@lru_cache(maxsize=4096)
def _prose(text: str, width: int, style: str = "", indent: str = BELOW) -> tuple[Line, ...]:
    """Many remarks say the same."""
    return tuple(prose(text, width, style, indent))


def _statement(flag: Flag) -> tuple[str, int, str]:
    return (flag.place.file, flag.place.statement, "") if flag.place else ("", -1, flag.about)


def _of_statement(flags: Sequence[Flag], room: Room) -> Iterator[Line]:
    """What is said of one statement; its locks once, its code where a remark points into it."""
    shown = None
    for flag in flags:
        yield _head(flag)
        if flag.place and (flag.place.line, flag.place.code) != shown:
            yield from _code(flag, room)
            shown = flag.place.line, flag.place.code
        for each in words.said(flag):
            yield from _prose(each, room.width)
        if flag is flags[0]:
            for each in words.effects(flag.effect):
                yield from _prose(each, room.width, "dim")
        yield from _safe(flag.safe)
        yield Line()


def _head(flag: Flag) -> Line:
    place = line((clean(str(flag.place)), "bold"), "  ") if flag.place else Line()
    about = line("  ", (clean(flag.about), "bold")) if flag.about and not flag.place else Line()
    return line(
        place, (flag.severity.value, STYLES[flag.severity]), f"  {flag.check}", (f"  {flag.code}", "dim"), about
    )


def _code(flag: Flag, room: Room) -> Iterator[Line]:
    """The line of the file that it points at."""
    assert flag.place is not None
    number = f"{IN}{flag.place.line} │ "
    yield line((number, "dim"), (_clipped(clean(flag.place.code, "\t"), room.width - len(number)), "blue"))


def _safe(sql: str) -> Iterator[Line]:
    """Ready to paste: never broken into lines of our own."""
    if sql:
        yield Line()
        yield from (line((f"{CODE}{clean(each, chr(9))}".rstrip(), "green")) for each in sql.splitlines())


def _clipped(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: max(width - 1, 1)]}…"


def _unread(one: Unread, room: Room) -> Iterator[Line]:
    yield line((clean(one.file), "bold"), "  ", ("not read", STYLES[Severity.ERROR]))
    for each in filter(None, (one.message, one.advice)):
        yield from _prose(each, room.width)
    yield Line()
