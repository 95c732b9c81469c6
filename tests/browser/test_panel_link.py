"""By a panel's link from its own page to its own page: ids in, the code out, on a computer and a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from surveys.models import Assignment, PanelPerson
from surveys.panels.generic import read_file
from surveys.services import publishing
from tests.browser import participant
from tests.browser.test_every_page import check
from tests.surveys.test_panel_links import ANN, FILE

pytestmark = pytest.mark.browser
RATINGS = [7, 1, 10, 4, 9, 2, 8, 3, 6]


@pytest.mark.parametrize("width", [375, 1280])
def test_from_the_panel_and_back_to_it(browser, site, axe, width):
    published = publishing.publish(survey=site.survey, link="panel", panel=read_file(FILE))
    address = f"{site.url}/join/{published.keys[0]}/"
    came = address + "?" + "&".join(f"{name}={value}" for name, value in ANN.items())
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("This address does not say who you are")
    check(page, axe, width)
    page.goto(came)
    expect(page.get_by_text("put on the address")).to_be_visible()
    participant.join(page, came)
    participant.rate_all(page, RATINGS[:4])
    page.goto("about:blank")
    page.goto(came)
    participant.rate_all(page, RATINGS[4:], first=5)
    expect(page.get_by_role("heading", name="One more step: tell “prolific”")).to_be_visible()
    expect(page.locator("#completion-code")).to_have_text("C0MPL3TE")
    check(page, axe, width)
    page.route("https://app.prolific.com/**", lambda route: route.fulfill(body="ok"))
    page.get_by_role("link", name="Go back to where you came from").click()
    page.wait_for_url("https://app.prolific.com/submissions/complete?cc=C0MPL3TE")
    context.close()
    assert Assignment.objects.get().state == "submitted"
    assert PanelPerson.objects.get().person == ANN["PROLIFIC_PID"]
    log = site.server.log.read_text("utf-8")
    assert "GET /join/…/?…" in log
    assert not any(value in log for name, value in ANN.items() if name != "STUDY_ID")
