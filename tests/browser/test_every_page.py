"""Every page that visitors and participants come to: axe finds nothing, and nothing scrolls sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from surveys.models import Answer
from tests.browser import participant
from tests.conftest import CHROMIUM_FLAGS

pytestmark = pytest.mark.browser


@pytest.fixture
def visitor(browser, width):
    context = browser.new_context(viewport={"width": width, "height": 720})
    yield context.new_page()
    context.close()


def check(page, axe, width):
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    assert page.locator("[style]:not(.side, .box img, #practice)").count() == 0


@pytest.mark.parametrize("width", [375, 1280])
def test_participants_pages_are_accessible(visitor, site, axe, width):
    page = visitor
    page.goto(site.join_url())
    check(page, axe, width)
    participant.join(page, site.join_url())
    check(page, axe, width)
    for name in ("notes", "upset"):
        page.locator(f'[data-opens="{name}"]').click()
        expect(page.locator(f"dialog#{name}")).to_be_visible()
        check(page, axe, width)
        page.keyboard.press("Escape")
    participant.choose(page, 4)
    check(page, axe, width)
    page.get_by_role("link", name="Leave").click()
    check(page, axe, width)
    page.get_by_role("link", name="Go on with the pictures").click()
    for number in range(2, 10):
        participant.at_item(page, number)
        participant.choose(page, 5)
        page.locator("#next").click()
    participant.receipt_code(page)
    check(page, axe, width)
    for path in ("/join/unknown/", "/take/forged/", "/nothing-here/"):
        page.goto(site.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        check(page, axe, width)


@pytest.mark.parametrize("width", [375, 1280])
def test_trying_five_pairs_stores_nothing_and_ends_with_ones_own_dots(visitor, site, axe, width):
    page = visitor
    page.goto(site.url)
    check(page, axe, width)
    page.get_by_role("link", name="Try it").click()
    for number in range(1, 6):
        participant.at_item(page, number)
        if number == 1:
            check(page, axe, width)
        participant.step(page, number * 2).click()
        expect(page.locator("#saved")).to_have_text("Noted on this page")
        page.locator("#next").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    assert page.locator("tbody strong").all_inner_texts() == ["2", "4", "6", "8", "10"]
    check(page, axe, width)
    assert not Answer.objects.exists()
    page.get_by_role("link", name="Five more").click()
    participant.at_item(page, 1)


def test_without_javascript_the_page_says_what_is_needed(browser, chromium_path, site):
    flags = [*CHROMIUM_FLAGS, "--blink-settings=scriptEnabled=false"]
    scriptless = browser.browser_type.launch(executable_path=chromium_path, args=flags)
    page = scriptless.new_page(java_script_enabled=False)
    page.goto(site.join_url())
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/take/**", wait_until="load")
    assert "This page needs JavaScript" in page.content()
    box = page.locator("noscript .note").bounding_box()
    assert box
    assert box["height"] > 40
    expect(page.locator("#rating")).to_be_hidden()
    scriptless.close()
