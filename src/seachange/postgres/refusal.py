"""The words for a statement that PostgreSQL refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seachange.errors import StatementRefused
from seachange.postgres.installation import Installation, installations
from seachange.postgres.send import Failed
from seachange.sql import parse
from seachange.sql.script import Statement

_LINES, _WIDTH = 6, 160
_HINTS = {
    "42704": "Add what is missing to the source, or take the statement out.",
    "42P01": "Add the missing table or view to the source, or take the statement out.",
    "0A000": "The script may come from a newer PostgreSQL: use a scratch server of that version.",
    "42601": "Correct the statement; if it comes from a newer PostgreSQL, use a scratch server of that version.",
}
_ANY = "Correct the statement, or take it out of the source."
_NO_EXTENSION = (
    "Install the extension for the PostgreSQL that scratch databases are made on, or name a server that has it."
)
_NO_ROLE = (
    "Make the role on that server, or let seachange use a scratch server of its own, where it makes roles itself."
)


def refusal(failed: Failed, waiting: Sequence[str], tried: str, *, own: bool) -> StatementRefused:
    """What the server said on which statement, `tried` how often, and which other files wait for theirs."""
    parts = [_head(failed), *_shown(failed.statement), *_said(failed), f"Tried: {tried}."]
    if own and lacks_extension(failed):
        parts.append(f"Looked for in: {', '.join(map(_place, installations()))}.")
    if waiting:
        parts.append(f"Waiting as well: {_listed(waiting)}.")
    return StatementRefused("\n".join(parts), hint=_hint(failed, own=own))


def _hint(failed: Failed, *, own: bool) -> str:
    if not own and (failed.error.diag.message_primary or "").startswith("role "):
        return _NO_ROLE
    return _NO_EXTENSION if lacks_extension(failed) else _HINTS.get(failed.code, _ANY)


def lacks_extension(failed: Failed) -> bool:
    """Whether the server has not got the files of an extension."""
    return failed.code in ("0A000", "58P01") and failed.statement.words[:2] == ("CREATE", "EXTENSION")


def _place(one: Installation) -> str:
    return f"PostgreSQL {one.version} of {one.bin}"


def _head(failed: Failed) -> str:
    return f"{failed.statement.file}:{_line(failed)}: PostgreSQL refused this statement ({failed.code}):"


def _line(failed: Failed) -> int:
    """The line of the error where the server tells it, else that of the statement."""
    return failed.statement.line + failed.statement.text.count("\n", 0, failed.offset or 0)


def _shown(statement: Statement) -> Iterator[str]:
    lines = parse.without_secrets(statement.text).splitlines()
    for line in lines[:_LINES]:
        yield f"    {line[:_WIDTH]}{'…' if len(line) > _WIDTH else ''}"
    if len(lines) > _LINES:
        yield f"    … {len(lines) - _LINES} more lines"


def _said(failed: Failed) -> Iterator[str]:
    said = failed.error.diag
    yield said.message_primary or str(failed.error)
    for label, words in (("DETAIL", said.message_detail), ("HINT", said.message_hint), ("CONTEXT", said.context)):
        if words:
            yield f"{label}: {words}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
