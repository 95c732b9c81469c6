"""One link in two tabs, on two devices, with a wrong clock, or gone back to: everything lands in the right place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from surveys.models import Answer, Assignment
from tests.browser import participant

pytestmark = [pytest.mark.browser, pytest.mark.everywhere]
BLOCKED = "delete window.BroadcastChannel; Object.defineProperty(window, 'sessionStorage', {get() { throw Error(); }});"


def test_two_tabs_show_the_answer_that_was_saved_last(browser, site):
    context = browser.new_context()
    one, two = context.new_page(), context.new_page()
    participant.join(one, site.join_url())
    two.goto(one.url)
    participant.wait_for_pictures(two)
    participant.choose(one, 3)
    expect(participant.step(two, 3)).to_be_checked()
    expect(two.locator("#trouble")).to_contain_text("in another tab or window")
    participant.choose(two, 8)
    expect(two.locator("#trouble")).to_be_hidden()
    expect(participant.step(one, 8)).to_be_checked()
    expect(one.locator("#next")).to_be_enabled()
    assert site.values() == [8]
    assert Answer.objects.get(current=True).revision == 2
    assert Answer.objects.get(current=True).display["other_tabs"] == 1
    context.close()


def test_without_channels_and_storage_the_later_answer_counts_in_both_tabs(browser, site):
    context = browser.new_context()
    context.add_init_script(BLOCKED)
    one, two = context.new_page(), context.new_page()
    participant.join(one, site.join_url())
    two.goto(one.url)
    participant.wait_for_pictures(two)
    participant.choose(one, 3)
    participant.choose(two, 8)
    assert site.values() == [8]
    one.reload()
    participant.at_item(one, 2)
    one.locator("#back").click()
    participant.at_item(one, 1)
    expect(participant.step(one, 8)).to_be_checked()
    context.close()


def test_a_second_device_goes_on_where_the_first_was_and_the_first_learns_of_the_end(browser, page, site):
    participant.join(page, site.join_url())
    participant.rate_all(page, [5] * 4)
    other = browser.new_context(viewport={"width": 375, "height": 667}, has_touch=True).new_page()
    other.goto(site.join_url())
    participant.at_item(other, 5)
    for number in range(5, 10):
        participant.at_item(other, number)
        participant.choose(other, 6)
        other.locator("#next").click()
    code = participant.receipt_code(other)
    participant.step(page, 2).click()
    expect(page.locator("#trouble")).to_contain_text("This was finished or given back")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert participant.receipt_code(page) == code
    assert site.values() == [5] * 4 + [6] * 5
    assert Assignment.objects.count() == 1
    other.context.close()


def test_the_browsers_back_button_leads_back_to_the_same_place(page, site):
    participant.join(page, site.join_url())
    participant.rate_all(page, [5, 6])
    participant.at_item(page, 3)
    page.go_back()
    page.go_forward()
    participant.at_item(page, 3)
    participant.rate_all(page, [7] * 7, first=3)
    code = participant.receipt_code(page)
    page.go_back()
    assert participant.receipt_code(page) == code
    assert site.values() == [5, 6] + [7] * 7


def test_a_clock_that_is_years_off_changes_nothing(page, site):
    page.add_init_script("const off = 9 * 365 * 864e5, now = Date.now; Date.now = () => now() - off;")
    participant.join(page, site.join_url())
    participant.choose(page, 5)
    answer = Answer.objects.get()
    assert timezone.now() - answer.answered_at < timedelta(minutes=5)
    assert answer.seconds is not None
    assert 0 < answer.seconds < 300
    assert answer.display["hidden_ms"] == 0
    assert answer.display["visible_ms"] == pytest.approx(answer.seconds * 1000, abs=2)
