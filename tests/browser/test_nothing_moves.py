"""Whatever the page says, pictures and scale stay where they are, and no words lie over others."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.participant import at_item, choose, join, saved, step
from tests.browser.test_practice import at
from tests.browser.test_practice import publish as publish_with_checks
from tests.browser.test_several_questions import publish

pytestmark = pytest.mark.browser
WHERE = """() => {
  scrollTo(0, 0);
  return ["#question", "#pair", "#pair img", "#scale", "#next"].flatMap((each) => [...document.querySelectorAll(each)])
    .map((each) => each.getBoundingClientRect()).map(({x, y, width, height}) => [x, y, width, height]);
}"""
BETWEEN = """([one, other]) => {
  const [first, second] = [one, other].map((each) => document.querySelector(each).getBoundingClientRect());
  return second.top - first.bottom;
}"""


def where(page: Page) -> list[float]:
    """Return the rectangles of what has to stay, read when nothing moves any more."""
    page.wait_for_timeout(150)
    found = [edge for rectangle in page.evaluate(WHERE) for edge in rectangle]
    assert len(found) >= 4 * 5
    return found


@pytest.mark.parametrize("size", [(375, 667), (1280, 720)])
def test_feedback_notes_and_saving_move_nothing(page, site, size):
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    join(page, publish_with_checks(site, training=True).join_url())
    at(page, "Practice 1 of 2")
    before = pytest.approx(where(page), abs=1)
    for value in (5, 10):
        choose(page, value)
        assert page.locator("#practice").inner_text()
        assert where(page) == before
    page.locator("#next").click()
    at(page, "Practice 2 of 2")
    choose(page, 1)
    page.locator("#next").click()
    at_item(page, 1)
    page.wait_for_load_state("networkidle")
    before = pytest.approx(where(page), abs=1)
    choose(page, 3)
    assert where(page) == before
    page.context.set_offline(True)
    step(page, 6).click()
    note = page.locator("#trouble-note")
    expect(note).to_be_visible()
    assert where(page) == before
    page.get_by_role("button", name="All right").click()
    expect(note).to_be_hidden()
    assert where(page) == before
    page.context.set_offline(False)
    saved(page)
    assert where(page) == before


@pytest.mark.parametrize(("slug", "width"), [("b", 375), ("c", 1280)])
def test_notes_move_nothing_where_several_questions_stand_together(page, site, slug, width):
    page.set_viewport_size({"width": width, "height": 720})
    join(page, publish(site, slug).join_url())
    at_item(page, 1)
    page.wait_for_load_state("networkidle")
    before = pytest.approx(where(page), abs=1)
    page.context.set_offline(True)
    if slug == "b":
        page.locator(".scale-row label").first.click()
    else:
        page.get_by_role("checkbox", name="Grand").check()
    expect(page.locator("#trouble-note")).to_be_visible()
    assert where(page) == before
    page.context.set_offline(False)
    expect(page.locator("#trouble-note")).to_be_hidden()
    assert where(page) == before


@pytest.mark.parametrize("slug", ["a", "b"])
def test_at_twice_the_letters_the_way_past_a_missing_picture_lies_over_no_other_words(page, site, slug):
    where_to = site if slug == "a" else publish(site, slug)
    page.set_viewport_size({"width": 375, "height": 667})
    page.route("**/pictures/**", lambda route: route.abort())
    page.goto(where_to.join_url())
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start").click()
    skip = page.get_by_role("button", name="Skip this pair")
    expect(skip).to_be_visible(timeout=20_000)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.wait_for_timeout(150)
    assert page.evaluate(BETWEEN, ["#question", "#failed p"]) >= 0
    assert page.evaluate(BETWEEN, ["#failed", "#rating"]) >= 0
    assert page.evaluate(BETWEEN, ["#failed p", "#failed .pair-choices"]) >= 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    skip.click()


def test_a_skip_that_was_saved_is_called_saved(page, site):
    join(page, site.join_url())
    held = []
    page.route("**/answers/", lambda route: held.append(route))
    page.get_by_role("button", name="These pictures upset me").click()
    page.get_by_role("button", name="Skip it").click()
    at_item(page, 2)
    page.locator("#back").click()
    expect(page.get_by_text("You skipped this one. That is fine.")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Saving…")
    held.pop().continue_()
    saved(page)
