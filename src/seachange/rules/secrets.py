"""What was not read because it may be secret: it is never written, and somebody must set it by hand."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

HIDDEN = "********"
"""What stands where a secret was."""


def readable(options: Iterable[str]) -> tuple[str, ...]:
    """The options, written as `name=value`, whose values were read."""
    return tuple(option for option in options if option.partition("=")[2] != HIDDEN)


def by_hand(options: Iterable[str], before: Iterable[str] = ()) -> str:
    """Which options somebody must set, if any: those that are secret, and are not there already."""
    there = {option.partition("=")[0] for option in before}
    names = (option.partition("=")[0] for option in options if option.partition("=")[2] == HIDDEN)
    missing = sorted(name for name in names if name not in there)
    return f"Secrets are never read: set {', '.join(missing)} by hand." if missing else ""


def without_secrets(connection: str) -> str:
    """A connection string without what was hidden in it."""
    if HIDDEN not in connection:
        return connection
    if "://" in connection:
        return _url(connection)
    return " ".join(part for part in _settings(connection) if not part.endswith(f"={HIDDEN}"))


def _url(connection: str) -> str:
    url = urlsplit(connection)
    query = "&".join(part for part in url.query.split("&") if not part.endswith(f"={HIDDEN}"))
    return urlunsplit(url._replace(netloc=url.netloc.replace(f":{HIDDEN}@", "@"), query=query))


def _settings(connection: str) -> Iterable[str]:
    """The `name=value` pairs; a value with spaces is in quotes, in which a backslash goes before a quote."""
    start, quoted, escaped = 0, False, False
    for at, letter in enumerate(connection):
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == "'":
            quoted = not quoted
        elif letter == " " and not quoted:
            yield connection[start:at]
            start = at + 1
    yield connection[start:]
