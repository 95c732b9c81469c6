"""The life of an assignment: claimed, held by a lease, given back or filled."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from surveys.models import Assignment, Invitation, Place
from surveys.services import answers, assignments, claiming
from surveys.services.errors import ClosedError, ConflictError, NoPlaceError, TooManyClaimsError
from tests.surveys import factories

pytestmark = pytest.mark.django_db


def test_places_are_dealt_in_the_order_of_the_plan():
    _, published = factories.make_published_survey()
    dealt = [factories.take_part(published, number, finish=False, items=0).place.number for number in (1, 2, 3)]
    assert dealt == [1, 2, 3]


def test_an_invitation_always_leads_back_to_its_one_assignment():
    _, published = factories.make_published_survey()
    first = factories.take_part(published, 1, finish=False, items=1)
    again = factories.take_part(published, 1, finish=False, items=0)
    assert again == first
    assert Assignment.objects.count() == 1


def test_when_every_place_is_taken_the_next_is_refused():
    survey, published = factories.make_published_survey(invitations=10)
    for number in range(1, survey.places.count() + 1):
        factories.take_part(published, number, finish=False, items=0)
    with pytest.raises(NoPlaceError):
        factories.take_part(published, 9)
    assert Assignment.objects.count() == survey.places.count()


def test_a_returned_place_goes_to_the_next_participant():
    _, published = factories.make_published_survey()
    first = factories.take_part(published, 1, finish=False, items=1)
    assignments.give_back(code=first.code, reason="no time")
    second = factories.take_part(published, 2, finish=False, items=0)
    assert second.place == first.place
    assert first.answers.count() == 1


def test_a_place_whose_lease_ran_out_goes_to_the_next_participant():
    survey, published = factories.make_published_survey()
    first = factories.take_part(published, 1, finish=False, items=1)
    factories.let_leases_end(survey)
    second = factories.take_part(published, 2, finish=False, items=0)
    first.refresh_from_db()
    assert second.place == first.place
    assert (first.state, first.holds_place) == (Assignment.State.TIMED_OUT, False)


def test_every_answer_renews_the_lease():
    survey, published = factories.make_published_survey()
    first = factories.take_part(published, 1, finish=False, items=0)
    Assignment.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
    factories.rate(first, first.place.items.all()[0], 5)
    assert assignments.release_stale(survey=survey, now=timezone.now() + timedelta(seconds=60)) == 0


def test_who_comes_back_late_gets_the_place_if_it_is_still_open():
    survey, published = factories.make_published_survey()
    first = factories.take_part(published, 1, finish=False, items=1)
    factories.let_leases_end(survey)
    finished = factories.take_part(published, 1)
    assert finished == first
    assert finished.holds_place
    assert finished.place.state == Place.State.FILLED


def test_who_finishes_after_somebody_else_took_the_place_is_surplus():
    survey, published = factories.make_published_survey()
    first = factories.take_part(published, 1, finish=False, items=1)
    factories.let_leases_end(survey)
    second = factories.take_part(published, 2, finish=False, items=0)
    late = factories.take_part(published, 1)
    assert late == first
    assert late.state == Assignment.State.SUBMITTED
    assert not late.holds_place
    assert late.payable
    assert late.receipt_code
    assert second.place == late.place


def test_submitting_needs_every_item_answered_and_names_the_missing():
    _, published = factories.make_published_survey()
    started = factories.take_part(published, 1, finish=False, items=1)
    with pytest.raises(ConflictError, match="2"):
        assignments.submit(code=started.code)


def test_submitting_again_changes_nothing():
    _, published = factories.make_published_survey()
    done = factories.take_part(published, 1)
    again = assignments.submit(code=done.code)
    assert (again.receipt_code, again.submitted_at) == (done.receipt_code, done.submitted_at)
    assert list(done.events.values_list("kind", flat=True)).count("submitted") == 1


def test_a_finished_assignment_can_not_be_given_back():
    _, published = factories.make_published_survey()
    done = factories.take_part(published, 1)
    with pytest.raises(ConflictError):
        assignments.give_back(code=done.code)
    done.place.refresh_from_db()
    assert done.place.state == Place.State.FILLED


def test_what_was_given_back_can_not_be_finished():
    _, published = factories.make_published_survey()
    started = factories.take_part(published, 1, finish=False, items=2)
    assignments.give_back(code=started.code)
    with pytest.raises(ConflictError):
        assignments.submit(code=started.code)
    with pytest.raises(ConflictError):
        factories.rate(started, started.place.items.all()[0], 3)


def test_giving_back_twice_changes_nothing():
    _, published = factories.make_published_survey()
    started = factories.take_part(published, 1, finish=False, items=0)
    assignments.give_back(code=started.code)
    factories.take_part(published, 2, finish=False, items=0)
    assignments.give_back(code=started.code)
    started.place.refresh_from_db()
    assert started.place.state == Place.State.HELD


@override_settings(CLAIMS_PER_MINUTE_OPEN_LINK=2)
def test_an_open_link_is_limited_by_claims_per_minute():
    _, published = factories.make_published_survey(link="open")
    for _ in range(2):
        claiming.claim_next(posting=published.posting)
    with pytest.raises(TooManyClaimsError) as refused:
        claiming.claim_next(posting=published.posting)
    assert 0 < refused.value.seconds <= 60
    published.posting.refresh_from_db()
    published.posting.claims_since = timezone.now() - timedelta(seconds=61)
    published.posting.save()
    assert claiming.claim_next(posting=published.posting).holds_place


@override_settings(CLAIMS_PER_MINUTE_INVITATION=1)
def test_claims_without_a_place_count_against_an_invitations_limit():
    survey, published = factories.make_published_survey()
    survey.places.update(state=Place.State.FILLED)
    invitation = Invitation.objects.get(number=1)
    with pytest.raises(NoPlaceError):
        claiming.claim_next(posting=published.posting, invitation=invitation)
    with pytest.raises(TooManyClaimsError):
        claiming.claim_next(posting=published.posting, invitation=invitation)


def test_a_closed_posting_takes_nobody():
    _, published = factories.make_published_survey(link="open")
    published.posting.closed = True
    published.posting.save()
    with pytest.raises(ClosedError):
        claiming.claim_next(posting=published.posting)


def test_a_changed_answer_keeps_its_history():
    _, published = factories.make_published_survey()
    started = factories.take_part(published, 1, finish=False, items=0)
    item = started.place.items.all()[0]
    given = [factories.rate(started, item, value).receipt for value in (3, 8)]
    first, second = (started.answers.get(receipt=receipt) for receipt in given)
    assert (first.value, first.current, first.revision) == (3, False, 1)
    assert (second.value, second.current, second.revision) == (8, True, 2)


def test_the_same_key_again_gets_the_same_receipt():
    _, published = factories.make_published_survey()
    started = factories.take_part(published, 1, finish=False, items=0)
    given = answers.Given(position=1, question="satisfaction", value=4, key=uuid.uuid4())
    first, again = (answers.record(code=started.code, given=given) for _ in range(2))
    assert first.receipt == again.receipt
    assert started.answers.count() == 1


def test_a_receipt_can_be_asked_for_again_after_the_end():
    _, published = factories.make_published_survey()
    done = factories.take_part(published, 1)
    answer = done.answers.select_related("item").get(item__position=1)
    given = answers.Given(
        position=answer.item.position, question=answer.question, value=answer.value or 0, key=answer.key
    )
    assert answers.record(code=done.code, given=given).receipt == answer.receipt


def test_a_key_used_for_another_answer_is_refused():
    _, published = factories.make_published_survey()
    started = factories.take_part(published, 1, finish=False, items=0)
    key = uuid.uuid4()
    answers.record(code=started.code, given=answers.Given(1, "satisfaction", 4, key))
    with pytest.raises(ConflictError):
        answers.record(code=started.code, given=answers.Given(1, "satisfaction", 5, key))
    assert started.answers.get().value == 4


def test_a_reason_for_leaving_is_kept_without_what_a_database_can_not_store():
    _, published = factories.make_published_survey()
    started = factories.take_part(published, 1, finish=False, items=0)
    assignments.give_back(code=started.code, reason="tired\x00" + "x" * 900)
    reason = started.events.get(kind="returned").detail["reason"]
    assert reason.startswith("tiredx")
    assert len(reason) == 500
