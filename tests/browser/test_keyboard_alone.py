"""Surveys A, B and C from invitation to receipt by Tab, arrows and Enter alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from surveys.models import Answer, Assignment
from tests.browser.conftest import Site, enlarge
from tests.browser.participant import at_item, receipt_code, saved
from tests.browser.test_practice import publish as publish_with_checks
from tests.browser.test_several_questions import B
from tests.surveys import factories

pytestmark = pytest.mark.browser
MOST_TABS = 40


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something that fits has the focus."""
    for _ in range(MOST_TABS):
        if page.evaluate("selector => !!document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{MOST_TABS} times Tab and nothing like {selector} has the focus")


def begin(page: Page, site: Site) -> None:
    page.goto(site.join_url())
    tab_to(page, "input[name=consent]")
    page.keyboard.press("Enter")
    assert page.locator("input[name=consent]").is_checked()
    tab_to(page, "form button")
    page.keyboard.press("Enter")


def choose(page: Page, question: str, value: int) -> None:
    """Go to a scale and along it with the arrows."""
    tab_to(page, f'input[name="{question}"]')
    chosen = f"""document.querySelector('input[name="{question}"]:checked')?.value ?? null"""
    for _ in range(20):
        now = page.evaluate(chosen)
        if now == str(value):
            return
        page.keyboard.press("ArrowLeft" if now and int(now) > value else "ArrowRight")
    pytest.fail(f"the arrows never came to {value}")


def go_on(page: Page) -> None:
    saved(page)
    page.keyboard.press("Enter")


def test_survey_a_with_practice_and_an_instructed_answer(page, site):
    begin(page, publish_with_checks(site, training=True, attention=["instructed"]))
    for number, (wrong, right) in enumerate(((4, 10), (9, 1)), 1):
        expect(page.locator("#progress")).to_have_text(f"Practice {number} of 2")
        expect(page.locator("#scale")).to_be_enabled()
        choose(page, "satisfaction", wrong)
        choose(page, "satisfaction", right)
        expect(page.locator("#practice")).to_contain_text("That’s it")
        go_on(page)
    told = 0
    for number in range(1, 5):
        at_item(page, number)
        instructed = page.locator("#instruction").is_visible()
        told += instructed
        choose(page, "satisfaction", 2 if instructed else 6)
        go_on(page)
    assert receipt_code(page) == Assignment.objects.get().receipt_code
    assert told == 1
    study = Answer.objects.filter(current=True, item__kind="study").order_by("item__position")
    assert list(study.values_list("value", flat=True)) == [6, 6, 6]


def test_survey_b_with_a_pair_that_has_nothing_in_common(page, site):
    study = factories.make_study("by-keyboard", originals=1, methods=1, area_px=40_000)
    enlarge(study)
    own = factories.make_published_survey(study, slug="b", raters=1, checks={"attention": ["unrelated"]})
    begin(page, Site(site.server, *own))
    for number in (1, 2):
        at_item(page, number)
        for value, name in enumerate(B, 1):
            choose(page, name, value)
        go_on(page)
    assert receipt_code(page) == Assignment.objects.get().receipt_code
    kept = Answer.objects.filter(current=True).values_list("item__kind", "question", "value")
    assert set(kept) == {(kind, name, value) for kind in ("study", "attention") for value, name in enumerate(B, 1)}


def test_survey_c_with_two_things_and_with_one_only(page, site):
    study = factories.make_study("in-words", originals=2, methods=1, area_px=40_000)
    enlarge(study)
    begin(page, Site(site.server, *factories.make_published_survey(study, slug="c", raters=1)))
    for number, things in enumerate((("boat", "gulls"), ("house",)), 1):
        at_item(page, number)
        tab_to(page, ".question input[type=text]:not(:read-only)")
        for thing in things:
            page.keyboard.type(thing)
            page.keyboard.press("Enter")
        if len(things) == 2:
            tab_to(page, ".question:nth-of-type(2) input[type=text]")
            page.keyboard.type("fly above it")
        for word in ("calm", "lonely"):
            tab_to(page, f"input[type=checkbox][value={word}]")
            page.keyboard.press("Enter")
        go_on(page)
    assert receipt_code(page) == Assignment.objects.get().receipt_code
    kept = (
        Answer.objects.filter(current=True).order_by("item__position", "pk").values_list("question", "value", "skipped")
    )
    assert sorted(kept, key=str) == sorted(
        [
            ("things", ["boat", "gulls"], False),
            ("relation", "fly above it", False),
            ("adjectives", ["calm", "lonely"], False),
            ("things", ["house"], False),
            ("relation", None, True),
            ("adjectives", ["calm", "lonely"], False),
        ],
        key=str,
    )
