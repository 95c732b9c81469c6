"""Participants' pages in a real browser: nothing inline, nothing from elsewhere, and a 503 is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from surveys.models import Answer
from tests.browser import participant
from tests.surveys import factories

pytestmark = pytest.mark.browser
TELL = "addEventListener('securitypolicyviolation', ({violatedDirective: what}) => console.error(`CSP: ${what}`))"


class Watched:
    """A page whose requests, errors and broken rules are written down."""

    def __init__(self, page: Page, site_url: str) -> None:
        self.page = page
        self.host = urlsplit(site_url).netloc
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        self.seen: list[str] = []
        page.add_init_script(TELL)
        page.on("request", self.look)
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def look(self, request) -> None:
        if urlsplit(request.url).netloc not in ("", self.host):
            self.elsewhere.append(request.url)

    def check(self, *, status: int = 200) -> None:
        """Check the page that is open; a page that refuses is itself a console's error, and the only one."""
        found = self.page.evaluate(
            """() => ({
                scripts: [...document.scripts].filter(({src, type}) => !src && type !== "application/json").length,
                styles: document.querySelectorAll("style").length,
                handlers: [...document.querySelectorAll("*")].flatMap((element) => element.getAttributeNames())
                    .filter((name) => name.startsWith("on")),
            })"""
        )
        assert found == {"scripts": 0, "styles": 0, "handlers": []}, self.page.url
        expected = [text for text in self.complaints if status >= 400 and str(status) in text]
        assert self.complaints == expected[:1], self.page.url
        assert self.elsewhere == []
        self.complaints.clear()
        self.seen.append(urlsplit(self.page.url).path.split("/")[1])


@pytest.fixture
def watched(page, site) -> Iterator[Watched]:
    watching = Watched(page, site.url)
    policies = []
    page.on("response", lambda reply: policies.append(reply.headers.get("content-security-policy", "none")))
    yield watching
    own = [policy for policy in policies if "default-src" in policy]
    assert own
    assert not [policy for policy in own if "unsafe" in policy or "*" in policy or "http" in policy]


def test_every_page_of_a_participant_keeps_the_sites_own_rules(watched, site):
    page = watched.page
    page.goto(site.join_url())
    watched.check()
    participant.join(page, site.join_url())
    watched.check()
    page.get_by_role("link", name="Leave").click()
    watched.check()
    page.get_by_role("link", name="Go on with the pictures").click()
    participant.rate_all(page, [5] * 9)
    participant.receipt_code(page)
    watched.check()
    page.goto(f"{site.url}/withdraw/")
    watched.check()
    for path in ("/join/unknown/", "/take/forged/", "/nothing-here/"):
        page.goto(site.url + path)
        watched.check(status=404)
    assert set(watched.seen) == {"join", "take", "withdraw", "nothing-here"}


def test_what_breaks_a_rule_is_noticed_here(watched, site):
    watched.page.goto(site.join_url())
    watched.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    watched.page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.invalid/'}))")
    watched.page.wait_for_timeout(300)
    told = " ".join(watched.complaints)
    assert "CSP: style-src" in told
    assert "CSP: img-src" in told


@pytest.mark.parametrize("slug", ["b", "c"])
def test_the_other_surveys_keep_them_too(watched, site, slug):
    _, published = factories.make_published_survey(factories.make_study(slug=f"own-{slug}"), slug=slug)
    watched.page.goto(f"{site.url}/join/{published.keys[0]}/")
    watched.page.get_by_role("checkbox").check()
    watched.page.get_by_role("button", name="Start").click()
    expect(watched.page.locator("#scale input").first).to_be_enabled()
    watched.check()


def test_an_answer_that_met_a_database_that_was_away_is_sent_again(page, site):
    participant.join(page, site.join_url())
    refused: list[str | None] = []

    def away(route) -> None:
        if len(refused) == 2:
            route.continue_()
            return
        refused.append(route.request.post_data)
        body = '{"error": "The site can\'t reach its database just now. Wait a moment, then try again."}'
        route.fulfill(status=503, headers={"Retry-After": "5"}, content_type="application/json", body=body)

    page.route("**/answers/", away)
    participant.step(page, 6).click()
    participant.saved(page)
    assert len(set(refused)) == 1
    assert len(refused) == 2
    assert [row.value for row in Answer.objects.all()] == [6]
    expect(page.locator("#trouble")).to_be_hidden()
