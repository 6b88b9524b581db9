"""The bytes of a script as UTF-8: byte order marks, and the encoding that the script itself names."""

from __future__ import annotations

import codecs

from seachange.errors import NotUnderstood
from seachange.sql import parse

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_DECLARATIONS = (b"set client_encoding", b"set names", b"\\encoding")


def utf8(raw: bytes, name: str) -> bytes:
    """`raw` in UTF-8 without a byte order mark.  `name` is the file's, for messages."""
    encoding, raw = _marked(raw)
    if not encoding and raw.isascii():
        return _without_nul(raw, name)
    encoding = encoding or _declared(raw) or "utf-8"
    try:
        return _without_nul(raw.decode(encoding).encode(), name)
    except UnicodeError as error:
        at = f"byte {error.start}" if isinstance(error, UnicodeDecodeError) else "some character"
        raise NotUnderstood(
            f"{name}: {at} is not {encoding.upper()} text.",
            hint="Save the file as UTF-8, or let it begin with SET client_encoding = '…'.",
        ) from error
    except LookupError as error:
        raise NotUnderstood(f"{name}: the encoding {encoding} is not known here.", hint="Save it as UTF-8.") from error


def _marked(raw: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS.items():
        if raw.startswith(mark):
            return encoding, raw[len(mark) :]
    return "", raw


def _without_nul(text: bytes, name: str) -> bytes:
    if (at := text.find(b"\0")) >= 0:
        raise NotUnderstood(f"{name}: byte {at} is zero; this is not an SQL script.")
    return text


def _declared(raw: bytes) -> str:
    """Python's name of the encoding that the script declares, or nothing."""
    for line in raw.splitlines():
        if line.strip().lower().startswith(_DECLARATIONS):
            return _codec(_last_word(line.decode("latin-1").lstrip(" \t\\")))
    return ""


def _last_word(line: str) -> str:
    try:
        return [word for word in parse.words(line) if word != ";"][-1].strip("'\"")
    except parse.NotScanned:
        return ""


def _codec(name: str) -> str:
    plain = name.lower().replace("-", "").replace("_", "")
    if plain.startswith("win") and plain[3:].isdigit():
        return f"cp{plain[3:]}"
    return {"koi8r": "koi8_r", "koi8u": "koi8_u", "eucjp": "euc_jp", "euckr": "euc_kr", "unicode": "utf-8"}.get(
        plain, name
    )
