"""The desk's page of panels in a real browser: prices, an order done by a worker, differences, the end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import expect

from surveys.models import Recruitment
from surveys.services import reconciling, staff_links
from tests.browser.test_every_page import check
from tests.servers import Server
from tests.surveys import factories
from tests.surveys.panels.conftest import Worker, make_survey, mturk, mturk_server, panel, prolific, prolific_server

__all__ = ["mturk", "mturk_server", "panel", "prolific", "prolific_server"]
pytestmark = pytest.mark.browser


def work_off() -> None:
    """Do what waits for a worker."""
    for task in DBTaskResult.objects.filter(status="READY").order_by("enqueued_at"):
        task.task.call(*task.args_kwargs["args"], **task.args_kwargs["kwargs"])
        task.delete()


def keep(page, name: str) -> None:
    """Keep a picture of a page, for whoever names a folder for them."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 375)])
def test_from_prices_to_the_last_cent(
    browser, client, database_url, settings, tmp_path, mturk, panel, prolific, axe, width, theme
):
    survey = make_survey(raters=10)
    survey.study.owner = factories.make_user("ada", is_superuser=True)
    survey.study.save()
    more = {
        "FRAMED_BY": mturk.url,
        "PROLIFIC_API_URL": prolific.url,
        "PROLIFIC_API_TOKEN": prolific.token,
        "AWS_ENDPOINT_URL_MTURK": mturk.url,
    }
    with Server(database_url, settings.MEDIA_ROOT, tmp_path / "log", **more) as server:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
        page = context.new_page()
        page.goto(f"{server.url}/enter/{staff_links.make_link(survey.study.owner)}/")
        page.get_by_role("button", name="Log in as ada").click()
        expect(page).to_have_url(f"{server.url}/desk/")
        address = f"{server.url}/desk/tiny/advertise/a/"
        page.goto(address)
        check(page, axe, width)
        keep(page, f"prices-{width}")
        form = page.locator(".offering", has_text="Mechanical Turk").locator("form")
        form.get_by_label("This study may spend").fill("50.00")
        form.get_by_role("button", name="Publish").click()
        expect(page.get_by_text("Ordered: a worker advertises")).to_be_visible()
        work_off()
        expect(page.get_by_text("of 20 places advertised, in 3 postings")).to_be_visible()
        expect(page.locator(".big strong").first).to_have_text("20")
        recruitment = Recruitment.objects.get()
        hit = next(iter(mturk.world.hits))
        Worker(mturk, client, "A1ANN").work(hit)
        stranger = Worker(mturk, client, "A2BEN").accept(hit)
        mturk.site.submit({"assignmentId": stranger.held, "receipt_code": "x"})
        reconciling.sync(recruitment=recruitment, panel=panel)
        page.goto(address)
        check(page, axe, width)
        keep(page, f"differences-{width}")
        page.get_by_role("button", name="Approve 1 finished work").click()
        work_off()
        page.get_by_label("Reason, which the person reads").fill("Nothing was answered on our page.")
        page.get_by_role("button", name="Reject: pays nothing").click()
        work_off()
        page.get_by_role("button", name="Stop now").click()
        work_off()
        page.goto(address)
        page.get_by_role("button", name="Close", exact=True).click()
        work_off()
        page.goto(address)
        expect(page.get_by_text("Closed: all is decided")).to_be_visible()
        check(page, axe, width)
        keep(page, f"closed-{width}")
        context.close()
    recruitment.refresh_from_db()
    assert (recruitment.state, str(mturk.world.paid), mturk.world.held) == ("closed", "0.75", 0)
