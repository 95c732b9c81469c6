"""What a survey costs is said before anything is published, and what an hour brings before and after."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone
from pydantic import ValidationError

from compression.study import StudyError
from surveys.models import Assignment, Posting, Study
from surveys.selectors import prices
from surveys.services import publishing, studies
from surveys.services.errors import ServiceError
from surveys.study_file import SurveyDefinition
from tests.surveys import factories, study_files

pytestmark = pytest.mark.django_db


def paid_study(reward="1.20", floor="12.00", told="What the panel says.", **fields):
    """Four forms of two items: at 10 seconds an item or so, a few cents' worth of work."""
    panel = {"kind": "direct", "links": "invitation", "currency": "EUR"} | ({"hourly_floor": floor} if floor else {})
    consent = factories.CONSENT | {"pay": told}
    definition = {"consent": consent, "panel": panel, "surveys": [{"slug": "a", "reward": reward}]}
    return factories.make_study(definition=definition, **fields)


@pytest.mark.parametrize(
    ("reward", "seconds", "an_hour"),
    [
        ("1.20", 360, "12.00"),
        ("1.00", 3600, "1.00"),
        ("0.01", 7, "5.14"),
        ("1.00", 0, "3600.00"),
        ("0.10", 800, "0.45"),
    ],
)
def test_an_hour_is_in_whole_cents(reward, seconds, an_hour):
    assert prices.hourly(Decimal(reward), seconds) == Decimal(an_hour)


def test_a_plan_says_what_all_places_cost_and_what_an_hour_brings(capsys):
    survey = factories.make_planned_survey(paid_study())
    price = prices.price_of(survey)
    seconds = survey.design["form_length"][1] * survey.instrument.asked.seconds_per_item
    assert price is not None
    assert price.places == survey.places.count() == 4
    assert price.total == Decimal("4.80")
    assert price.an_hour == prices.hourly(Decimal("1.20"), seconds)
    survey.state = survey.State.PLANNED
    call_command("plan", study="tiny")
    said = capsys.readouterr().out
    assert f"1.20 EUR for each person, about {price.an_hour:,.2f} an hour; 4 places come to 4.80 EUR" in said


def test_without_a_reward_no_price_is_said(capsys):
    survey = factories.make_planned_survey()
    assert prices.price_of(survey) is None
    assert prices.in_words(survey) == ""
    assert prices.wages_of(survey) is None


def test_less_than_the_floor_is_not_published_until_somebody_says_so(tmp_path):
    survey = factories.make_planned_survey(paid_study(reward="0.01"))
    factories.release_all(survey.study)
    with pytest.raises(ServiceError, match=r"less than the 12\.00 that this study sets itself"):
        publishing.publish(survey=survey, link=Posting.Link.OPEN)
    survey.refresh_from_db()
    assert (survey.state, survey.postings.count()) == ("planned", 0)
    out = tmp_path / "links.csv"
    with pytest.raises(CommandError, match="--below-floor"):
        call_command("publish", study="tiny", out=out, verbosity=0)
    assert not out.exists()
    call_command("publish", study="tiny", out=out, below_floor=True)
    assert survey.postings.count() == 1


def test_the_desk_says_price_and_warns(client):
    ada = factories.make_user()
    client.force_login(ada)
    survey = factories.make_planned_survey(paid_study(reward="0.01", owner=ada))
    page = client.get(reverse("desk:plan", args=[survey.study.slug])).content.decode()
    assert "4 places come to 0.04 EUR" in page
    assert "That is below the 12.00 EUR an hour that the study sets itself." in page


def test_wages_are_of_those_who_finished_and_are_paid(client):
    ada = factories.make_user()
    client.force_login(ada)
    survey, published = factories.make_published_survey(paid_study(owner=ada))
    watch = reverse("desk:watch", args=[survey.study.slug])
    assert "An hour brought" not in client.get(watch).content.decode()
    for number, seconds in ((1, 360), (2, 900), (3, 90)):
        took = factories.take_part(published, number)
        ended = timezone.now()
        Assignment.objects.filter(pk=took.pk).update(started_at=ended - timedelta(seconds=seconds), submitted_at=ended)
    factories.take_part(published, 4, finish=False)
    wages = prices.wages_of(survey)
    assert wages is not None
    assert (wages.people, wages.median, wages.below) == (3, Decimal("12.00"), 1)
    page = client.get(watch).content.decode()
    assert "An hour brought 12.00 EUR to the median of 3 people who have finished." in page
    assert "Below the study's 12.00: 1." in page


@pytest.mark.parametrize(
    ("reward", "panel"), [('reward = "1.20"', ""), ("", 'hourly_floor = "9"'), ("", 'currency = "EUR"')]
)
def test_money_in_a_study_file_has_a_currency(tmp_path, reward, panel):
    text = study_files.TEXT.replace("raters = 2\n", f"raters = 2\n{reward}\n[panel]\n{panel}\n")
    with pytest.raises(StudyError, match="currency"):
        studies.load(path=study_files.write(tmp_path, text))
    assert not Study.objects.exists()


@pytest.mark.parametrize("reward", ["1,20", "-1", "1.234", "1e3", "", "99999", "٣", 1.2])
def test_what_is_no_money_is_refused(reward):
    with pytest.raises(ValidationError):
        SurveyDefinition(slug="a", instrument="survey_a", raters=1, reward=reward)


@pytest.mark.parametrize("told", ["none", " None. "])
def test_nobody_is_told_that_they_get_nothing_where_a_reward_is_named(told):
    survey = factories.make_planned_survey(paid_study(told=told))
    factories.release_all(survey.study)
    with pytest.raises(ServiceError, match=r'reward of 1\.20 EUR, but participants read "\s?[Nn]one\.?\s?"'):
        publishing.publish(survey=survey, link="open", below_floor=True)
    survey.refresh_from_db()
    assert survey.state == survey.State.PLANNED
    assert not Posting.objects.exists()
