"""What lint found as commands that a job of GitHub Actions prints, to have it shown beside the lines of a change."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.finding import Severity
from seachange.lint import words
from seachange.lint.flag import Flag
from seachange.lint.linted import Linted

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def commands(linted: Linted) -> Iterator[str]:
    """A line for each remark that counts, and for each file that could not be read."""
    for flag in linted.counting:
        yield _annotation(flag)
    for one in linted.unread:
        yield f"::error file={_property(one.file)},title=not read::{_text(f'{one.message} {one.advice}')}"


def _annotation(flag: Flag) -> str:
    where = {"title": f"{flag.check} ({flag.code})"}
    if place := flag.place:
        lines = {"line": place.line, "endLine": place.end_line}
        columns = {"col": place.column, "endColumn": place.end_column} if place.line == place.end_line else {}
        where = {"file": place.file, **{key: str(value) for key, value in (lines | columns).items()}, **where}
    told = "\n".join(
        (*words.said(flag), *words.effects(flag.effect), *filter(None, ["", flag.safe] if flag.safe else []))
    )
    properties = ",".join(f"{key}={_property(value)}" for key, value in where.items())
    return f"::{_COMMANDS[flag.severity]} {properties}::{_text(told)}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
