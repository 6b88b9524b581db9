"""Who answers the questions: a file of answers, somebody at the terminal, or the stated defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import msgspec.toml

from seachange.errors import NotUnderstood
from seachange.repairs.repair import Question, Repair

Ask = Callable[[Question], Repair]
"""Asks somebody."""


class Choosing:
    """Answers each question once; what is the same question has the same answer.

    `unanswered` are those that somebody should have been asked: their first answer was taken for the time being.
    """

    def __init__(self, answers: Mapping[str, str], ask: Ask | None = None, *, defaults: bool = False) -> None:
        self._given = answers
        self._ask = ask
        self._defaults = defaults
        self.answers: dict[str, str] = {}
        self.unanswered: dict[str, Question] = {}

    def __call__(self, question: Question) -> Repair:
        known = self.answers.get(question.key)
        if known is not None:
            return _named(question, known) or question.repairs[0]
        repair = self._chosen(question)
        self.answers[question.key] = repair.name
        return repair

    @property
    def unasked(self) -> tuple[str, ...]:
        """Keys of answers that were given to questions which nobody asked."""
        return tuple(key for key in self._given if key not in self.answers)

    def _chosen(self, question: Question) -> Repair:
        given = self._given.get(question.key)
        if given is not None:
            if found := _named(question, given):
                return found
            raise NotUnderstood(
                f"“{given}” is no answer to “{question.key}”: {question.asks}",
                hint=f"The answers are: {', '.join(repair.name for repair in question.repairs)}.",
            )
        if question.open and self._ask:
            return self._ask(question)
        if question.open and not self._defaults:
            self.unanswered[question.key] = question
        return question.repairs[0]


def _named(question: Question, name: str) -> Repair | None:
    return next((repair for repair in question.repairs if repair.name == name), None)


def read(path: Path) -> Mapping[str, str]:
    """The answers in a file: TOML, `"missing-table organization" = "leave-out"`.  Raises NotUnderstood."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=dict[str, str])
    except OSError as error:
        raise NotUnderstood(f"{path} cannot be read: {error.strerror}.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NotUnderstood(
            f"{path}: {error}", hint='Each line is an answer: "missing-table organization" = "leave-out".'
        ) from error


def written(questions: Mapping[str, Question], answers: Mapping[str, str]) -> str:
    """A file of answers, with the others that there are as comments."""
    lines: list[str] = []
    for key, question in questions.items():
        lines += [f"# {question.asks}"]
        lines += [f"#   {repair.name}: {repair.does} {repair.follows}".rstrip() for repair in question.repairs]
        lines += [f"{_quoted(key)} = {_quoted(answers[key])}", ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()
