"""Where the outcome goes, and in which form: stdout or a file, text for people or JSON for machines."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

import click
from msgspec import Struct

from seachange.errors import NotWritten
from seachange.report import Report
from seachange.report.line import Line, Room
from seachange.report.place import put, writing

WIDE = 100
"""Columns, where nobody's terminal tells."""
NOBODY_READS = 141
"""The exit code that a shell gives to a program whose reader has gone."""


class Form(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


ENDINGS = {".json": Form.JSON, ".md": Form.MARKDOWN, ".markdown": Form.MARKDOWN, ".html": Form.HTML, ".htm": Form.HTML}


class Output(Struct, frozen=True):
    """The place and the form that were asked for.  Without a path it is stdout."""

    path: Path | None = None
    form: Form = Form.TEXT

    def show(self, report: Report, machine: Callable[[], bytes]) -> None:
        """Write the report; `machine` gives what machines read."""
        if self.form is Form.TEXT and self.path is None:
            from seachange.cli.text import show

            with _stdout():
                _spell_out()
                show(report)
        else:
            self.write(machine() + b"\n" if self.form is Form.JSON else _rendered(report, self.form).encode())

    def show_lines(self, written: Callable[[Room], Iterable[Line]]) -> None:
        """Write lines of text, for a terminal or a file."""
        if self.path is None:
            with _stdout():
                _spell_out()
                _print(written)
        else:
            self.write(_plain(written).encode())

    def write(self, content: bytes) -> None:
        """All of it or nothing."""
        if self.path is None:
            with _stdout():
                sys.stdout.buffer.write(content)
        elif _is_device(self.path):
            with writing(self.path):
                self.path.write_bytes(content)
        else:
            put(self.path, content)


def output(path: Path | None, form: str | None) -> Output:
    """The output that was asked for; a file's ending tells its form where nothing else does.

    Raises NotWritten now, before any work is done, where the file could not be written.
    """
    if path is not None:
        path = path.resolve()
        _refuse_unwritable(path)
    if form is not None:
        return Output(path, Form(form))
    return Output(path, ENDINGS.get(path.suffix.lower(), Form.TEXT) if path else Form.TEXT)


def output_options(command: Callable[..., object]) -> Callable[..., object]:
    """The options of every verb that ends in a report."""
    forms = click.Choice([form.value for form in Form])
    command = click.option("--format", "form", type=forms, help="How to write it.  [default: by FILE, else text]")(
        command
    )
    return path_option(command)


def path_option(command: Callable[..., object]) -> Callable[..., object]:
    """The option that names the file to write."""
    kind = click.Path(path_type=Path)
    return click.option("-o", "--output", "path", type=kind, metavar="FILE", help="Write to FILE, all or nothing.")(
        command
    )


def _rendered(report: Report, form: Form) -> str:
    match form:
        case Form.HTML:
            from seachange.report.html import html

            return html(report)
        case Form.MARKDOWN:
            from seachange.report.markdown import markdown

            return markdown(report)
        case _:
            from seachange.cli.text import text

            return text(report)


def _print(written: Callable[[Room], Iterable[Line]]) -> None:
    """Where there are no colours, what puts them there is not loaded."""
    if sys.stdout.isatty() or "FORCE_COLOR" in os.environ:
        from seachange.cli.text import show_lines

        show_lines(written)
    else:
        sys.stdout.write(_plain(written))


def _plain(written: Callable[[Room], Iterable[Line]]) -> str:
    """As wide as COLUMNS says; a line may be longer than that."""
    told = os.environ.get("COLUMNS", "")
    room = Room(int(told) if told.isdigit() and int(told) else WIDE)
    return "".join(f"{str(line).rstrip()}\n" for line in written(room))


def _refuse_unwritable(path: Path) -> None:
    folder = path.parent
    if path.is_dir():
        raise NotWritten(f"cannot write {path}: it is a folder", hint="Name a file in it.")
    if not folder.is_dir():
        raise NotWritten(f"cannot write {path}: there is no folder {folder}")
    if not os.access(path if _is_device(path) else folder, os.W_OK):
        raise NotWritten(f"cannot write {path}: permission denied")


def _is_device(path: Path) -> bool:
    """Such as /dev/null or a named pipe: written to, never replaced."""
    return path.exists() and not path.is_file()


@contextmanager
def _stdout() -> Iterator[None]:
    """Quiet where whoever read our output has gone."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError as error:
        _forget()
        raise SystemExit(NOBODY_READS) from error
    except OSError as error:
        _forget()
        raise NotWritten(f"cannot write to stdout: {error.strerror}", hint="See what stdout leads to.") from error


def _spell_out() -> None:
    """A letter that the terminal's encoding lacks is no reason to fail."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _forget() -> None:
    """What could not be written; Python would try again, and complain, when it closes stdout."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
