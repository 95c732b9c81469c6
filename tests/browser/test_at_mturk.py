"""A worker at Mechanical Turk: looks, accepts, takes part and hands in inside its frame, with and without cookies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from surveys.models import Assignment, PanelPerson
from surveys.services import paying, reconciling
from tests.browser.conftest import enlarge
from tests.servers import Server
from tests.surveys.panels.conftest import make_survey, mturk, mturk_server, panel, publish

__all__ = ["mturk", "mturk_server", "panel"]
pytestmark = pytest.mark.browser


def accept(page: Page, site: str, worker: str) -> FrameLocator:
    """Look at the first task, see that it can't be started, and accept it."""
    page.goto(f"{site}/worker/?worker={worker}")
    page.get_by_role("link", name="Preview").first.click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("You are only looking.")).to_be_visible()
    expect(frame.get_by_role("button", name="Start")).to_have_count(0)
    expect(frame.locator(".example img").first).to_be_visible()
    page.get_by_role("button", name="Accept").click()
    return page.frame_locator("iframe")


def answer(frame: FrameLocator, items: int) -> None:
    frame.get_by_role("checkbox").check()
    frame.get_by_role("button", name="Start").click()
    for number in range(1, items + 1):
        expect(frame.locator("#progress")).to_have_text(f"{number} of {items}")
        radio = frame.locator('input[name="satisfaction"][value="7"]')
        expect(radio).to_be_enabled()
        radio.click()
        expect(frame.locator("#saved")).to_have_text("Saved")
        frame.locator("#next").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Thank you!")


def test_from_the_preview_to_the_pay_inside_the_frame(
    page: Page, cookieless: Page, database_url, settings, tmp_path, mturk, panel
):
    survey = make_survey(raters=5)
    enlarge(survey.study)
    log = tmp_path / "access.log"
    # Another site than the worker site's, so that cookies of ours would be a third party's
    origin = mturk.url.replace("127.0.0.1", "localhost")
    more = {"FRAMED_BY": f"{mturk.url},{origin}", "MTURK_WORKER_SITES": origin}
    with Server(database_url, settings.MEDIA_ROOT, log, **more) as server:
        settings.SITE_URL = server.url
        settings.FRAMED_BY = [mturk.url, origin]
        settings.MTURK_WORKER_SITES = [origin]
        recruitment = publish(survey, panel)
        assert not Assignment.objects.exists()
        for worker, tab in (("A1PLAIN", page), ("A2COOKIELESS", cookieless)):
            frame = accept(tab, origin, worker)
            assert not PanelPerson.objects.filter(person=worker).exists(), "looking writes nothing"
            answer(frame, 2)
            tab.reload()
            expect(frame.get_by_role("heading", level=1)).to_have_text("Thank you!")
            frame.get_by_role("button", name="Hand in").click()
            expect(frame.get_by_role("heading", name="Submitted")).to_be_visible()
        for tab in (page, cookieless):
            tab.goto("about:blank")
    reconciling.sync(recruitment=recruitment, panel=panel)
    assert paying.approve(recruitment=recruitment, panel=panel).done == 2
    assert mturk.world.paid == Decimal("1.50")
    text = log.read_text()
    assert "/take/" in text
    assert "A1PLAIN" not in text
    assert "A2COOKIELESS" not in text
