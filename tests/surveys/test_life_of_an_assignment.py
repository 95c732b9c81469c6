"""Any order of what participants, time and the network may do: what has to hold holds after each step."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from surveys.models import Answer, Assignment, Place, Survey
from surveys.selectors import tables
from surveys.services import answers, assignments, claiming, privacy, quick_answers, verdicts
from surveys.services.errors import AnswerError, ConflictError, NoPlaceError
from surveys.services.publishing import Published
from tests.surveys import factories

pytestmark = pytest.mark.django_db
PEOPLE = 5
State = Assignment.State
numbers = st.integers(0, PEOPLE - 1)
FAST = 1.0
EXAMPLES = settings(max_examples=15, stateful_step_count=30, deadline=None)


def save(code: str, given: answers.Given) -> answers.Saved:
    """Save an answer as the page's address does."""
    return quick_answers.record(code=code, given=given) or answers.record(code=code, given=given)


class Life(RuleBasedStateMachine):
    """Five people with invitations, two places of two pairs; an item answered within a second makes one unusable."""

    survey: Survey
    published: Published

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.codes: dict[int, str] = {}
        self.given: dict[int, list[tuple[answers.Given, str]]] = {}
        self.receipt_codes: dict[int, str] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    def row(self, person: int) -> Assignment:
        return Assignment.objects.select_related("place").get(code=self.codes[person])

    def who(self, number: int) -> int:
        return sorted(self.codes)[number % len(self.codes)]

    @rule(person=numbers)
    def claim(self, person: int) -> None:
        links = self.published.posting.invitations.order_by("number")
        free = self.survey.places.filter(state=Place.State.OPEN).exists() or self.stale()
        try:
            claimed = claiming.claim_next(posting=self.published.posting, invitation=links[person])
        except NoPlaceError:
            assert person not in self.codes
            assert not free
        else:
            assert self.codes.setdefault(person, claimed.code) == claimed.code

    def stale(self) -> bool:
        return Assignment.objects.filter(holds_place=True, state=State.STARTED, lease_until__lt=timezone.now()).exists()

    @precondition(lambda self: self.codes)
    @rule(number=numbers, position=st.sampled_from([1, 1, 2, 2, 2, 3]), value=st.integers(0, 11), quick=st.booleans())
    def answer(self, number: int, position: int, value: int, quick: bool) -> None:
        person = self.who(number)
        seconds = FAST / 2 if quick else FAST * 2
        given = answers.Given(position, "satisfaction", value, uuid.uuid4(), seconds=seconds)
        before = self.row(person).state
        try:
            saved = save(self.codes[person], given)
        except (AnswerError, ConflictError):
            assert before not in assignments.RUNNING or position == 3 or value in (0, 11)
        else:
            assert before in assignments.RUNNING
            self.given.setdefault(person, []).append((given, saved.receipt))

    @precondition(lambda self: self.codes)
    @rule(number=numbers, quick=st.booleans(), finish=st.booleans())
    def answer_all(self, number: int, quick: bool, finish: bool) -> None:
        for position in (1, 2):
            self.answer(number, position, 7, quick)
        if finish:
            self.submit(number)

    @precondition(lambda self: any(self.given.values()))
    @rule(number=numbers, which=st.integers(0, 50), other=st.booleans())
    def send_again(self, number: int, which: int, other: bool) -> None:
        """The same key: the first receipt, at any time; with another value it is refused."""
        people = sorted(person for person, given in self.given.items() if given)
        person = people[number % len(people)]
        given, receipt = self.given[person][which % len(self.given[person])]
        if other:
            given = replace(given, value=given.value % 10 + 1)
        try:
            assert save(self.codes[person], given).receipt == receipt
        except ConflictError:
            assert other

    @precondition(lambda self: self.codes)
    @rule(number=numbers)
    def heartbeat(self, number: int) -> None:
        assignments.heartbeat(code=self.codes[self.who(number)])

    @precondition(lambda self: self.codes)
    @rule(number=numbers)
    def let_the_lease_pass(self, number: int) -> None:
        past = timezone.now() - timedelta(seconds=1)
        Assignment.objects.filter(code=self.codes[self.who(number)]).update(lease_until=past)

    @precondition(lambda self: self.codes)
    @rule(number=numbers)
    def come_back_too_late(self, number: int) -> None:
        """Somebody stays away before the end; whoever else has a link comes; then the first goes on and finishes."""
        self.answer_all(number, quick=False, finish=False)
        self.let_the_lease_pass(number)
        person = self.who(number)
        for other in range(PEOPLE):
            if other != person:
                self.claim(other)
        if self.row(person).state in assignments.RUNNING:
            self.submit(sorted(self.codes).index(person))

    @rule()
    def release_stale(self) -> None:
        assignments.release_stale(survey=self.survey, now=timezone.now())
        assert not self.stale()

    @precondition(lambda self: self.codes)
    @rule(number=numbers)
    def give_back(self, number: int) -> None:
        person = self.who(number)
        before = self.row(person).state
        try:
            left = assignments.give_back(code=self.codes[person])
        except ConflictError:
            assert before == State.SUBMITTED
        else:
            assert left.state == (State.RETURNED if before in assignments.RUNNING else before)

    @precondition(lambda self: self.codes)
    @rule(number=numbers)
    def submit(self, number: int) -> None:
        person = self.who(number)
        before = self.row(person)
        lacking = bool(assignments.unanswered(before, verdicts.answers_of(before)))
        try:
            done = assignments.submit(code=before.code)
        except ConflictError:
            assert before.state not in (*assignments.RUNNING, State.SUBMITTED) or lacking
        else:
            assert before.state == State.SUBMITTED or not lacking
            assert done.payable
            assert done.receipt_code
            assert self.receipt_codes.setdefault(person, done.receipt_code) == done.receipt_code

    @precondition(lambda self: self.codes)
    @rule(number=numbers)
    def screen_out(self, number: int) -> None:
        """This survey has no practice that could fail."""
        person = self.who(number)
        with pytest.raises(ConflictError):
            assignments.screen_out(code=self.codes[person])

    @precondition(lambda self: self.codes)
    @rule(number=numbers)
    def withdraw(self, number: int) -> None:
        person = self.who(number)
        gone = privacy.withdraw(code=self.codes[person])
        assert gone.deleted == len(self.given.pop(person, []))
        assert privacy.withdraw(code=self.codes[person]).deleted == 0

    @invariant()
    def places_and_holders_agree(self) -> None:
        rows = Assignment.objects.filter(holds_place=True)
        holders = {row.place_id: row for row in rows}
        assert len(holders) == len(rows), "a place has two holders"
        for place in self.survey.places.all():
            holder = holders.get(place.pk)
            if holder is None:
                assert place.state == Place.State.OPEN
            elif holder.state == State.SUBMITTED:
                assert (place.state, holder.usable) == (Place.State.FILLED, True)
            else:
                assert (place.state, holder.state) == (Place.State.HELD, State.STARTED)

    @invariant()
    def what_was_acknowledged_is_there(self) -> None:
        rows = Answer.objects.select_related("item", "assignment")
        kept = {row.receipt: (row.assignment.code, row.item.position, row.value) for row in rows}
        told = {
            receipt: (self.codes[person], given.position, given.value)
            for person, several in self.given.items()
            for given, receipt in several
        }
        assert kept == told

    @invariant()
    def the_last_answer_stands(self) -> None:
        last = {
            (self.codes[person], given.position): given.value
            for person, several in self.given.items()
            for given, _ in several
        }
        rows = Answer.objects.filter(current=True).values_list("assignment__code", "item__position", "value")
        assert Counter(rows) == Counter((*where, value) for where, value in last.items())

    @invariant()
    def tables_count_the_same(self) -> None:
        counted, everything = tables.all_responses(self.survey.study)
        filled = self.survey.places.filter(state=Place.State.FILLED).count()
        assert len(counted) == 2 * filled
        assert len({(row["assignment"], row["stimulus"]) for row in counted}) == len(counted)
        assert len(everything) == Answer.objects.count()
        assert sum(row["counted"] for row in everything) == len(counted)
        rows = tables.assignments(self.survey.study)
        assert sum(row["counted"] for row in rows) == filled
        paid = {row["assignment"] for row in rows if row["payable"]}
        assert paid == {self.codes[person] for person in self.receipt_codes}


def test_nothing_that_may_happen_breaks_places_answers_or_tables(settings: Any) -> None:
    settings.CLAIMS_PER_MINUTE_INVITATION = 10_000
    study = factories.make_study()
    study.definition |= {"rules": {"fastest_seconds_per_item": FAST, "too_fast_share": 1.0}}
    study.save()
    survey, published = factories.make_published_survey(study, raters=1, invitations=PEOPLE)
    assert survey.places.count() == 2

    class Here(Life):
        pass

    Here.survey, Here.published = survey, published
    run_state_machine_as_test(Here, settings=EXAMPLES)
