"""Pages in long German words and from right to left, on a phone, with letters of twice the size."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from surveys.instruments import loader
from surveys.services import studies
from tests.browser.conftest import Site, enlarge
from tests.browser.test_every_page import check
from tests.surveys import factories

pytestmark = pytest.mark.browser
LARGER = "document.documentElement.style.fontSize = '200%'"
ARABIC = {"title": "ما الذي تقوله صورتان؟", "language": "ar"}


def publish(site: Site, slug: str, **changed: str) -> Site:
    """Publish a survey in German, or with what is changed of it."""
    content = loader.load(f"survey_{slug}_de", loader.SHIPPED).content() | changed
    study = factories.make_study("in-words", originals=2, methods=3)
    enlarge(study)
    instrument = studies.store_instrument(loader.Instrument.model_validate(content))
    return Site(site.server, *factories.make_published_survey(study, slug=slug, instrument=instrument))


@pytest.mark.parametrize(("slug", "changed"), [("a", {}), ("b", {}), ("c", {}), ("a", ARABIC)])
def test_pages_in_other_languages_fit_a_phone(browser, axe, site, slug, changed):
    own = publish(site, slug, **changed)
    context = browser.new_context(viewport={"width": 375, "height": 667})
    page = context.new_page()
    page.goto(own.join_url())
    check(page, axe, 375)
    page.get_by_role("checkbox").check()
    page.locator("button[type=submit]").click()
    expect(page.locator("#scale")).to_be_enabled()
    check(page, axe, 375)
    boxes = [page.locator(".scale-row label").nth(n).bounding_box() for n in (0, 1)] if slug == "a" else []
    if boxes:
        assert boxes[0]["x"] < boxes[1]["x"]
    page.evaluate(LARGER)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.goto(page.url + "leave/")
    check(page, axe, 375)
    context.close()
