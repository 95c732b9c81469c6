"""Writing captions and releasing pictures in a real browser: with the keyboard, on a phone, without a script."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from surveys.models import Caption, Stimulus, Study
from surveys.selectors.releases import reconstructions
from surveys.services import captions, releases, staff_links
from tests.browser.conftest import enlarge
from tests.browser.test_every_page import check
from tests.surveys import factories

pytestmark = pytest.mark.browser

FULL = (
    "A wide gradient from dark to light, over the whole picture, seen straight from the front at an unknown time of day"
)


@dataclass(frozen=True)
class Draft:
    """A study that is not published yet, and how to get in."""

    study: Study
    url: str
    enter: str

    def open(self, page: Page, path: str) -> None:
        page.goto(f"{self.url}/desk/draft/{path}")


@pytest.fixture
def draft(site) -> Draft:
    ada = factories.make_user("ada")
    study = factories.make_study("draft", owner=ada, originals=4, methods=3)
    enlarge(study)
    Stimulus.objects.filter(original__study=study, method__family="textual").update(caption=FULL)
    study.methods.filter(slug="method-0").update(settings={"captioner": {"backend": "human", "page": True}})
    return Draft(study, site.url, f"{site.url}/enter/{staff_links.make_link(ada)}/")


def log_in(page: Page, draft: Draft) -> None:
    page.goto(draft.enter)
    page.get_by_role("button", name="Log in as ada").click()
    expect(page).to_have_url(f"{draft.url}/desk/")


@pytest.mark.parametrize(("width", "theme"), [(375, "light"), (1280, "dark")])
def test_the_pages_are_accessible(browser, draft, axe, width, theme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
    page = context.new_page()
    log_in(page, draft)
    method, original = draft.study.methods.first(), draft.study.originals.first()
    writer = draft.study.owner
    row = captions.write(method=method, original=original, words={"a": "A gradient"}, writer=writer)
    captions.write(method=method, original=original, words=FULL, writer=writer, candidate=1, base=row.pk)
    captions.write(method=method, original=original, words="Dark above, light below", writer=writer)
    seen = [each.seen for each in reconstructions(draft.study)]
    releases.judge(study=draft.study, seen=seen[:1], verdict="released", by="ada")
    releases.judge(study=draft.study, seen=seen[1:2], verdict="rejected", by="ada", reason="letters in it")
    one = "captions/method-0/picture-0/"
    for path in ("contact-sheet/", "captions/", one):
        draft.open(page, path)
        check(page, axe, width)
    draft.open(page, "captions/method-0/picture-1/")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("There are no words yet")
    check(page, axe, width)
    context.close()


def test_bytes_are_counted_while_writing_as_the_server_counts_them(page, draft):
    log_in(page, draft)
    draft.open(page, "captions/")
    page.get_by_role("button", name="Write the next of 4").click()
    page.get_by_label("a · In front").fill("  A  blu\u0308e boat ")
    expect(page.locator("#size")).to_have_text("12 bytes")
    page.get_by_label("f · Time").fill("at dawn")
    expect(page.locator("#size")).to_have_text("20 bytes")
    page.get_by_role("button", name="Save, next picture").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Picture 1")
    row = Caption.objects.get()
    assert row.text == "A bl\u00fce boat at dawn"
    assert len(row.text.encode()) == 20
    page.get_by_role("radio", name="in one piece").check()
    expect(page.get_by_label("a · In front")).to_be_hidden()
    page.get_by_label("The caption").fill("x" * 2001)
    expect(page.locator("#size")).to_have_text(re.compile(r"2\s001 bytes, at most 2000: say it in fewer words"))


def test_the_contact_sheet_works_with_the_keyboard_alone(page, draft):
    log_in(page, draft)
    draft.open(page, "contact-sheet/")
    boxes = page.get_by_role("checkbox")
    boxes.first.focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "ArrowLeft", "Space"):
        page.keyboard.press(key)
    expect(page.locator("#chosen")).to_have_text("2 chosen")
    page.keyboard.press("r")
    expect(page.get_by_text("2 pictures released.")).to_be_visible()
    boxes.nth(2).focus()
    for key in ("Space", "x"):
        page.keyboard.press(key)
    page.keyboard.type("letters in it")
    page.keyboard.press("Enter")
    expect(page.get_by_text("One picture rejected.")).to_be_visible()
    states = [each.state for each in reconstructions(draft.study)]
    assert states[:4] == ["released", "released", "rejected", "waiting"]
