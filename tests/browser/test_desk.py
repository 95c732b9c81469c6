"""The desk in a real browser: the one-time link, every page under axe, counts that renew themselves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from surveys.services import staff_links
from tests.browser.test_every_page import check
from tests.surveys import factories

pytestmark = pytest.mark.browser

PAGES = ("", "originals/", "stimuli/", "plan/", "watch/", "quality/a/", "top-up/a/", "results/")


@pytest.fixture
def enter(site):
    """Return the address that lets the owner of the site's study in."""
    study = site.survey.study
    study.owner = factories.make_user("ada")
    study.save(update_fields=["owner"])
    return f"{site.url}/enter/{staff_links.make_link(study.owner)}/"


@pytest.mark.parametrize("width", [375, 1280])
def test_the_desks_pages_are_accessible(browser, site, enter, axe, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    factories.take_part(site.published, 1, value=lambda item: 1 + item.position)
    for address in (enter, f"{site.url}/login/"):
        page.goto(address)
        check(page, axe, width)
    page.goto(enter)
    page.get_by_role("button", name="Log in as ada").click()
    expect(page).to_have_url(f"{site.url}/desk/")
    check(page, axe, width)
    for path in PAGES:
        page.goto(f"{site.url}/desk/{site.survey.study.slug}/{path}")
        check(page, axe, width)
    page.get_by_role("button", name="Log out ada").click()
    expect(page).to_have_url(f"{site.url}/")
    page.goto(enter)
    expect(page.get_by_role("heading", level=1)).to_contain_text("lets nobody in any more")
    check(page, axe, width)
    context.close()


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 375)])
def test_topping_up_from_the_list_to_the_new_places(browser, site, enter, axe, width, theme):
    goal = factories.PREREGISTRATION | {"interval_goal": 2.0, "raters_at_most": 9}
    study = factories.make_study("unsure", owner=site.survey.study.owner, originals=3)
    published = factories.make_published_survey(study, raters=6, invitations=12, preregistration=goal)[1]
    for number in range(1, 13):
        factories.take_part(published, number, value=1 + 9 * (number % 2))
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
    page = context.new_page()
    page.goto(enter)
    page.get_by_role("button", name="Log in as ada").click()
    page.goto(f"{site.url}/desk/unsure/watch/")
    page.get_by_role("link", name="Top-up").click()
    check(page, axe, width)
    page.get_by_role("button", name="Plan further places").click()
    expect(page.get_by_text(re.compile(r"^\d+ further places were planned"))).to_be_visible()
    check(page, axe, width)
    context.close()
    assert study.surveys.get().places.filter(state="open").exists()


def test_trying_other_rules_on_who_finished(browser, site, enter, axe):
    study = factories.make_study("checked", owner=site.survey.study.owner, originals=9)
    published = factories.make_published_survey(study)[1]
    for number in (1, 2):
        factories.take_part(published, number)
    context = browser.new_context(viewport={"width": 375, "height": 800}, color_scheme="dark")
    page = context.new_page()
    page.goto(enter)
    page.get_by_role("button", name="Log in as ada").click()
    page.goto(f"{site.url}/desk/checked/watch/")
    page.get_by_role("link", name="Quality").click()
    expect(page.get_by_text("9 of 9 ratings, one after the other, are 7")).to_have_count(2)
    check(page, axe, 375)
    page.get_by_label("an item in less than").fill("4")
    page.get_by_role("button", name="See what they would exclude").click()
    expect(page.get_by_text("of 2 would be excluded")).to_contain_text("2 of 2")
    check(page, axe, 375)
    context.close()


def test_watching_renews_its_counts_by_itself(page, site, enter):
    page.clock.install()
    page.goto(enter)
    page.get_by_role("button", name="Log in as ada").click()
    page.goto(f"{site.url}/desk/{site.survey.study.slug}/watch/")
    expect(page.get_by_text(re.compile("0 of .* places filled"))).to_be_visible()
    factories.take_part(site.published, 1)
    page.clock.run_for(10_000)
    expect(page.get_by_text(re.compile("1 of .* places filled"))).to_be_visible()
