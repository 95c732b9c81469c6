"""What rules excluded, and what others would: on the desk and by command; nothing is written."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.models import Answer, Assignment, Identity, Study, Survey
from surveys.selectors import quality_words
from surveys.selectors.quality import Effect, Excluded, quality
from surveys.services import flags
from tests.surveys import factories
from tests.surveys.test_verdicts import add_check, finish

pytestmark = pytest.mark.django_db
FAST = 1.0


@pytest.fixture
def survey(ada) -> Survey:
    """Let four finish: one with a missed check, one too fast, one both, one with care. One rule is frozen."""
    study = factories.make_study(owner=ada)
    study.definition |= {"rules": {"attention_failures": 1}}
    study.save()
    survey, published = factories.make_published_survey(study, raters=4, invitations=9)
    people = [factories.take_part(published, number, finish=False) for number in range(1, 5)]
    how = ((True, False), (False, True), (True, True), (False, False))
    for assignment, (missed, fast) in zip(people, how, strict=True):
        if missed:
            add_check(assignment, "attention", 1)
        if fast:
            Answer.objects.filter(assignment=assignment).update(seconds=FAST)
        finish(assignment)
    return survey


def state() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Assignment, Answer, Survey, Study)]


def effects(found: Excluded | None) -> dict[str, tuple[int, int, int]]:
    assert found
    return {row.rule: (row.hit, row.alone, row.answers) for row in found.effects}


def test_what_the_frozen_rules_excluded(survey):
    done = quality(survey).done
    assert (done.finished, done.excluded, done.answers, done.lost) == (4, 2, 8, 4)
    assert done.effects == (Effect("attention_failures", 1, 2, 2, 4),)
    assert {row.title: (row.answers, row.lost) for row in done.methods} == {"Method 0": (4, 2), "Method 1": (4, 2)}
    assert quality(survey).tried is None


def test_what_other_rules_would_exclude_each_alone_and_together(survey):
    before = state()
    tried = quality(survey, {"attention_failures": 1, "fastest_seconds_per_item": 2.0, "gold_failures": 1}).tried
    assert tried
    assert (tried.excluded, tried.lost, tried.share) == (3, 6, 0.75)
    assert effects(tried) == {
        "attention_failures": (2, 1, 4),
        "fastest_seconds_per_item": (2, 1, 4),
        "gold_failures": (0, 0, 0),
    }
    assert state() == before


def test_the_frozen_rules_tried_again_exclude_the_same(survey):
    found = quality(survey, survey.rules)
    assert found.tried == found.done


def test_a_person_twice_is_judged_in_the_order_of_finishing(survey):
    identity = Identity.objects.create(digest="d" * 64)
    people = list(Assignment.objects.order_by("submitted_at"))
    for each in people[1:]:
        each.participant.identity = identity
        each.participant.save()
    tried = quality(survey, {"duplicate_person": True}).tried
    assert effects(tried) == {"duplicate_person": (2, 2, 4)}
    # the first of them is excluded by another rule, so the second is the first who counts
    tried = quality(survey, {"duplicate_person": True, "fastest_seconds_per_item": 2.0}).tried
    assert effects(tried) == {"duplicate_person": (0, 0, 0), "fastest_seconds_per_item": (2, 2, 4)}


def test_who_did_not_finish_or_withdrew_is_not_in_it(survey):
    Assignment.objects.filter(usable=False).update(state=Assignment.State.WITHDRAWN, submitted_at=timezone.now())
    assert quality(survey).done.finished == 2


def test_queries_do_not_grow_with_people(survey, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        quality(survey, {"attention_failures": 1, "fastest_seconds_per_item": 2.0, "duplicate_person": True})


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("verdicts", *words, stdout=out)
    return out.getvalue()


def test_the_command_prints_both(survey, tmp_path):
    before = state()
    file = tmp_path / "other.toml"
    file.write_text("fastest_seconds_per_item = 2\nattention_failures = 1\n")
    said = run("--survey", "a", "--rules", str(file))
    assert "2 of 4 who finished were excluded (50.0 %), with 4 of 8 answers." in said
    assert "3 of 4 who finished would be excluded (75.0 %), with 6 of 8 answers." in said
    rows = [line.split() for line in said.splitlines() if line.startswith("  ")]
    assert ["attention_failures", "1", "or", "more", "2", "1", "4"] in rows
    assert ["Method", "0", "4", "3", "75.0", "%"] in rows
    assert state() == before


def test_the_command_takes_the_rules_of_a_study_file(survey, tmp_path):
    file = tmp_path / "study.toml"
    file.write_text('[study]\nslug = "next"\n[rules]\ngold_failures = 1\n')
    assert "0 of 4 who finished would be excluded" in run("--rules", str(file))
    file.write_text('[study]\nslug = "next"\n')
    assert "No rule is on." in run("--rules", str(file))


@pytest.mark.parametrize("text", ["lowest_rating = 2", "[rules]\nattention_failures = 0", "not toml"])
def test_the_command_refuses_what_is_no_rule(survey, tmp_path, text):
    file = tmp_path / "other.toml"
    file.write_text(text)
    with pytest.raises(CommandError, match=r"other\.toml"):
        run("--rules", str(file))


def test_the_command_says_when_nobody_has_finished(ada):
    factories.make_planned_survey(factories.make_study(owner=ada))
    said = run()
    assert "not published yet" in said
    assert "Nobody has finished yet" in said


@pytest.fixture
def desk(ada) -> Client:
    client = Client()
    client.force_login(ada)
    return client


def page(desk: Client, survey: Survey, **query: Any) -> str:
    response = desk.get(reverse("desk:quality", args=[survey.study.slug, survey.slug]), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_says_what_was_excluded_and_why(desk, survey):
    said = page(desk, survey)
    assert "<strong>2</strong> of 4 who finished were not usable, with 4 of 8 answers" in said
    assert "Attention checks missed: 1 (limit 1), at item 3" in said
    assert "Attention checks: item 3, expected 9 to 10, said 1 (8 off)" in said
    assert "Too fast: 2 of 2 timed items took less than 1.5 s, the fastest 1 s" in said
    assert "can’t be changed" in said
    codes = Assignment.objects.exclude(flags=[]).values_list("code", flat=True)
    assert len(codes) == 3
    assert all(code in said for code in codes)
    assert Assignment.objects.get(flags=[]).code not in said


def test_the_page_says_how_many_ended_with_practice(desk, survey):
    assert "ended with practice" not in page(desk, survey)
    left = Assignment.objects.filter(place__survey=survey)[:2].values_list("pk", flat=True)
    Assignment.objects.filter(pk__in=list(left)).update(state=Assignment.State.SCREENED_OUT)
    assert "2 more ended with practice, before any rule" in page(desk, survey)


def test_the_page_tries_other_rules_and_writes_nothing(desk, survey):
    before = state()
    said = page(
        desk, survey, fastest_seconds_per_item="2", attention_failures="", duplicate_person="true", **{"try": "1"}
    )
    assert "<strong>2</strong> of 4 would be excluded, with 4 of 8 answers" in said
    assert "below 2 s on 50 % of the items" in said
    assert 'name="fastest_seconds_per_item" value="2"' in said
    assert state() == before


@pytest.mark.parametrize("typed", ["none", "0", "-1", "nan", "1e999", "9" * 5000])
def test_numbers_that_make_no_sense_are_said_beside_their_field(desk, survey, typed):
    said = page(desk, survey, attention_failures=typed, **{"try": "1"})
    assert "makes no sense here" in said
    assert "would be excluded" not in said


def test_before_anybody_finished_the_page_says_what_comes(desk, ada):
    survey = factories.make_planned_survey(factories.make_study(owner=ada))
    assert "Nobody has finished yet" in page(desk, survey)
    assert "manage.py verdicts" in page(desk, survey)
    published, _ = factories.make_published_survey(factories.make_study("other", owner=ada))
    said = page(desk, published)
    assert "Nobody has finished yet" in said
    assert "manage.py verdicts" not in said


def test_only_the_owner_sees_it_and_it_only_reads(desk, survey):
    address = reverse("desk:quality", args=[survey.study.slug, survey.slug])
    assert desk.post(address).status_code == 405
    survey.study.owner = factories.make_user("bob")
    survey.study.save()
    assert desk.get(address).status_code == 404
    assert Client().get(address).headers["Location"].startswith("/login/")
    assert desk.get(reverse("desk:quality", args=[survey.study.slug, "c"])).status_code == 404


def test_every_rule_and_flag_has_words():
    assert tuple(quality_words.FLAGS) == flags.NAMES
    every: list[dict[str, Any]] = [
        {"rule": "attention_failures", "limit": 1, "failed": 1, "positions": [3]},
        {"rule": "gold_failures", "limit": 1, "failed": 2, "positions": [3, 4]},
        {"rule": "picture_failures", "limit": 2, "failed": 2, "positions": [3, 4]},
        {"rule": "fastest_seconds_per_item", "limit": 2.5, "share": 0.5, "too_fast": 3, "timed": 4},
        {"rule": "fastest_total_seconds", "limit": 60.0, "seconds": 41.5},
        {"rule": "duplicate_person", "assignments": ["a-1", "a-2"]},
    ]
    assert {row["rule"] for row in every} == set(quality_words.RULES)
    assert [quality_words.reason(row) for row in every] == [
        "Attention checks missed: 1 (limit 1), at item 3",
        "Gold checks missed: 2 (limit 1), at item 3, 4",
        "Pictures that did not arrive: 2 (limit 2), at item 3, 4",
        "Too fast on many items: 3 of 4 timed items took less than 2.5 s",
        "Too fast as a whole: 41.5 s (limit 60 s)",
        "The same person again: see a-1, a-2",
    ]
    seen: list[dict[str, Any]] = [
        {"flag": "straight_line", "value": 7, "run": 12, "ratings": 15, "share": 0.8},
        {"flag": "practice", "missed": [_missed([10, 10], 3, distance=7), _missed({"chosen": ["calm"]}, ["lonely"])]},
        {"flag": "attention", "missed": [_missed([1, 2], said, distance=said - 2) for said in (4, 5, 3)]},
        {"flag": "repeats", "limit": 0.25, "pairs": 2, "mean_difference": 4.5, "share_of_scale": 0.5},
        {"flag": "pasted", "limit": 0.5, "pasted_chars": 240, "typed_chars": 80, "share": 0.75},
        {"flag": "typing", "limit": 15, "typed_chars": 160, "seconds": 8.0, "per_second": 20.0},
        {"flag": "copied", "limit": 3, "pictures": 4, "assignments": ["a-1"]},
        {"flag": "parallel_tabs", "items": 4, "other_tabs": 2},
    ]
    assert [quality_words.flag(row) for row in seen] == [
        "Straight line: 12 of 15 ratings, one after the other, are 7",
        "Practice: item 1, expected 10, said 3 (7 off); item 1, expected calm, said lonely",
        "Attention checks: item 1, expected 1 to 2, said 4, 5, 3 (up to 3 off)",
        "Inconsistent repeats: 2 ratings differ from the first ones by 4.5 points in the mean",
        "Pasted text: 75 % of the characters (240) were pasted",
        "Typed like a machine: 20 characters in a second (160 in 8 s)",
        "Text like another participant’s: of 4 pictures word for word as a-1",
        "Parallel tabs: on 4 items, up to 2 more of the same place",
    ]


def _missed(expected: Any, said: Any, **distance: int) -> dict[str, Any]:
    return {"check": "x", "position": 1, "question": "q", "expected": expected, "said": said, **distance}
