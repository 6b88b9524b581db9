"""The bytes of a script as UTF-8: byte order marks, and the encoding that the script itself names."""

from __future__ import annotations

import codecs

from msgspec import Struct

from seachange.errors import NotUnderstood
from seachange.sql import parse

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_DECLARATIONS = (b"set client_encoding", b"set names", b"\\encoding")
_SAMPLE = 4096
_FOREIGN = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "compressed by gzip",
    b"BZh": "compressed by bzip2",
    b"\x28\xb5\x2f\xfd": "compressed by zstd",
    b"%PDF": "a PDF document",
    b"\x7fELF": "a program",
    b"SQLite format 3\0": "a database of SQLite",
    b"PGDMP": "a dump for pg_restore",
}


class Decoded(Struct, frozen=True):
    """A file's text in UTF-8, and how it stands in the file: Python's name of its encoding, and the mark before it."""

    text: bytes
    encoding: str = "utf-8"
    mark: bytes = b""

    def encoded(self, text: bytes) -> bytes:
        """Another text in UTF-8 as this file would have it.  Raises UnicodeEncodeError."""
        return self.mark + (text if self.encoding == "utf-8" else text.decode().encode(self.encoding))


def utf8(raw: bytes, name: str) -> bytes:
    """`raw` in UTF-8 without a byte order mark.  `name` is the file's, for messages."""
    return decoded(raw, name).text


def decoded(raw: bytes, name: str) -> Decoded:
    """`raw` as text.  `name` is the file's, for messages.  Raises NotUnderstood."""
    encoding, mark = _marked(raw)
    raw = raw[len(mark) :]
    if not encoding and raw.isascii() and b"\0" not in raw:
        return Decoded(raw)
    encoding = encoding or _wide(raw) or _declared(raw) or "utf-8"
    try:
        return Decoded(_without_nul(raw.decode(encoding).encode(), name), encoding, mark)
    except UnicodeError as error:
        raise _not_text(raw, name, encoding, error) from error
    except LookupError as error:
        raise NotUnderstood(f"{name}: the encoding {encoding} is not known here.", hint="Save it as UTF-8.") from error


def _not_text(raw: bytes, name: str, encoding: str, error: UnicodeError) -> NotUnderstood:
    if what := _foreign(raw):
        return NotUnderstood(f"{name} is {what}, and no SQL script.")
    at = error.start if isinstance(error, UnicodeDecodeError) else -1
    if at < 0:
        return NotUnderstood(f"{name}: some character is not {encoding.upper()} text.", hint=_SAVE)
    line = raw.count(b"\n", 0, at) + 1
    before = raw[:at]
    mixed = "" if before.isascii() or encoding != "utf-8" else "  What stands before it is: two encodings are mixed."
    return NotUnderstood(f"{name}:{line}: byte {at} is not {encoding.upper()} text.{mixed}", hint=_SAVE)


_SAVE = "Save the file as UTF-8, or let it begin with SET client_encoding = '…'."


def _foreign(raw: bytes) -> str:
    return next((what for begins, what in _FOREIGN.items() if raw.startswith(begins)), "")


def _wide(raw: bytes) -> str:
    """UTF-16 without a mark: of letters that everybody has, every other byte is zero."""
    sample = raw[:_SAMPLE]
    odd, even = sample[1::2].count(0), sample[::2].count(0)
    if len(raw) % 2 or max(odd, even) * 3 < len(sample) or min(odd, even):
        return ""
    return "utf-16-le" if odd else "utf-16-be"


def _marked(raw: bytes) -> tuple[str, bytes]:
    """The encoding that the byte order mark tells of, and that mark."""
    return next(((encoding, mark) for mark, encoding in _MARKS.items() if raw.startswith(mark)), ("", b""))


def _without_nul(text: bytes, name: str) -> bytes:
    if (at := text.find(b"\0")) >= 0:
        if what := _foreign(text):
            raise NotUnderstood(f"{name} is {what}, and no SQL script.")
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
