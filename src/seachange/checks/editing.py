"""Changes that a machine may make to a statement, as edits of its file."""

from __future__ import annotations

from collections.abc import Iterable

from seachange.sql.edit import Edit, edited
from seachange.sql.migration import Written
from seachange.sql.parse import tokens

Edits = tuple[Edit, ...]


def behind_word(written: Written, words: Iterable[str], text: str, why: str) -> Edits:
    """`text` behind the first of `words` that the statement has; no edit where psql put values into it."""
    wanted = frozenset(words)
    if written.sent:
        return ()
    for token in tokens(written.text):
        if token.text.upper() in wanted:
            return (Edit(written.start + token.end, written.start + token.end, f" {text}", why),)
    return ()


def at_end(written: Written, text: str, why: str) -> Edits:
    """`text` behind the statement, before its semicolon."""
    return () if written.sent else (Edit(written.end, written.end, text, why),)


def in_front(written: Written, text: str, why: str) -> Edits:
    """`text` on a line of its own before the statement, indented as that is."""
    return (Edit(written.start, written.start, f"{text}\n{' ' * (written.column - 1)}", why),)


def with_edits(written: Written, edits: Edits) -> str:
    """The statement as it reads with `edits`, which are all within it."""
    here = (Edit(edit.start - written.start, edit.end - written.start, edit.text) for edit in edits)
    return edited(written.text.encode(), here).decode()
