"""What a participant does with the page."""

from __future__ import annotations

import re
from collections.abc import Iterable

from playwright.sync_api import Page, expect


def join(page: Page, url: str) -> None:
    """Open an invitation, agree and come to the first pair."""
    page.goto(url)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start").click()
    wait_for_pictures(page)


def wait_for_pictures(page: Page) -> None:
    """Wait until the scale can be used."""
    expect(page.locator("#scale input").first).to_be_enabled()


def at_item(page: Page, number: int) -> None:
    """Wait until the page shows this item's pictures."""
    expect(page.locator("#progress")).to_have_text(re.compile(rf"^{number} of \d+$"))
    wait_for_pictures(page)


def choose(page: Page, value: int) -> None:
    """Choose a number by mouse and wait until the page calls it saved."""
    step(page, value).click()
    saved(page)


def step(page: Page, value: int):
    """Return a number's radio button."""
    return page.locator(f'#scale input[value="{value}"]')


def saved(page: Page) -> None:
    """Wait until the page says that everything is saved."""
    expect(page.locator("#saved")).to_have_text("Saved")


def rate_all(page: Page, values: Iterable[int], first: int = 1) -> None:
    """Rate pair after pair by mouse, the last with Finish."""
    for number, value in enumerate(values, first):
        at_item(page, number)
        choose(page, value)
        page.locator("#next").click()


def receipt_code(page: Page) -> str:
    """Wait for the last page and return its receipt code."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you!")
    return page.locator("output").inner_text()
