"""The page of a report in Chromium: at both widths, by keyboard, in the dark, and with names that bite."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect

from seachange.cli.main import cli
from seachange.finding import Finding, Severity
from seachange.migrate.documents import documents
from seachange.report import Field, Figure, Item, Report, Table, Tree
from seachange.report.html import html
from tests.migrate.stories import story
from tests.pages.conftest import Open
from tests.plugins.states import HOSTILE, Pair
from tests.postgres.processes import eventually
from tests.report.charts import BARS, TIMELINE

COLUMNS = ("id", "name", "price")
FIGURES = tuple(Figure(f"to {verb}", "1", verb=verb) for verb in ("create", "drop", "alter"))
WIDTHS = pytest.mark.parametrize("width", [390, 1280])


def made(name: str, verb: str = "create") -> Item:
    parts = tuple(Item("table column", column, verb, "text", (Field("type", after="text"),)) for column in COLUMNS)
    return Item("table", name, verb, fields=(Field("access method", after="heap"),), parts=parts)


def report(*items: Item) -> Report:
    return Report(
        title="Comparison",
        verdict="The two differ.",
        good=False,
        about=(("current", "db.example:5432/" + "shop" * 20),),
        figures=FIGURES,
        sections=(
            Tree("What differs", (Item("schema", "public", parts=items),)),
            Table(
                "Parity", ("kind", *("count" for _ in range(9))), (("table", *("1,000" for _ in range(9))),), numeric=9
            ),
        ),
        findings=(Finding("check", Severity.WARNING, "table", HOSTILE, "Look at " + "it" * 200),),
    )


SMALL = report(
    made("public.orders"),
    made("public.gone", "drop"),
    Item("view", "public.v", "alter", fields=(Field("definition", "select 1\nfrom a", "select 2\nfrom a"),)),
)


def rows(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(".row .name").all_text_contents()]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.querySelector('.name')?.textContent ?? ''"))


@WIDTHS
def test_nothing_scrolls_sideways(open_page: Open, width: int) -> None:
    page = open_page(report(made("public." + "long_name_" * 6), made("w" * 63), *SMALL.sections[0].items), width)
    page.get_by_role("button", name="Open all").click()
    page.locator(".row", has_text="public.v").locator(".line").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") == width


@WIDTHS
def test_search_opens_what_holds_a_hit(open_page: Open, width: int) -> None:
    page = open_page(SMALL, width)
    assert rows(page) == ["public", "public.orders", "public.gone", "public.v"]
    page.get_by_role("searchbox").fill("orders price")
    expect(page.locator("#count")).to_have_text("1 of 9 differences")
    assert rows(page) == ["public", "public.orders", "price"]
    page.keyboard.press("Escape")
    expect(page.locator("#count")).to_have_text("9 differences")


def test_verbs_and_kinds_filter(open_page: Open) -> None:
    page = open_page(SMALL)
    page.get_by_role("button", name="to create").click()
    expect(page.locator("#count")).to_have_text("5 of 9 differences")
    assert rows(page) == ["public", "public.gone", "public.v"]
    page.get_by_label("Kind of object").select_option("table column")
    expect(page.locator("#count")).to_have_text("3 of 9 differences")
    assert rows(page) == ["public", "public.gone", *COLUMNS]
    page.get_by_role("searchbox").fill("nowhere")
    expect(page.get_by_text("Nothing matches.")).to_be_visible()


def test_everything_can_be_done_with_the_keyboard(open_page: Open) -> None:
    page = open_page(SMALL)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the report")).to_be_in_viewport()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("orders")
    expect(page.locator("#count")).to_have_text("1 of 9 differences")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    assert focused(page) == "public.orders"
    page.keyboard.press("Enter")
    eventually(lambda: rows(page) == ["public", "public.orders", *COLUMNS])
    page.keyboard.press("ArrowRight")
    assert focused(page) == "id"
    page.keyboard.press("k")
    page.keyboard.press("ArrowLeft")
    eventually(lambda: rows(page) == ["public", "public.orders"])
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_long_text_is_shown_as_what_differs_in_it(open_page: Open) -> None:
    page = open_page(SMALL)
    page.locator(".row", has_text="public.v").locator(".line").click()
    assert page.locator("pre span.minus").all_inner_texts() == ["-select 1"]
    assert page.locator("pre span.plus").all_inner_texts() == ["+select 2"]


def test_dark_follows_the_system_until_somebody_chooses(open_page: Open) -> None:
    page = open_page(SMALL, scheme="dark")
    back = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(back)
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate(back) != dark
    page.reload()
    assert page.evaluate(back) != dark
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate(back) == dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(open_page: Open, scheme: str) -> None:
    """Every text colour against the card it stands on: at least 4.5 to 1."""
    page = open_page(SMALL, scheme=scheme)
    colours = page.evaluate(
        """() => { const style = getComputedStyle(document.documentElement);
        const pick = (name) => style.getPropertyValue(`--${name}`).trim();
        return [["ink", "soft", "faint", "accent", "create", "drop", "alter"].map(pick), ["card", "paper"].map(pick),
                ["create", "drop", "alter"].map((name) => [pick(name), pick(`${name}-back`)])]; }"""
    )
    inks, backs, pairs = colours
    for ink, back in [*((ink, back) for ink in inks for back in backs), *pairs]:
        assert contrast(ink, back) >= 4.5, f"{ink} on {back}"


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, 1.4.3."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_twenty_thousand_differences_open_at_once(open_page: Open) -> None:
    items = (made(f"public.table_{number}") for number in range(5000))
    began = time.perf_counter()
    page = open_page(report(*items))
    expect(page.locator("#count")).to_have_text("20,000 differences")
    assert time.perf_counter() - began < 5
    assert page.locator(".row").count() < 1000
    page.get_by_role("searchbox").fill("table_4999 price")
    expect(page.locator("#count")).to_have_text("1 of 20,000 differences")
    page.get_by_role("button", name="Open all").click()
    page.keyboard.press("Escape")
    page.mouse.wheel(0, 100_000)
    expect(page.get_by_text("public.table_350", exact=True)).to_be_attached()


def test_print_shows_every_row_and_no_tools(open_page: Open) -> None:
    page = open_page(report(*(made(f"public.table_{number}") for number in range(500))))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".row").count() == 501
    expect(page.get_by_role("searchbox")).to_be_hidden()


@WIDTHS
@pytest.mark.newest
def test_names_of_a_real_database_stay_names(open_page: Open, pair: Pair, tmp_path: Path, width: int) -> None:
    path = tmp_path / "real.html"
    CliRunner().invoke(cli, ["compare", pair.current, pair.desired, "-o", str(path)], standalone_mode=False)
    page = open_page(path, width)
    page.get_by_role("button", name="Open all").click()
    expect(page.get_by_text("public.<img src=x onerror=alert(1)>", exact=True)).to_be_visible()
    expect(page.get_by_text(HOSTILE, exact=True)).to_be_visible()
    assert page.title() == "Comparison · seachange"
    assert page.evaluate("document.documentElement.scrollWidth") == width


@WIDTHS
@pytest.mark.newest
def test_documents_on_a_run_as_a_page(open_page: Open, pair: Pair, tmp_path: Path, width: int) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(documents(story(pair))["report.html"])
    page = open_page(path, width, scheme="dark" if width == 390 else "light")
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    expect(page.get_by_text("2 steps; waited for a lock 600 ms, 2 times")).to_be_visible()
    expect(page.locator("#count")).to_have_text("40 differences")
    inside = "(one, of) => one.left >= of.left - 1 && one.right <= of.right + 1"
    assert page.evaluate(
        f"""() => {{ const inside = {inside}; return [...document.querySelectorAll('.track i')].every((one) =>
        inside(one.getBoundingClientRect(), one.parentNode.getBoundingClientRect())); }}"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") == width
    expect(page.get_by_role("cell", name="schema seachange_quarantine")).to_be_hidden()
    page.get_by_role("heading", name="Steps", exact=True).click()
    expect(page.get_by_role("cell", name="schema seachange_quarantine")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.title() == "Migration · seachange"


@WIDTHS
def test_charts_are_read_without_script_and_without_eyes(browser: Browser, tmp_path: Path, width: int) -> None:
    path = tmp_path / "report.html"
    path.write_text(html(Report("T", "V", good=True, sections=(TIMELINE, BARS))))
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(path.as_uri())
    told = page.locator("#main").aria_snapshot()
    context.close()
    for words in ("2 steps; waited for a lock 1.5 s, 2 times", "9.8 s", "before 50 MB after 200 MB"):
        assert words in told


def test_a_tree_without_figures_by_verb_is_shown(open_page: Open) -> None:
    page = open_page(msgspec.structs.replace(SMALL, figures=()))
    expect(page.locator("#count")).to_have_text("9 differences")
