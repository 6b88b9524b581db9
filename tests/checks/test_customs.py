"""What a project's settings say of services, names and columns, as the checks hear of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seachange.checks import Known, looked_at
from seachange.checks.customs import customs
from seachange.config import Config, config
from seachange.errors import NotUnderstood
from seachange.sql.migration import taken_apart

SERVICES = """
[services]
accounts = ["accounts", "public.users"]
shop = ["shop"]
"""


def _abouts(check: str, settings: Config, sql: str) -> list[str]:
    known = Known(customs=customs(settings))
    return [
        told.remark.about for told in looked_at([taken_apart(sql.encode(), "a.sql")], known, {check}) if told.flagged
    ]


def _settings(folder: Path, text: str) -> Config:
    (folder / "seachange.toml").write_text(text)
    return config(folder)


@pytest.mark.parametrize(
    ("sql", "abouts"),
    [
        ("CREATE TABLE shop.orders (person bigint REFERENCES users)", ["shop.orders"]),
        ("CREATE TABLE shop.orders (cart bigint REFERENCES shop.carts)", []),
        ("CREATE TABLE shop.orders (place bigint REFERENCES places.towns)", []),
        ("CREATE VIEW shop.people AS SELECT * FROM accounts.people JOIN shop.orders USING (id)", ["shop.people"]),
        (
            "CREATE TABLE accounts.people (id bigint); CREATE FUNCTION shop.f() RETURNS void LANGUAGE plpgsql"
            " AS 'BEGIN DELETE FROM accounts.people; END'",
            ["shop.f"],
        ),
    ],
)
def test_references_across_services(sql: str, abouts: list[str], tmp_path: Path) -> None:
    assert _abouts("reference-across-services", _settings(tmp_path, SERVICES), sql) == abouts


def test_names_of_a_kind(tmp_path: Path) -> None:
    settings = _settings(tmp_path, '[names]\nindex = "ix_[a-z]+"\n')
    sql = "CREATE INDEX orders_id ON orders (id); CREATE INDEX ix_orders ON orders (id); CREATE TABLE orders (id int)"
    assert _abouts("naming-convention", settings, sql) == ["orders_id"]


def test_columns_of_every_table(tmp_path: Path) -> None:
    settings = _settings(tmp_path, '[tables]\ncolumns = ["created_at"]\n')
    sql = "CREATE TABLE a (id int); CREATE TABLE b (created_at timestamptz)"
    assert _abouts("mandatory-columns", settings, sql) == ["a"]


@pytest.mark.parametrize(
    "text", ['[names]\nindex = "("\n', '[names]\nthing = "a"\n', '[services]\nshop = ["nokind:shop"]\n']
)
def test_settings_that_make_no_sense_are_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(NotUnderstood):
        customs(_settings(tmp_path, text))
