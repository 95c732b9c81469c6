"""The pages around the pictures: axe finds nothing, nothing scrolls sideways, and they do what they say."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from surveys.models import Answer, Assignment, Invitation
from surveys.services import assignments, publishing
from tests.browser import participant
from tests.browser.test_every_page import check
from tests.surveys import factories

pytestmark = pytest.mark.browser


@pytest.fixture
def visitor(browser, width):
    """A phone with dark colours, or a computer with light ones."""
    theme = "dark" if width == 375 else "light"
    context = browser.new_context(viewport={"width": width, "height": 720}, color_scheme=theme)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [375, 1280])
def test_a_comment_and_taking_the_answers_back(visitor, site, axe, width):
    page = visitor
    finished = factories.take_part(site.published, 2)
    page.goto(site.join_url(2))
    page.get_by_label("A comment").fill("The boats were odd.")
    page.get_by_role("button", name="Send the comment").click()
    expect(page.get_by_role("status").filter(has_text="Your comment is saved")).to_be_visible()
    check(page, axe, width)
    code = participant.receipt_code(page)
    page.get_by_role("link", name="/withdraw/").click()
    check(page, axe, width)
    page.get_by_label("Receipt code").fill("nonsense")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, axe, width)
    page.get_by_label("Receipt code").fill(code.lower())
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete your answers?")
    check(page, axe, width)
    assert finished.answers.count() == 9
    page.get_by_role("button", name="Delete my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are deleted")
    check(page, axe, width)
    assert not finished.answers.exists()


@pytest.mark.parametrize("width", [375, 1280])
def test_a_window_is_measured_before_a_place_is_taken(visitor, site, axe, width):
    page, study = visitor, site.survey.study
    study.definition["devices"] = {"min_width": 700, "min_height": 300}
    study.save()
    page.goto(site.join_url())
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start").click()
    if width == 375:
        expect(page.get_by_role("heading", level=1)).to_contain_text("suit these pictures")
        check(page, axe, width)
        assert not Assignment.objects.exists()
    else:
        participant.wait_for_pictures(page)
        assert Assignment.objects.get().screen == {"viewport_width": 1280, "viewport_height": 720}


@pytest.mark.parametrize("width", [375])
def test_where_nothing_is_logged_the_page_sends_the_answer_alone(visitor, site, width):
    page, study = visitor, site.survey.study
    study.definition["privacy"] = {"log_behaviour": False}
    study.save()
    sent: list[dict[str, object]] = []
    page.on("request", lambda each: sent.append(each.post_data_json) if each.url.endswith("/answers/") else None)
    participant.join(page, site.join_url())
    participant.choose(page, 4)
    assert [set(each) for each in sent] == [{"position", "question", "value", "skipped", "reason", "key"}]
    row = Answer.objects.get()
    assert (row.value, row.layout, row.seconds, row.display) == (4, "", None, {})


@pytest.mark.parametrize("width", [375])
def test_a_pause_is_told_and_leaving_may_delete(visitor, site, axe, width):
    page = visitor
    participant.join(page, site.join_url())
    participant.choose(page, 3)
    publishing.pause(survey=site.survey)
    page.get_by_role("link", name="Leave").click()
    check(page, axe, width)
    page.get_by_role("button", name="Stop for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You gave this back")
    check(page, axe, width)
    page.get_by_role("link", name="Delete my answers, too").click()
    check(page, axe, width)
    page.get_by_role("button", name="Delete my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are deleted")
    assert not Answer.objects.exists()
    page.goto(site.join_url(2))
    expect(page.get_by_role("heading", level=1)).to_have_text("This survey is paused")
    check(page, axe, width)
    publishing.close(survey=site.survey)
    page.reload()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("This survey is paused")
    check(page, axe, width)


def invite(slug: str, *people: str) -> publishing.Published:
    """Publish a survey of one place in a study of the group "faces", for people who are named."""
    panel = {"links": "invitation", "exclusion_group": ["faces"]}
    study = factories.make_study(
        slug, originals=1, methods=1, definition={"consent": factories.CONSENT, "panel": panel}
    )
    survey = factories.make_planned_survey(study, raters=1)
    factories.release_all(study)
    return publishing.publish(survey=survey, link="invitation", people=people)


@pytest.mark.parametrize("width", [375, 1280])
def test_whoever_can_have_no_place_is_told_why(visitor, site, axe, width):
    page = visitor

    def refused(key: str, title: str, *, agree: bool = False) -> None:
        page.goto(f"{site.url}/join/{key}/")
        if agree:
            page.get_by_role("checkbox").check()
            page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        check(page, axe, width)

    first, second = invite("one", "ann", "ann ", "ben", "cy"), invite("two", "ann")
    factories.take_part(first, 1, finish=False)
    refused(first.keys[1], "You have taken part already")
    refused(second.keys[0], "This study is not for you this time")
    refused(first.keys[2], "Every place is taken", agree=True)
    Invitation.objects.filter(posting=first.posting, number=4).update(claims=99, claims_since=timezone.now())
    refused(first.keys[3], "Please wait a moment", agree=True)
    assignments.submit(code=Assignment.objects.get().code)
    refused(first.keys[2], "This survey has all its answers")
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize("width", [1280])
def test_staff_go_through_a_preview_that_stores_nothing(visitor, site, axe, width):
    page, study = visitor, site.survey.study
    study.owner = factories.make_user("ada")
    study.save()
    page.goto(f"{site.url}/login/?next=/desk/{study.slug}/plan/")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("secret-secret")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="See it as a participant does").click()
    check(page, axe, width)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start").click()
    for number in range(1, 10):
        participant.at_item(page, number)
        participant.step(page, 5).click()
        expect(page.locator("#saved")).to_have_text("Noted on this page")
        page.locator("#next").click()
    assert participant.receipt_code(page) == "ABCD-EFGH-2345"
    check(page, axe, width)
    assert not Assignment.objects.exists()
    page.get_by_role("link", name="Back to the desk").click()
    page.goto(f"{site.url}/desk/{study.slug}/watch/")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Let people in again")).to_be_visible()
    check(page, axe, width)
