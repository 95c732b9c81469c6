"""kill -9 of Chromium at moments drawn from a printed seed: what the page called saved is there, once."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import threading
import time

import pytest
from playwright.sync_api import Error, expect

from tests.browser import participant
from tests.conftest import CHROMIUM_FLAGS
from tests.servers import free_port

pytestmark = pytest.mark.browser
KILLS = 4


def connect(browser, port, seconds=120):
    end = time.monotonic() + seconds
    while True:
        try:
            return browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}")
        except Error:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def rate_on(page, url, chance, saved):
    """Go on by the link and note each answer that the page calls saved, until the browser is gone or all is done."""
    page.goto(url)
    if page.get_by_role("checkbox").count():
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="Start").click()
    participant.wait_for_pictures(page)
    while True:
        shown = page.locator("#progress").inner_text()
        number, of = (int(part) for part in re.findall(r"\d+", shown)[:2])
        value = chance.randint(1, 10)
        participant.choose(page, value)
        saved[number] = value
        if number == of:
            return
        page.locator("#next").click()
        participant.at_item(page, number + 1)


def test_what_was_called_saved_survives_kills_of_the_browser(browser, chromium_path, page, site, tmp_path, note):
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
    note(f"KILL_SEED={seed}")
    chance = random.Random(seed)
    saved: dict[int, int] = {}
    expect.set_options(timeout=20_000)
    for kill in range(KILLS):
        port = free_port()
        profile = f"--user-data-dir={tmp_path / str(kill)}"
        flags = [*CHROMIUM_FLAGS, "--headless=new", f"--remote-debugging-port={port}", profile]
        process = subprocess.Popen([chromium_path, *flags], start_new_session=True, stderr=subprocess.DEVNULL)
        death = threading.Timer(chance.uniform(0.5, 4), os.killpg, (process.pid, signal.SIGKILL))
        try:
            opened = connect(browser, port).contexts[0].new_page()
            death.start()
            with contextlib.suppress(Error, AssertionError):  # the browser is gone in the middle of anything
                rate_on(opened, site.join_url(), chance, saved)
            death.join()
        finally:
            death.cancel()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    before = dict(enumerate(site.values(), 1))
    assert {number: before[number] for number in saved} == saved
    rate_on(page, site.join_url(), chance, saved)
    page.locator("#next").click()
    assert participant.receipt_code(page)
    values = site.values()
    assert len(values) == 9
    assert {number: values[number - 1] for number in saved} == saved
    note(
        f"{KILLS} kills of the browser, {len(before)} answers before the last one, all that were called saved are there"
    )
