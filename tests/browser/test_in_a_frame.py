"""Surveys A, B and C inside a frame of another site, as panels show them; without cookies, and A with them."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from surveys.models import Answer, Assignment
from tests.browser.test_several_questions import B
from tests.servers import Server
from tests.surveys import factories

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def panel() -> Iterator[str]:
    """Serve a page of another site that frames the address after the question mark."""

    class Panel(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            framed = self.path.partition("?")[2]
            body = f'<!doctype html><title>Panel</title><iframe src="{framed}" width="1000" height="700"></iframe>'
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Panel)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/?"
    server.shutdown()
    server.server_close()


def answer(frame: FrameLocator, slug: str) -> None:
    if slug == "c":
        things = frame.get_by_role("textbox", name="What is in this picture?")
        expect(things).to_be_enabled()
        things.fill("boat, gulls")
        things.press("Enter")
        frame.get_by_role("textbox", name="What do the first two have to do with each other?").fill("floats below")
        frame.locator("label", has_text="Calm").click()
        return
    for name in ("satisfaction",) if slug == "a" else B:
        radio = frame.locator(f'input[name="{name}"][value="5"]')
        expect(radio).to_be_enabled()
        radio.click()


def take_part(frame: FrameLocator, slug: str, items: int) -> None:
    frame.get_by_role("checkbox").check()
    frame.get_by_role("button", name="Start").click()
    for number in range(1, items + 1):
        expect(frame.locator("#progress")).to_have_text(f"{number} of {items}")
        answer(frame, slug)
        expect(frame.locator("#saved")).to_have_text("Saved")
        frame.locator("#next").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Thank you!")


def practise(frame: FrameLocator) -> None:
    """Agree, practise as it was meant, and answer three items, one of which asks for a number."""
    frame.get_by_role("checkbox").check()
    frame.get_by_role("button", name="Start").click()
    asked = []
    for words, value in (("Practice 1 of 2", 10), ("Practice 2 of 2", 1), *((f"{n} of 3", 2) for n in (1, 2, 3))):
        expect(frame.locator("#progress")).to_have_text(words)
        radio = frame.locator(f'input[name="satisfaction"][value="{value}"]')
        expect(radio).to_be_enabled()
        asked.append(frame.locator("#instruction").is_visible())
        radio.click()
        expect(frame.locator("#saved")).to_have_text("Saved")
        frame.locator("#next").click()
    assert asked.count(True) == 1
    expect(frame.get_by_role("heading", level=1)).to_have_text("Thank you!")


def test_from_the_invitation_to_the_receipt_in_a_frame_of_another_site(
    page: Page, cookieless: Page, database_url, settings, tmp_path, panel
):
    _, published = factories.make_published_survey()
    others = {
        slug: factories.make_published_survey(factories.make_study(slug, originals=1), slug=slug)[1] for slug in "bc"
    }
    checked = factories.make_study("checked", originals=2, methods=2)
    besides = {"training": True, "attention": ["instructed"]}
    checks = factories.make_published_survey(checked, raters=1, checks=besides)[1]
    log = tmp_path / "access.log"
    with Server(database_url, settings.MEDIA_ROOT, log, FRAMED_BY="http://localhost:*") as server:
        for number, tab in enumerate((page, cookieless)):
            tab.goto(f"{panel}{server.url}/join/{published.keys[number]}/")
            take_part(tab.frame_locator("iframe"), "a", 2)
        for slug, links in others.items():
            cookieless.goto(f"{panel}{server.url}/join/{links.keys[0]}/")
            take_part(cookieless.frame_locator("iframe"), slug, 1)
        cookieless.goto(f"{panel}{server.url}/join/{checks.keys[0]}/")
        practise(cookieless.frame_locator("iframe"))
        page.goto(f"{panel}{server.url}/login/")
        expect(page.frame_locator("iframe").get_by_role("button", name="Log in")).to_have_count(0)
        page.goto("about:blank")
        cookieless.goto("about:blank")
    assert [row.state for row in Assignment.objects.all()] == ["submitted"] * 5
    assert Answer.objects.filter(current=True).count() == 2 * 2 + len(B) + 3 + 5


def test_sites_that_the_deployment_does_not_name_frame_nothing(page, site, panel):
    page.goto(f"{panel}{site.join_url()}")
    expect(page.frame_locator("iframe").get_by_role("button", name="Start")).to_have_count(0)
    assert any("chrome-error" in frame.url for frame in page.frames)
