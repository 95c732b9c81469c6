"""All of Survey A inside a frame of another site, as panels show it; with cookies and without."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from surveys.models import Assignment
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


def take_part(frame: FrameLocator) -> None:
    frame.get_by_role("checkbox").check()
    frame.get_by_role("button", name="Start").click()
    for number in (1, 2):
        expect(frame.locator("#progress")).to_have_text(f"{number} of 2")
        radio = frame.locator('#scale input[value="7"]')
        expect(radio).to_be_enabled()
        radio.click()
        expect(frame.locator("#saved")).to_have_text("Saved")
        frame.locator("#next").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Thank you!")


def test_from_the_invitation_to_the_receipt_in_a_frame_of_another_site(
    page: Page, cookieless: Page, database_url, settings, tmp_path, panel
):
    _, published = factories.make_published_survey()
    log = tmp_path / "access.log"
    with Server(database_url, settings.MEDIA_ROOT, log, FRAMED_BY="http://localhost:*") as server:
        for number, tab in enumerate((page, cookieless)):
            tab.goto(f"{panel}{server.url}/join/{published.keys[number]}/")
            take_part(tab.frame_locator("iframe"))
        page.goto(f"{panel}{server.url}/login/")
        expect(page.frame_locator("iframe").get_by_role("button", name="Log in")).to_have_count(0)
        page.goto("about:blank")
        cookieless.goto("about:blank")
    assert [row.state for row in Assignment.objects.all()] == ["submitted"] * 2


def test_sites_that_the_deployment_does_not_name_frame_nothing(page, site, panel):
    page.goto(f"{panel}{site.join_url()}")
    expect(page.frame_locator("iframe").get_by_role("button", name="Start")).to_have_count(0)
    assert any("chrome-error" in frame.url for frame in page.frames)
