"""Surveys B and C from the invitation to the receipt: by touch, with all cookies blocked, in dark colours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from surveys.models import Answer, Assignment
from tests.browser.conftest import Site
from tests.browser.participant import at_item, receipt_code, saved
from tests.browser.test_every_page import check
from tests.browser.test_several_questions import B, field, kept, publish

pytestmark = pytest.mark.browser
SAID: dict[str, dict[str, Any]] = {
    "b": dict(zip(B, (5, 4, 3, 2, 1), strict=True)),
    "c": {"things": ["boat", "gulls"], "relation": "floats below", "adjectives": ["calm"]},
}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 375, "height": 667}, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


def press(target: Locator, touch: bool) -> None:
    if touch:
        target.tap()
    else:
        target.click()


def begin(page: Page, site: Site, touch: bool) -> None:
    page.goto(site.join_url())
    press(page.locator("label.check"), touch)
    press(page.get_by_role("button", name="Start"), touch)


def answer(page: Page, slug: str, touch: bool) -> None:
    if slug == "b":
        for name, value in SAID["b"].items():
            press(page.locator(f'label:has(input[name="{name}"][value="{value}"])'), touch)
    else:
        press(field(page), touch)
        field(page).fill("boat, gulls")
        field(page).press("Enter")
        page.get_by_role("textbox", name="What do the first two have to do with each other?").fill("floats below")
        press(page.locator("label", has_text="Calm"), touch)
    saved(page)


def take_part(page: Page, slug: str, site: Site, touch: bool, items: int) -> None:
    begin(page, site, touch)
    for number in range(1, items + 1):
        at_item(page, number)
        answer(page, slug, touch)
        press(page.locator("#next"), touch)
    assert receipt_code(page) == Assignment.objects.get().receipt_code
    assert kept() == [SAID[slug]] * items


@pytest.mark.parametrize("slug", SAID)
def test_by_touch_on_a_phone(phone, site, slug):
    take_part(phone, slug, publish(site, slug, originals=2), touch=True, items=2)


@pytest.mark.parametrize("slug", SAID)
def test_with_all_cookies_blocked(cookieless, site, slug):
    take_part(cookieless, slug, publish(site, slug, originals=1), touch=False, items=1)
    blocked = "(() => { try { return sessionStorage.length } catch { return 'blocked' } })()"
    assert cookieless.evaluate(blocked) == "blocked"


@pytest.mark.parametrize(("slug", "width"), [("b", 375), ("c", 1280)])
def test_in_dark_colours_axe_finds_nothing_on_the_way(browser, axe, site, slug, width):
    own = publish(site, slug, originals=1)
    context = browser.new_context(viewport={"width": width, "height": 720}, color_scheme="dark")
    page = context.new_page()
    begin(page, own, touch=False)
    at_item(page, 1)
    check(page, axe, width)
    answer(page, slug, touch=False)
    check(page, axe, width)
    page.get_by_role("link", name="Leave").click()
    check(page, axe, width)
    page.get_by_role("button", name="Stop for good").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Would you like to stop here?")
    check(page, axe, width)
    context.close()
    assert Answer.objects.filter(current=True).count() == len(SAID[slug])
