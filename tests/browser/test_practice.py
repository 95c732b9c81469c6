"""Practice and checks in a real browser: feedback on the two ends of the scale, and what ends a practice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from surveys.models import Answer, Assignment
from tests.browser.conftest import Site, enlarge
from tests.browser.participant import join, receipt_code, saved
from tests.browser.test_every_page import check
from tests.surveys import factories

pytestmark = pytest.mark.browser


def publish(site: Site, **checks) -> Site:
    study = factories.make_study("with-checks", originals=3, methods=2, area_px=40_000)
    enlarge(study)
    return Site(site.server, *factories.make_published_survey(study, raters=1, checks=checks))


def choose(page: Page, value: int) -> None:
    page.locator(f'input[name="satisfaction"][value="{value}"]').click()


def at(page: Page, words: str) -> None:
    expect(page.locator("#progress")).to_have_text(words)
    expect(page.locator("#scale")).to_be_enabled()


def test_practice_says_at_once_what_was_meant_and_goes_on_when_it_is_understood(browser, axe, site):
    context = browser.new_context(viewport={"width": 375, "height": 667}, color_scheme="dark")
    page = context.new_page()
    with_checks = publish(site, training=True, attention=["instructed"])
    join(page, with_checks.join_url())
    at(page, "Practice 1 of 2")
    choose(page, 5)
    expect(page.locator("#practice")).to_contain_text("one and the same picture. Choose 10, “identical”")
    expect(page.locator("#next")).to_be_disabled()
    check(page, axe, 375)
    page.keyboard.press("Enter")
    at(page, "Practice 1 of 2")
    choose(page, 10)
    expect(page.locator("#practice")).to_contain_text("That’s it")
    page.locator("#next").click()
    at(page, "Practice 2 of 2")
    expect(page.locator("#practice")).to_have_text("")
    choose(page, 1)
    expect(page.locator("#practice")).to_contain_text("nothing in common")
    page.locator("#next").click()
    told = 0
    for number in range(1, 5):
        at(page, f"{number} of 4")
        instruction = page.locator("#instruction")
        if instruction.is_visible():
            check(page, axe, 375)
            told += 1
        choose(page, 2 if instruction.is_visible() else 6)
        expect(page.locator("#practice")).to_be_hidden()
        saved(page)
        page.locator("#next").click()
    receipt_code(page)
    context.close()
    assert told == 1
    assert Answer.objects.filter(item__kind="training").count() == 3


def test_after_the_last_try_it_goes_on_unless_the_study_says_otherwise(page, site):
    with_checks = publish(site, training=True, training_tries=2)
    join(page, with_checks.join_url())
    at(page, "Practice 1 of 2")
    choose(page, 5)
    expect(page.locator("#next")).to_be_disabled()
    choose(page, 6)
    expect(page.locator("#next")).to_be_enabled()
    page.locator("#next").click()
    at(page, "Practice 2 of 2")


def test_pressing_on_with_the_same_answer_is_no_other_try(page, site):
    with_checks = publish(site, training=True, training_tries=2)
    join(page, with_checks.join_url())
    at(page, "Practice 1 of 2")
    choose(page, 5)
    saved(page)
    for _ in range(3):
        page.keyboard.press("Enter")
        choose(page, 5)
    at(page, "Practice 1 of 2")
    expect(page.locator("#next")).to_be_disabled()


def test_where_the_study_says_so_practice_that_is_not_understood_ends_it_in_kind_words(page, axe, site):
    with_checks = publish(site, training=True, training_tries=2, training_failed="screen_out")
    join(page, with_checks.join_url())
    at(page, "Practice 1 of 2")
    choose(page, 5)
    saved(page)
    choose(page, 6)
    expect(page.get_by_role("heading", name="Thank you for trying")).to_be_visible()
    check(page, axe, 1280)
    assert Assignment.objects.get().state == "screened_out"


def test_on_a_phone_feedback_is_in_view_beside_the_scale(browser, site):
    with_checks = publish(site, training=True)
    context = browser.new_context(viewport={"width": 375, "height": 667}, has_touch=True, is_mobile=True)
    page = context.new_page()
    join(page, with_checks.join_url())
    at(page, "Practice 1 of 2")
    page.locator('label:has(input[value="4"])').tap()
    expect(page.locator("#practice")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
