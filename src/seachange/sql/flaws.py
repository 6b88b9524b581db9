"""Why the grammar does not know a statement, in people's words: what it is, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from seachange.sql import foreign, parse
from seachange.sql.parse import Word
from seachange.sql.quote import KEYWORDS
from seachange.sql.written import Written

_FIRST = """
SELECT CREATE ALTER DROP INSERT UPDATE DELETE COMMENT GRANT REVOKE DO COMMIT TRUNCATE WITH BEGIN REFRESH ANALYZE VACUUM
CALL COPY REINDEX
"""
_BEGINNINGS = frozenset(_FIRST.split())
_REPLACED = ("FUNCTION", "PROCEDURE", "VIEW", "TRIGGER", "AGGREGATE", "RULE", "LANGUAGE", "TRANSFORM")
_CURLY = "\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
_END = "syntax error at end of input"


class Said(Struct, frozen=True):
    """A statement that the grammar refuses, and what it stumbled over: the token with the number `at`."""

    sql: str
    words: Sequence[Word]
    message: str
    at: int

    @property
    def upper(self) -> tuple[str, ...]:
        return tuple(word.text.upper() for word in self.words)

    @property
    def stumbled(self) -> str:
        return self.words[self.at].text if self.at < len(self.words) else ""

    @property
    def before(self) -> str:
        return self.words[self.at - 1].text if 0 < self.at <= len(self.words) else ""


def explained(written: Written) -> str:
    """What is wrong with a statement that the grammar refuses, or with the body in it; nothing where nothing is."""
    if written.flaw is None:
        return _body(written)
    sql, message = written.sql, written.flaw.message
    try:
        words = parse.placed(sql)
    except parse.NotScanned as error:
        return f"PostgreSQL cannot read this: {error}."
    byte = len(sql[: max(written.flaw.at, 0)].encode())
    at = next((at for at, word in enumerate(words) if word.end > byte), len(words))
    said = Said(sql, words, message, len(words) if message == _END else at)
    line = written.line + sql.count("\n", 0, max(written.flaw.at, 0))
    return next((text for rule in _RULES if (text := rule(said, line))), f"PostgreSQL does not know this: {message}.")


def _body(written: Written) -> str:
    if written.body is None:
        return ""
    flaw = written.body.flaw
    if flaw is None:
        wrong = next((one for one in written.inner if one.flaw), None)
        return f"PostgreSQL does not know this in the body: {wrong.flaw.message}." if wrong and wrong.flaw else ""
    if flaw.at < 0 or written.body.start is None:
        return f"The body cannot be compiled: {flaw.message}."
    before = written.sql.encode()[: written.body.start].decode()
    where = written.line + before.count("\n") + flaw.at - 1
    escaped = "  A backslash does not keep a quote from ending a string: write two quotes." * ("\\'" in written.sql)
    return f"The body cannot be compiled: {flaw.message}, in line {where}.{escaped}"


def _merge(said: Said, line: int) -> str:
    marks = ("<<<<<<<", ">>>>>>>", "=======")
    found = any(each.startswith(marks) for each in said.sql.splitlines())
    return "These are the marks of a merge that was never finished: decide which side it is to be." if found else ""


def _plpgsql(said: Said, line: int) -> str:
    return foreign.plpgsql(said.upper)


def _curly(said: Said, line: int) -> str:
    found = next((sign for word in said.words if word.text[:1] not in "'$" for sign in word.text if sign in _CURLY), "")
    return found and f"{found} is a quote for readers, not for PostgreSQL: write ' around values and \" around names."


def _placeholder(said: Said, line: int) -> str:
    return foreign.placeholder(said.sql, said.upper, said.at)


def _backslash(said: Said, line: int) -> str:
    if "\\'" not in said.sql:
        return ""
    return "A backslash does not keep a quote from ending a string: write two quotes, '', or E'…' around the string."


def _if_not_exists(said: Said, line: int) -> str:
    at = said.upper.index("IF") if "IF" in said.upper[: said.at + 1] else -1
    if at < 1 or said.upper[at : at + 3] != ("IF", "NOT", "EXISTS"):
        return ""
    what = said.upper[at - 1]
    if what == "CONSTRAINT":
        return (
            "ALTER TABLE … ADD CONSTRAINT has no IF NOT EXISTS: write ALTER TABLE … DROP CONSTRAINT IF EXISTS before "
            "it, or ask pg_constraint in a DO block."
        )
    if what in ("TYPE", "DOMAIN", "DATABASE", "ROLE", "USER"):
        catalog = {"DATABASE": "pg_database", "ROLE": "pg_roles", "USER": "pg_roles"}.get(what, "pg_type")
        return f"CREATE {what} has no IF NOT EXISTS: ask {catalog} first, in a DO block where that is allowed."
    return f"CREATE {what} has no IF NOT EXISTS: write DROP {what} IF EXISTS before it."


def _or_replace(said: Said, line: int) -> str:
    if said.upper[:3] != ("CREATE", "OR", "REPLACE") or said.at > 4 or said.upper[3:4] == ():
        return ""
    what = said.upper[3] if said.upper[3] != "MATERIALIZED" else "MATERIALIZED VIEW"
    if what in _REPLACED:
        return ""
    return f"CREATE {what} has no OR REPLACE: drop it first, or write IF NOT EXISTS where there is one."


def _unique(said: Said, line: int) -> str:
    """UNIQUE (lower(a)), UNIQUE (a) WHERE b."""
    partial = said.stumbled.upper() == "WHERE" and said.before == ")"
    opened = _opening(said.upper, said.at - 1 if partial else said.at)
    if opened < 1 or "UNIQUE" not in (said.upper[opened - 1], *said.upper[max(opened - 4, 0) : opened - 3]):
        return ""
    what = "takes no WHERE" if partial else "takes columns, and no expressions"
    return f"A UNIQUE constraint {what}: write CREATE UNIQUE INDEX after the table instead."


def _opening(words: Sequence[str], before: int) -> int:
    """The parenthesis that is open before a token; -1 where there is none."""
    depth = 0
    for at in range(min(before, len(words)) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(words[at], 0)
        if depth < 0:
            return at
    return -1


def _comma(said: Said, line: int) -> str:
    if said.before == "," and (said.stumbled in (")", ";") or said.message == _END):
        return f"There is a comma too many before the {said.stumbled or 'end'} in line {line}."
    return ""


def _foreign(said: Said, line: int) -> str:
    return foreign.sql(said.upper, said.at)


def _open(said: Said, line: int) -> str:
    """As psql does, a semicolon in parentheses is taken for a part of the statement."""
    if said.stumbled != ";":
        return ""
    return (
        f"A parenthesis is not closed before the semicolon in line {line}, so what follows is taken for a part of it."
    )


def _unfinished(said: Said, line: int) -> str:
    if said.message == _END:
        return "The statement ends in the middle: a part of it is missing, or the file was cut off."
    first = said.words[said.at].start if said.at < len(said.words) else 0
    alone = not said.sql.encode()[:first].rpartition(b"\n")[2].strip()
    if said.at and alone and said.stumbled.upper() in _BEGINNINGS:
        return (
            f"The statement is not finished where the next one begins, with {said.stumbled} in line {line}: a part of "
            "it is missing, or the semicolon behind it."
        )
    return ""


def _reserved(said: Said, line: int) -> str:
    word = said.stumbled
    if word.lower() not in KEYWORDS or not word.isalpha() or said.at == 0 or said.before.upper() in _NO_NAME_BEHIND:
        return ""
    return f'{word} is a reserved word: where it is a name, write it as "{word.lower()}".'


_NO_NAME_BEHIND = frozenset({")", "="})


def _near(said: Said, line: int) -> str:
    if not said.message.startswith("syntax error at or near"):
        return ""
    return f"PostgreSQL does not understand {said.stumbled} in line {line}: {said.message}."


_RULES: tuple[Callable[[Said, int], str], ...] = (
    _merge,
    _plpgsql,
    _curly,
    _placeholder,
    _if_not_exists,
    _or_replace,
    _foreign,
    _comma,
    _open,
    _unfinished,
    _unique,
    _backslash,
    _reserved,
    _near,
)
