"""Further places for the stimuli whose medians are less sure than was pre-registered."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from analysis import medians
from surveys.models import Answer, Assignment, Place, PlaceItem, Posting, Survey
from surveys.selectors import tables
from surveys.selectors.precision import Goal, precision
from surveys.selectors.progress import progress
from surveys.services import claiming, publishing, top_ups
from surveys.services.errors import ServiceError
from tests.surveys import factories

pytestmark = pytest.mark.django_db
GOAL = factories.PREREGISTRATION | {"interval_goal": 2.0, "raters_at_most": 9}
UNSURE = "picture-1.method-0"


def disputed(item: PlaceItem) -> int:
    """People agree on everything but one stimulus."""
    if item.stimulus is None or item.name != UNSURE:
        return 7
    return 1 if Answer.objects.filter(item__stimulus=item.stimulus).count() % 2 else 10


def publish(raters: int = 6, **fields):
    """Publish three originals by two methods, each shown to six people."""
    study = factories.make_study(originals=3, methods=2)
    values: dict[str, Any] = {"preregistration": GOAL, "invitations": 40, "raters": raters} | fields
    return factories.make_published_survey(study, **values)


def fill(survey: Survey, published, first: int = 1, value=disputed) -> int:
    """Let people come until every place is filled; return the number of the next one."""
    number = first
    while survey.places.exclude(state=Place.State.FILLED).exists():
        factories.take_part(published, number, value=value)
        number += 1
    return number


def test_only_the_stimulus_that_is_unsure_gets_more_places():
    survey, published = publish()
    fill(survey, published)
    rows = precision(survey, Goal(2.0, 9))
    assert [row.name for row in rows if not row.reached] == [UNSURE]
    worst = rows[0]
    assert (worst.ratings, worst.median, worst.low, worst.high, worst.more) == (6, 5.5, 1, 10, 3)
    assert {(row.ratings, row.width, row.more) for row in rows[1:]} == {(6, 0, 0)}
    before, seal = survey.places.count(), survey.preregistration_sha256
    proof = top_ups.top_up(survey=survey)
    assert (proof.places, proof.stimuli, proof.more, proof.form_length) == (3, 1, (3, 3), (1, 1))
    added = survey.places.filter(number__gt=before)
    assert {item.name for place in added for item in place.items.all()} == {UNSURE}
    assert [place.block for place in added] == [7, 8, 9]
    assert {place.state for place in added} == {Place.State.OPEN}
    sides = [item.side for place in added for item in place.items.all()]
    assert abs(sides.count("left") - sides.count("right")) == 1
    survey.refresh_from_db()
    assert survey.preregistration_sha256 == seal


def test_the_interval_is_the_report_s_own():
    survey, published = publish()
    fill(survey, published)
    counts = [[3, 0, 0, 0, 0, 0, 0, 0, 0, 3]]
    low, high = medians.interval(medians.bootstrap(np.array(counts)))
    row = precision(survey, Goal(2.0, 9))[0]
    assert (row.low, row.high) == (low[0] / 2 + 1, high[0] / 2 + 1)


def test_people_fill_the_further_places_until_the_limit():
    survey, published = publish()
    number = fill(survey, published)
    top_ups.top_up(survey=survey)
    fill(survey, published, number)
    row = precision(survey, Goal(2.0, 9))[0]
    assert (row.name, row.ratings, row.more, row.reached) == (UNSURE, 9, 0, False)
    with pytest.raises(ServiceError, match="No stimulus needs more"):
        top_ups.top_up(survey=survey)
    facts = tables.facts(survey.study)["surveys"]["a"]
    assert (facts["raters"], facts["further_places"]) == (6, 3)
    assert progress(survey).further_places == 3


def test_whoever_took_part_gets_no_further_place():
    survey, published = publish(link=Posting.Link.INVITATION)
    fill(survey, published)
    first = Assignment.objects.order_by("pk")[0]
    top_ups.top_up(survey=survey)
    again = claiming.claim_next(posting=published.posting, invitation=first.invitation, device="desktop")
    assert again.pk == first.pk


def test_further_places_have_the_same_checks():
    checks = {"attention": ["identical", "unrelated"], "training": True, "repeats": 1}
    survey, published = publish(checks=checks)
    fill(survey, published)
    top_ups.top_up(survey=survey)
    for place in survey.places.filter(block__gt=survey.raters):
        kinds = [item.kind for item in place.items.order_by("position")]
        assert sorted(kinds) == ["attention", "attention", "repeat", "study", "training", "training"]
    assert survey.check_items.count() == 4


def test_few_ratings_are_no_interval():
    survey, published = publish(raters=2)
    fill(survey, published, value=7)
    rows = precision(survey, Goal(2.0, 9))
    assert {(row.median, row.width, row.more, row.reached) for row in rows} == {(7, None, 4, False)}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"preregistration": factories.PREREGISTRATION}, "Nothing was pre-registered"),
        ({}, "4 places are not filled yet"),
        ({"slug": "c"}, "asks for no rating"),
    ],
)
def test_it_is_refused_in_words(fields, words):
    survey, _ = publish(raters=2, **fields)
    places = survey.places.count()
    with pytest.raises(ServiceError, match=words):
        top_ups.top_up(survey=survey)
    assert survey.places.count() == places


def test_a_closed_survey_is_not_topped_up():
    survey, published = publish()
    fill(survey, published)
    publishing.close(survey=survey)
    survey.refresh_from_db()
    with pytest.raises(ServiceError, match="is closed"):
        top_ups.top_up(survey=survey)


def test_a_picture_that_was_made_anew_is_not_mixed_with_the_old_one():
    survey, published = publish()
    fill(survey, published)
    precision(survey, Goal(2.0, 9))[0].stimulus.__class__.objects.filter(
        original__slug="picture-1", method__slug="method-0"
    ).update(current=False)
    with pytest.raises(ServiceError, match="mix two pictures"):
        top_ups.top_up(survey=survey)


def test_the_command_lists_and_plans():
    survey, published = publish()
    fill(survey, published)
    listed, planned = io.StringIO(), io.StringIO()
    call_command("plan", study="tiny", top_up=True, dry_run=True, stdout=listed)
    assert "1 of 6 stimuli have a 95 % interval of the median wider than 2" in listed.getvalue()
    assert f"{UNSURE} (satisfaction): 6 ratings, 1 to 10; 3 more" in listed.getvalue()
    assert "Nothing was planned." in listed.getvalue()
    call_command("plan", study="tiny", top_up=True, stdout=planned)
    assert "3 further places of 1 item: 1 stimuli are shown 3 times more." in planned.getvalue()
    with pytest.raises(CommandError, match="3 places are not filled yet"):
        call_command("plan", study="tiny", top_up=True)
    with pytest.raises(CommandError, match="one survey at a time"):
        call_command("plan", study="tiny", top_up=True, all=True)
    with pytest.raises(CommandError, match="goes with --top-up"):
        call_command("plan", study="tiny", dry_run=True)


def test_the_desk_lists_and_plans(client):
    survey, published = publish()
    survey.study.owner = factories.make_user()
    survey.study.save()
    client.force_login(survey.study.owner)
    url = reverse("desk:top-up", args=["tiny", "a"])
    assert "12 places are not filled yet" in client.get(url).content.decode()
    fill(survey, published)
    page = client.get(url).content.decode()
    assert UNSURE in page
    assert "Plan further places" in page
    assert (
        reverse("desk:top-up", args=["tiny", "a"]) in client.get(reverse("desk:watch", args=["tiny"])).content.decode()
    )
    reply = client.post(url, follow=True)
    assert "3 further places were planned, for 1 stimuli" in reply.content.decode()
    assert survey.places.filter(state=Place.State.OPEN).count() == 3
    again = client.post(url, follow=True).content.decode()
    assert "3 places are not filled yet" in again
    assert survey.places.filter(state=Place.State.OPEN).count() == 3


def test_others_see_nothing_of_it(client):
    publish()
    client.force_login(factories.make_user("eve"))
    assert client.get(reverse("desk:top-up", args=["tiny", "a"])).status_code == 404
    assert client.post(reverse("desk:top-up", args=["tiny", "a"])).status_code == 404
