"""Text search."""

from __future__ import annotations

import pytest

from tests.planner.rules import Databases, Pair, there_and_back
from tests.plugins.servers import Server

PARSER = (
    "create text search parser p.prs (start = prsd_start, gettoken = prsd_nexttoken, end = "
    "prsd_end, lextypes = prsd_lextype{})"
)
DICTIONARY = "create text search dictionary p.dict (template = pg_catalog.simple{})"
CONFIGURATION = "create text search configuration p.conf (parser = {})"
MAPPING = "alter text search configuration p.conf add mapping for {} with {}"
CASES = (
    Pair("template", "", "create text search template p.tmpl (init = dsimple_init, lexize = dsimple_lexize)"),
    Pair(
        "template without init",
        "create text search template p.tmpl (lexize = dsimple_lexize)",
        "create text search template p.tmpl (init = dsimple_init, lexize = dsimple_lexize)",
    ),
    Pair("parser", "", PARSER.format("")),
    Pair("parser with a headline", PARSER.format(""), PARSER.format(", headline = prsd_headline")),
    Pair("dictionary", "", DICTIONARY.format(", stopwords = english, accept = false")),
    Pair("dictionary options", DICTIONARY.format(", stopwords = english"), DICTIONARY.format(", accept = false")),
    Pair(
        "dictionary option of another value",
        DICTIONARY.format(", accept = true"),
        DICTIONARY.format(", accept = false"),
    ),
    Pair(
        "dictionary by another template",
        DICTIONARY.format("") + ";" + CONFIGURATION.format("default") + ";" + MAPPING.format("word", "p.dict"),
        "create text search dictionary p.dict (template = snowball, language = english, stopwords = english);"
        + CONFIGURATION.format("default")
        + ";"
        + MAPPING.format("word", "p.dict"),
    ),
    Pair("configuration", "", CONFIGURATION.format("default")),
    Pair("copied configuration", "", "create text search configuration p.conf (copy = pg_catalog.german)"),
    Pair(
        "configuration of another parser",
        CONFIGURATION.format("p.prs") + ";" + MAPPING.format("word, asciiword", "simple"),
        CONFIGURATION.format("default") + ";" + MAPPING.format("word, asciiword", "simple"),
        PARSER.format(""),
    ),
    Pair(
        "mappings",
        MAPPING.format("word", "simple, english_stem") + ";" + MAPPING.format("int", "simple"),
        MAPPING.format("word", "english_stem, simple") + ";" + MAPPING.format("url", "simple"),
        CONFIGURATION.format("default"),
    ),
    Pair(
        "mappings to dictionaries that come and go",
        "create text search dictionary p.a (template = simple);" + MAPPING.format("word, int", "p.a"),
        "create text search dictionary p.b (template = simple);" + MAPPING.format("word, url", "p.b"),
        CONFIGURATION.format("default"),
    ),
)


@pytest.mark.parametrize("pair", CASES, ids=lambda pair: pair.title)
def test_there_and_back(pair: Pair, server: Server, databases: Databases) -> None:
    if pair.fits(server.major):
        there_and_back(pair, databases)
