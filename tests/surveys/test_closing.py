"""A survey is closed: nobody new comes in, and whoever has started may finish."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from surveys.models import Survey
from surveys.services import assignments, claiming, publishing
from surveys.services.errors import ClosedError, ServiceError
from tests.surveys import factories

pytestmark = pytest.mark.django_db


def test_closing_closes_the_survey_and_every_link_to_it():
    survey, _ = factories.make_published_survey()
    publishing.publish(survey=survey, link="open")
    assert publishing.close(survey=survey) == 0
    survey.refresh_from_db()
    assert survey.state == Survey.State.CLOSED
    assert list(survey.postings.values_list("closed", flat=True)) == [True, True]


def test_nobody_claims_a_place_of_a_closed_survey():
    survey, published = factories.make_published_survey(link="open")
    publishing.close(survey=survey)
    published.posting.refresh_from_db()
    with pytest.raises(ClosedError):
        claiming.claim_next(posting=published.posting)


@pytest.mark.parametrize("timed_out", [False, True])
def test_who_had_started_finishes_and_counts(timed_out: bool):
    survey, published = factories.make_published_survey()
    started = factories.take_part(published, 1, items=1)
    publishing.close(survey=survey)
    if timed_out:
        factories.let_leases_end(survey)
    factories.rate(started, started.place.items.all()[1], 5)
    done = assignments.submit(code=started.code)
    assert (done.holds_place, done.usable, done.state) == (True, True, "submitted")


def test_closing_again_changes_nothing():
    survey, _ = factories.make_published_survey()
    publishing.close(survey=survey)
    assert publishing.close(survey=survey) == 0


def test_a_closed_survey_is_not_published_again():
    survey, _ = factories.make_published_survey()
    publishing.close(survey=survey)
    with pytest.raises(ServiceError, match="is closed"):
        publishing.publish(survey=survey, link="open")


def test_the_command_says_how_many_places_are_filled_held_and_open():
    _, published = factories.make_published_survey()
    factories.take_part(published, 1)
    factories.take_part(published, 2, items=1)
    out = io.StringIO()
    call_command("close", "--study", "tiny", "--survey", "a", stdout=out)
    assert "Survey a is closed. Places: 1 filled, 1 held, 2 open." in out.getvalue()
    assert "1 person is still at it" in out.getvalue()


@pytest.mark.parametrize("make", [factories.make_survey, factories.make_planned_survey])
def test_what_was_never_published_can_not_be_closed(make):
    make()
    with pytest.raises(CommandError, match="only a published survey"):
        call_command("close")
