"""Whatever people rate, and whatever is remarked about it: the verdicts are the same, and everybody is paid."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from surveys.models import Answer, Assignment, PlaceItem
from surveys.participant_tables import FlagsDefinition
from surveys.services import assignments
from tests.surveys import factories

pytestmark = pytest.mark.django_db
RULES = {"attention_failures": 1, "picture_failures": 2, "fastest_seconds_per_item": 2.0, "duplicate_person": True}
ORIGINALS, CHECKS, REPEATS = 5, 2, 2
SEEN = (PlaceItem.Kind.STUDY, PlaceItem.Kind.REPEAT)

ratings = st.lists(st.integers(1, 10), min_size=ORIGINALS + REPEATS, max_size=ORIGINALS + REPEATS)
checked = st.lists(st.integers(1, 10), min_size=CHECKS, max_size=CHECKS)
times = st.lists(st.floats(0.1, 60), min_size=ORIGINALS + REPEATS + CHECKS, max_size=ORIGINALS + REPEATS + CHECKS)
broken = st.sets(st.integers(0, ORIGINALS + REPEATS - 1), max_size=3)
limits = st.builds(
    FlagsDefinition,
    too_fast_seconds_per_item=st.none() | st.floats(0.1, 60),
    straight_line_ratings=st.integers(2, 9),
    straight_line_share=st.floats(0.1, 1),
    repeats_difference=st.floats(0.01, 1),
)
ALL_SEVEN, ALL_TEN, UNEVEN = [7] * 7, [10] * 7, [1, 10, 1, 10, 1, 10, 1]
SLOW, QUICK = [9.0] * 9, [1.0] * 9
LAX, STRICT = FlagsDefinition(), FlagsDefinition(straight_line_ratings=2, straight_line_share=0.1)


@dataclass(frozen=True)
class Outcome:
    """What a finished assignment came to."""

    excluded_by: list[dict[str, Any]]
    usable: bool | None
    payable: bool | None
    holds_place: bool
    place: str
    flags: set[str]

    @property
    def verdict(self) -> tuple[Any, ...]:
        """All but the flags."""
        return self.excluded_by, self.usable, self.payable, self.holds_place, self.place


def finished(
    code: str, rated: list[int], on_checks: list[int], took: list[float], missing: set[int], flagged: Any
) -> Outcome:
    """Let somebody answer like this and finish; afterwards it is as if nothing had been."""
    with transaction.atomic():
        assignment = Assignment.objects.select_related("place__survey__study").get(code=code)
        study = assignment.place.survey.study
        study.definition |= {"flags": flagged.model_dump(mode="json")}
        study.save()
        items = list(assignment.place.items.order_by("position"))
        shown = [item for item in items if item.kind in SEEN]
        values = dict(zip(shown, rated, strict=True))
        values |= zip((item for item in items if item.kind not in SEEN), on_checks, strict=True)
        skipped = {shown[number] for number in missing}
        Answer.objects.bulk_create(
            Answer(
                assignment=assignment,
                item=item,
                question="satisfaction",
                value=None if item in skipped else values[item],
                skipped=item in skipped,
                reason="picture" if item in skipped else "",
                key=uuid.uuid4(),
                receipt=uuid.uuid4().hex,
                answered_at=timezone.now(),
                seconds=seconds,
            )
            for item, seconds in zip(items, took, strict=True)
        )
        row = assignments.submit(code=code)
        row.refresh_from_db()
        row.place.refresh_from_db()
        names = {flag["flag"] for flag in row.flags}
        found = Outcome(row.excluded_by, row.usable, row.payable, row.holds_place, row.place.state, names)
        transaction.set_rollback(True)
    return found


@pytest.fixture
def code() -> str:
    """Return an assignment of five stimuli, two attention checks and two repeats, with every rule that applies."""
    study = factories.make_study(originals=ORIGINALS)
    study.definition |= {"rules": RULES}
    study.save()
    checks = {"attention": ["identical", "unrelated"], "repeats": REPEATS}
    published = factories.make_published_survey(study, checks=checks)[1]
    return factories.take_part(published, items=0).code


def test_verdicts_do_not_see_ratings_nor_flags_and_pay_sees_neither(code):
    excluded: list[bool] = []
    flags: list[set[str]] = []

    @settings(max_examples=25, deadline=None)
    @given(ratings, ratings, checked, times, broken, limits, limits)
    @example(ALL_SEVEN, UNEVEN, [10, 1], SLOW, set(), STRICT, LAX)
    @example(UNEVEN, ALL_TEN, [1, 10], SLOW, set(), LAX, STRICT)
    @example(ALL_TEN, ALL_SEVEN, [10, 1], QUICK, {0, 1}, STRICT, LAX)
    def whatever(one, other, on_checks, took, missing, these, those):
        first = finished(code, one, on_checks, took, missing, these)
        second = finished(code, other, on_checks, took, missing, those)
        assert first.verdict == second.verdict
        assert first.payable is True
        assert first.usable == (not first.excluded_by)
        excluded.append(not first.usable)
        flags.append(first.flags ^ second.flags)

    whatever()
    assert set(excluded) == {True, False}  # so that this can fail
    assert any("straight_line" in each for each in flags)
