"""Workers go by the worker site's own pages into our frame, and hand in or give back as a browser would."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from surveys.models import Assignment, PanelPerson, Place
from surveys.panels.mturk.question import receipt_code
from surveys.rehearsal import crowd, knowing
from surveys.rehearsal.browser import Browser, PlayError
from surveys.rehearsal.crowd import Person
from surveys.rehearsal.mturk_people import MTurkWorker
from surveys.rehearsal.visits import Behaviour, Ended, Ending
from surveys.services import paying, reconciling
from tests.surveys.panels.conftest import make_survey, publish

pytestmark = pytest.mark.races


def worker(mturk, number: int, behaviour: Behaviour = Behaviour.FINISH) -> Person:
    name = f"A{number}WORKER"
    return Person(name, number, partial(MTurkWorker, site=mturk.url, worker=name), behaviour)


def handed_in(mturk):
    return [one for hit in mturk.world.hits.values() for one in hit.assignments.values() if one.state == "Submitted"]


def test_a_crowd_of_every_kind_goes_through_the_worker_site_and_the_ledger_adds_up(site, mturk, panel):
    survey = make_survey(raters=5)
    recruitment = publish(survey, panel)
    odd = [each for each in Behaviour if each is not Behaviour.FINISH]
    people = [worker(mturk, number, behaviour) for number, behaviour in enumerate(odd)]
    people += [worker(mturk, 10 + number) for number in range(4)]
    told = []
    visits = crowd.run(people, threads=3, known=knowing.of_study(survey.study), told=lambda *each: told.append(each))
    ended = {person.behaviour: visit.ended for person, visit in zip(people, visits, strict=True)}
    assert ended == {
        Behaviour.FINISH: Ended.FINISHED,
        Behaviour.PREVIEW: Ended.LOOKED,
        Behaviour.RETURN: Ended.RETURNED,
        Behaviour.ABANDON: Ended.ABANDONED,
        Behaviour.TWICE: Ended.FINISHED,
        Behaviour.MALFORMED: Ended.REFUSED,
    }
    assert sorted(map(repr, told)) == sorted(map(repr, zip(people, visits, strict=True)))
    assert Counter(Assignment.objects.values_list("state", flat=True)) == {"submitted": 5, "returned": 1, "started": 1}
    assert {receipt_code(one.answer) for one in handed_in(mturk)} == {
        visit.ending.receipt_code for visit in visits if visit.ended is Ended.FINISHED
    }
    assert sum(len(hit.assignments) for hit in mturk.world.hits.values()) == 6, "five handed in, one walked away"
    assert survey.places.filter(state=Place.State.FILLED).count() == 5
    reconciling.sync(recruitment=recruitment, panel=panel)
    assert paying.approve(recruitment=recruitment, panel=panel).done == 5
    assert mturk.world.paid == 5 * recruitment.each - mturk.world.fees


def test_who_had_all_there_is_or_comes_when_all_is_taken_is_offered_nothing(site, mturk, panel):
    publish(make_survey(raters=1), panel)
    first, second, late = worker(mturk, 1), worker(mturk, 2), worker(mturk, 3)
    assert crowd.take_part(first).ended is Ended.FINISHED
    assert crowd.take_part(first).ended is Ended.NOT_OFFERED
    assert crowd.take_part(second).ended is Ended.FINISHED
    assert crowd.take_part(late).ended is Ended.NOT_OFFERED
    looks = worker(mturk, 4, Behaviour.PREVIEW)
    assert crowd.take_part(looks).ended is Ended.NOT_OFFERED


def test_the_same_worker_comes_back_to_their_place_after_a_reload_of_the_task(site, mturk, panel):
    publish(make_survey(raters=1), panel)
    visit = crowd.take_part(worker(mturk, 1, Behaviour.TWICE))
    assert visit.ended is Ended.FINISHED
    assert PanelPerson.objects.count() == Assignment.objects.count() == 1


def test_an_error_of_a_page_reaches_the_caller(mturk):
    lost = Person("A1WORKER", 1, partial(MTurkWorker, site=f"{mturk.url}/nowhere", worker="A1WORKER"))
    with pytest.raises(PlayError, match=r"worker site answers 400: .*Page"):
        crowd.run([lost])


def test_what_cannot_be_handed_in_or_given_back_is_said(mturk):
    with Browser(patience=1) as visitor:
        ann = MTurkWorker(visitor, mturk.url, "A1ANN")
        with pytest.raises(PlayError, match="no form that hands in"):
            ann.submit(Ending("ABCD"))
        with pytest.raises(PlayError, match="nothing to return"):
            ann.give_back()
        assert ann.preview() == ann.accept() == ""
