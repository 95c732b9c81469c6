"""Reloads, killed browsers, blocked cookies, lost connections and dead servers: what was chosen arrives, once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import pytest
from playwright.sync_api import APIResponse, expect

from surveys.models import Answer
from tests.browser import participant
from tests.conftest import CHROMIUM_FLAGS
from tests.servers import free_port

pytestmark = [pytest.mark.browser, pytest.mark.everywhere]


@pytest.fixture
def mortal(browser, chromium_path, tmp_path):
    """Start a Chromium of its own that a test may kill; yields (process, page)."""
    port = free_port()
    flags = [*CHROMIUM_FLAGS, "--headless=new", f"--remote-debugging-port={port}", f"--user-data-dir={tmp_path / 'p'}"]
    process = subprocess.Popen([chromium_path, *flags], start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        connected = _connect(browser, port)
        yield process, connected.contexts[0].new_page()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _connect(browser, port, seconds=120):
    end = time.monotonic() + seconds
    while True:
        try:
            return browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}")
        except Exception:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def rate_until(page, last):
    for number in range(1, last + 1):
        participant.at_item(page, number)
        participant.choose(page, number)
        if number < last:
            page.locator("#next").click()


def test_a_reload_goes_on_where_it_was(page, site):
    participant.join(page, site.join_url())
    rate_until(page, 3)
    page.reload()
    participant.at_item(page, 4)
    assert site.values() == [1, 2, 3]


def test_chromium_killed_at_item_7_and_the_same_link_in_a_new_profile_shows_item_8(mortal, page, site):
    process, doomed = mortal
    participant.join(doomed, site.join_url())
    rate_until(doomed, 7)
    os.killpg(process.pid, signal.SIGKILL)
    page.goto(site.join_url())
    participant.at_item(page, 8)
    assert site.values() == [1, 2, 3, 4, 5, 6, 7]
    page.locator("#back").click()
    participant.at_item(page, 7)
    expect(participant.step(page, 7)).to_be_checked()


def test_with_all_cookies_blocked(browser, chromium_path, site, tmp_path):
    preferences = tmp_path / "profile" / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(json.dumps({"profile": {"default_content_setting_values": {"cookies": 2}}}))
    context = browser.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium_path, args=CHROMIUM_FLAGS
    )
    page = context.pages[0]
    participant.join(page, site.join_url())
    assert page.evaluate("(() => { try { return sessionStorage.length } catch { return 'blocked' } })()") == "blocked"
    participant.rate_all(page, range(1, 10))
    assert participant.receipt_code(page)
    assert site.values() == list(range(1, 10))
    context.close()


def test_offline_for_a_while_it_says_so_keeps_the_answers_and_sends_them_when_it_is_back(page, site):
    participant.join(page, site.join_url())
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    participant.step(page, 4).click()
    expect(page.locator("#trouble")).to_contain_text("can't reach the server")
    expect(page.locator("#saved")).to_have_text("Not saved yet")
    page.locator("#next").click()
    participant.at_item(page, 2)
    participant.step(page, 6).click()
    assert site.values() == []
    page.context.set_offline(False)
    participant.saved(page)
    expect(page.locator("#trouble")).to_be_hidden()
    assert site.values() == [4, 6]


def test_an_answer_chosen_while_the_server_was_dead_is_saved_when_it_lives_again(page, site):
    participant.join(page, site.join_url())
    site.server.kill()
    participant.step(page, 9).click()
    expect(page.locator("#saved")).to_have_text("Not saved yet")
    site.server.start()
    participant.saved(page)
    assert site.values() == [9]


def test_an_answer_that_waits_survives_a_reload_of_the_page(page, site):
    participant.join(page, site.join_url())
    page.route("**/answers/", lambda route: route.abort())
    participant.step(page, 2).click()
    expect(page.locator("#saved")).to_have_text("Not saved yet")
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/answers/")
    page.reload()
    participant.at_item(page, 2)
    participant.choose(page, 5)
    assert site.values() == [2, 5]


def test_a_page_that_was_made_before_the_receipt_came_still_knows_the_answer(page, site):
    participant.join(page, site.join_url())
    stale = page.request.get(page.url).text()
    participant.choose(page, 2)
    headers = {"content-type": "text/html; charset=utf-8"}
    page.route("**/take/*/", lambda route: route.fulfill(body=stale, headers=headers))
    page.reload()
    participant.at_item(page, 2)
    participant.choose(page, 5)
    assert site.values() == [2, 5]


def test_an_answer_whose_receipt_was_lost_is_not_stored_twice(page, site):
    participant.join(page, site.join_url())
    lost: list[APIResponse] = []

    def lose_the_first_receipt(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort()

    page.route("**/answers/", lose_the_first_receipt)
    participant.choose(page, 7)
    assert lost[0].ok
    assert Answer.objects.count() == 1


def test_a_refused_answer_is_explained_and_can_be_chosen_again(page, site):
    participant.join(page, site.join_url())
    participant.choose(page, 3)
    page.locator("#next").click()
    participant.at_item(page, 2)
    refusal = {"status": 403, "json": {"error": "A gateway says no."}}
    page.route("**/answers/", lambda route: route.fulfill(**refusal))
    participant.step(page, 7).click()
    expect(page.locator("#trouble")).to_have_text("A gateway says no.")
    expect(page.locator("#saved")).to_have_text("Choose a number")
    expect(participant.step(page, 7)).not_to_be_checked()
    expect(page.locator("#next")).to_be_disabled()
    page.locator("#back").click()
    participant.at_item(page, 1)
    participant.step(page, 9).click()
    expect(participant.step(page, 3)).to_be_checked()
    expect(page.locator("#saved")).to_have_text("Saved")
    page.unroute("**/answers/")
    page.locator("#next").click()
    participant.at_item(page, 2)
    participant.choose(page, 7)
    for number in range(3, 10):
        page.locator("#next").click()
        participant.at_item(page, number)
        participant.choose(page, number)
    page.locator("#next").click()
    assert participant.receipt_code(page)
    assert site.values() == [3, 7, 3, 4, 5, 6, 7, 8, 9]


def test_an_answer_refused_while_finishing_keeps_the_page_open_until_it_is_chosen_again(page, site):
    participant.join(page, site.join_url())
    rate_until(page, 8)
    page.locator("#next").click()
    participant.at_item(page, 9)
    held = []
    page.route("**/answers/", lambda route: held.append(route))
    with page.expect_request("**/answers/"):
        participant.step(page, 5).click()
    page.locator("#next").click()
    expect(page.locator("#saved")).to_have_text("Sending…")
    held[0].fulfill(status=403, json={"error": "A gateway says no."})
    page.unroute("**/answers/")
    expect(page.locator("#saved")).to_have_text("Choose a number")
    participant.choose(page, 5)
    page.locator("#next").click()
    assert participant.receipt_code(page)
    assert site.values() == [1, 2, 3, 4, 5, 6, 7, 8, 5]


def test_a_banner_that_is_no_refusal_does_not_stop_finishing(page, site):
    gone = {"status": 409, "json": {"error": "A heartbeat says no."}}
    page.route("**/heartbeat/", lambda route: route.fulfill(**gone))
    participant.join(page, site.join_url())
    rate_until(page, 8)
    page.locator("#next").click()
    participant.at_item(page, 9)
    participant.choose(page, 9)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#trouble")).to_have_text("A heartbeat says no.")
    page.locator("#next").click()
    assert participant.receipt_code(page)


def test_answers_that_wait_are_found_by_the_invitation_link_too(page, site):
    participant.join(page, site.join_url())
    page.route("**/answers/", lambda route: route.abort())
    participant.step(page, 2).click()
    expect(page.locator("#saved")).to_have_text("Not saved yet")
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/answers/")
    time.sleep(1.1)  # the link's time stamp has whole seconds
    page.goto(site.join_url())
    participant.at_item(page, 2)
    participant.choose(page, 5)
    assert site.values() == [2, 5]


def test_on_a_scale_from_zero_the_key_0_means_0(page, site):
    def from_zero(route):
        reply = route.fetch()
        route.fulfill(response=reply, body=reply.text().replace('"min": 1', '"min": 0'))

    participant.join(page, site.join_url())
    page.route("**/take/*/", from_zero)
    page.reload()
    participant.wait_for_pictures(page)
    sent: list[int] = []

    def note_value(route):
        sent.append(route.request.post_data_json["value"])
        route.abort()

    page.route("**/answers/", note_value)
    page.keyboard.press("0")
    expect(page.locator("#saved")).to_have_text("Not saved yet")
    assert sent[0] == 0
