"""What is quoted is read by PostgreSQL as it was."""

from __future__ import annotations

import psycopg
import pytest

from seachange.sql.quote import KEYWORDS, body, literal, name

ODD = (
    "plain",
    "it's",
    "back\\slash",
    "'\\'",
    "$body$ $bodyx$",
    "a$",
    "E",
    "Ümlaut 🐘",
    "two\nlines",
    'a"b',
    "a.b",
    "1a",
)


@pytest.mark.parametrize("setting", ["on", "off"])
def test_texts_come_back(setting: str, database: str) -> None:
    with psycopg.connect(database) as session:
        session.execute(f"set standard_conforming_strings = {setting}; set escape_string_warning = off".encode())
        for text in ODD:
            assert session.execute(f"select {literal(text)}, {body(text)}".encode()).fetchone() == (text, text)


def test_names_come_back(database: str) -> None:
    with psycopg.connect(database) as session:
        words = [word for (word,) in session.execute("select word from pg_get_keywords()")]
        for text in (*ODD, *words, *KEYWORDS):
            found = session.execute(f"select t.{name(text)} from (select 1) as t ({name(text)})".encode())
            assert found.description is not None
            assert found.description[0].name == text
