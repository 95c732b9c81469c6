"""Pages in long German words and from right to left, on a phone, with letters of twice the size."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from surveys.instruments import loader
from surveys.services import studies
from tests.browser.conftest import Site, enlarge
from tests.browser.test_every_page import check
from tests.surveys import factories

pytestmark = pytest.mark.browser
LARGER = "document.documentElement.style.fontSize = '200%'"
ARABIC = {"title": "ما الذي تقوله صورتان؟", "language": "ar"}


def publish(site: Site, slug: str, **changed: str) -> Site:
    """Publish a survey in German, or with what is changed of it."""
    content = loader.load(f"survey_{slug}_de", loader.SHIPPED).content() | changed
    study = factories.make_study("in-words", originals=2, methods=3)
    enlarge(study)
    instrument = studies.store_instrument(loader.Instrument.model_validate(content))
    return Site(site.server, *factories.make_published_survey(study, slug=slug, instrument=instrument))


def begin(page) -> None:
    """Agree, and wait for the first pictures; buttons are not found by name, which no language shares."""
    page.get_by_role("checkbox").check()
    page.locator("button[type=submit]").click()
    expect(page.locator("#scale")).to_be_enabled()
    expect(page.locator("#question")).to_have_text(re.compile(r"[^\s\xa0]"))


@pytest.mark.parametrize(("slug", "changed"), [("a", {}), ("b", {}), ("c", {}), ("a", ARABIC)])
def test_pages_in_other_languages_fit_a_phone(browser, axe, site, slug, changed):
    own = publish(site, slug, **changed)
    context = browser.new_context(viewport={"width": 375, "height": 667})
    page = context.new_page()
    page.goto(own.join_url())
    check(page, axe, 375)
    begin(page)
    check(page, axe, 375)
    boxes = [page.locator(".scale-row label").nth(n).bounding_box() for n in (0, 1)] if slug == "a" else []
    if boxes:
        assert boxes[0]["x"] < boxes[1]["x"]
    page.evaluate(LARGER)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.goto(page.url + "leave/")
    check(page, axe, 375)
    context.close()


def across(page, selector: str) -> list[float]:
    """Return where the middles of some elements are, from the left."""
    boxes = (each.bounding_box() for each in page.locator(selector).all())
    return [box["x"] + box["width"] / 2 for box in boxes]


def test_what_the_numbers_mean_stands_under_them_from_right_to_left(browser, axe, site):
    own = publish(site, "b", **ARABIC)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(own.join_url())
    begin(page)
    check(page, axe, 1280)
    meanings = page.locator(".meanings").first.locator("li")
    assert meanings.locator("b").all_inner_texts() == ["1", "3", "5"]
    numbers, meant = (across(page, f".question:first-of-type {each}") for each in (".scale-row label", ".meanings li"))
    nearest = [min((abs(number - x), n) for n, number in enumerate(numbers, 1))[1] for x in meant]
    assert (nearest[0] <= 2, nearest[1], nearest[2] >= 4) == (True, 3, True)
    context.close()


@pytest.mark.parametrize("slug", ["a", "b", "c"])
def test_words_of_twice_the_size_are_not_broken_into_letters(browser, site, slug):
    context = browser.new_context(viewport={"width": 375, "height": 667})
    page = context.new_page()
    page.goto(publish(site, slug).join_url())
    begin(page)
    page.evaluate(LARGER)
    sizes = {each: page.locator(each).first.bounding_box() for each in ("#saved", "#rating", ".adding input, .anchors")}
    assert sizes["#saved"]["width"] > 250
    assert sizes["#saved"]["height"] < 150
    assert sizes[".adding input, .anchors"]["width"] > 250
    right = sizes["#rating"]["x"] + sizes["#rating"]["width"]
    for button in page.locator("#rating button:visible").all():
        box = button.bounding_box()
        assert box["x"] + box["width"] <= right + 1
    if slug == "a":
        last = page.locator(".anchors span").last
        assert last.evaluate(
            "e => e.getClientRects().length && e.offsetHeight < 2 * parseFloat(getComputedStyle(e).lineHeight)"
        )
    context.close()
