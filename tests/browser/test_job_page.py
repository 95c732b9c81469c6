"""The page Stimuli in a real browser: it tells by itself how far the work is, and its parts are accessible."""

from __future__ import annotations

import time

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from surveys.models import Job
from surveys.services import jobs, staff_links
from tests.browser.test_every_page import check
from tests.surveys import factories, paid_studies

pytestmark = pytest.mark.browser


def test_progress_and_errors_appear_without_a_reload_and_the_keyboard_keeps_its_place(page, site, axe):
    study = site.survey.study
    study.owner = factories.make_user("ada")
    study.save(update_fields=["owner"])
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{site.url}/enter/{staff_links.make_link(study.owner)}/")
    page.get_by_role("button", name="Log in as ada").click()
    page.goto(f"{site.url}/desk/{study.slug}/stimuli/")
    page.get_by_role("button", name="Make the stimuli").click()
    expect(page.get_by_text("A worker will take this up")).to_be_visible()
    page.get_by_role("button", name="Pause").focus()
    job = jobs.pause(study=study)
    progress = {"stimulus": {"done": 4, "total": 9, "made": 4, "since": time.time() - 8}}
    Job.objects.filter(pk=job.pk).update(state="running", progress=progress, label="picture-1.method-0")
    job.errors.create(step="stimulus", label="picture-0.method-1", reason="It is damaged: put it back")
    expect(page.get_by_text("4 of 9")).to_be_visible()
    expect(page.locator("#job-errors + ul")).to_contain_text("picture-0.method-1 It is damaged: put it back")
    expect(page.get_by_role("status").filter(has_text="Stimuli: 40 %. Errors: 1.")).to_be_attached()
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    check(page, axe, 1280)
    Job.objects.filter(pk=job.pk).update(state="done", finished_at=timezone.now())
    expect(page.get_by_role("button", name="Make what is missing")).to_be_visible()
    check(page, axe, 1280)
    assert complaints == []


@pytest.mark.parametrize("width", [375, 1280])
def test_what_it_costs_is_asked_in_words_before_a_job_starts(browser, site, axe, width, tmp_path):
    owner = factories.make_user("ada")
    paid_studies.load(tmp_path, "max_calls = 40", owner=owner)
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(f"{site.url}/enter/{staff_links.make_link(owner)}/")
    page.get_by_role("button", name="Log in as ada").click()
    page.goto(f"{site.url}/desk/small/stimuli/")
    page.get_by_role("button", name="Make the stimuli").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What making the stimuli costs")
    check(page, axe, width)
    page.get_by_role("button", name="Make the stimuli").click()
    expect(page.get_by_role("alert")).to_contain_text("Say that this may be spent")
    page.get_by_label("Yes, up to 4 calls may be made").check()
    page.get_by_role("button", name="Make the stimuli").click()
    expect(page.get_by_text("A worker will take this up")).to_be_visible()
    assert Job.objects.get().options["max_calls"] == 4
    page.context.close()
