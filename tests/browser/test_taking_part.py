"""From the link to the receipt code, by mouse, by keys alone and by touch."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from surveys.models import Answer, Assignment
from tests.browser import participant

pytestmark = [pytest.mark.browser, pytest.mark.everywhere]
RATINGS = [7, 1, 10, 4, 9, 2, 8, 3, 6]


@pytest.fixture
def phone(browser):
    context = browser.new_context(viewport={"width": 375, "height": 667}, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


def test_by_mouse_from_the_link_to_the_receipt_code(page, site):
    participant.join(page, site.join_url())
    participant.rate_all(page, RATINGS)
    assert participant.receipt_code(page) == Assignment.objects.get().receipt_code
    assert site.values() == RATINGS
    assert set(Answer.objects.values_list("layout", flat=True)) == {"side"}
    assert page.context.cookies() == []


def test_by_keys_alone(page, site):
    page.goto(site.join_url())
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.name") != "consent":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for number, value in enumerate(RATINGS, 1):
        participant.at_item(page, number)
        page.keyboard.press(str(value % 10))
        participant.saved(page)
        page.keyboard.press("Enter")
    assert participant.receipt_code(page)
    assert site.values() == RATINGS


def test_arrows_move_along_the_scale_and_save_only_where_they_rest(page, site):
    participant.join(page, site.join_url())
    page.keyboard.press("ArrowRight")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(participant.step(page, 5)).to_be_checked()
    page.keyboard.press("Enter")
    participant.at_item(page, 2)
    expect(page.locator("#saved")).to_have_text("Choose a number")
    assert list(Answer.objects.values_list("value", flat=True)) == [5]


def test_by_touch_on_a_phone(phone, site):
    phone.goto(site.join_url())
    phone.locator("label.check").tap()
    phone.get_by_role("button", name="Start").tap()
    layouts = []
    for number, value in enumerate(RATINGS, 1):
        participant.at_item(phone, number)
        layouts.append(phone.locator("#pair").get_attribute("data-layout"))
        participant.step(phone, value).tap()
        participant.saved(phone)
        phone.locator("#next").tap()
    assert participant.receipt_code(phone)
    assert site.values() == RATINGS
    answers = Answer.objects.order_by("item__position")
    assert list(answers.values_list("layout", flat=True)) == layouts
    answer = answers[0]
    assert 0 < answer.display["scale"] < 1
    assert {"rendered_width", "rendered_height", "dpr", "focus_losses"} <= answer.display.keys()


def test_an_answer_can_be_changed_before_and_after_going_on(page, site):
    participant.join(page, site.join_url())
    participant.choose(page, 3)
    participant.choose(page, 5)
    page.locator("#next").click()
    participant.at_item(page, 2)
    page.locator("#back").click()
    participant.at_item(page, 1)
    expect(participant.step(page, 5)).to_be_checked()
    participant.choose(page, 8)
    assert site.values() == [8]
    assert list(Answer.objects.order_by("revision").values_list("value", flat=True)) == [3, 5, 8]


def test_leaving_is_one_click_and_says_so_kindly(page, site):
    participant.join(page, site.join_url())
    participant.choose(page, 3)
    page.get_by_role("link", name="Leave").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Would you like to stop here?")
    page.get_by_role("link", name="Go on with the pictures").click()
    participant.at_item(page, 2)
    page.get_by_role("link", name="Leave").click()
    page.get_by_role("button", name="Stop for good").click()
    expect(page.locator("#scale")).to_have_count(0)
    assert Assignment.objects.get().state == Assignment.State.RETURNED


def test_without_agreement_nobody_gets_to_the_pictures(page, site):
    page.goto(site.join_url())
    page.get_by_role("button", name="Start").click()
    assert page.get_by_role("checkbox").evaluate("box => box.validity.valueMissing")
    assert not Assignment.objects.exists()
