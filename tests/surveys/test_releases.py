"""A person looks at each reconstruction before people see it; what is rejected is missing, and says why."""

from __future__ import annotations

import dataclasses
import importlib
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from compression.build import finished
from surveys.models import Release, Stimulus, Study
from surveys.selectors import releases as selectors
from surveys.selectors import tables
from surveys.selectors.pictures import store
from surveys.selectors.releases import tally
from surveys.services import places, publishing, releases, stimuli, studies
from surveys.services.errors import ConflictError, ServiceError
from tests.surveys import factories, study_files

pytestmark = pytest.mark.django_db

WORDS = "picture-0.method-0"


@pytest.fixture
def study() -> Study:
    return factories.make_study()


def judge(study: Study, verdict: str, *names: str, **extra: str) -> int:
    seen = releases.names(study, names)
    return releases.judge(study=study, seen=seen, verdict=verdict, by="ada", **extra)


def current(study: Study, name: str = WORDS) -> dict[str, Any]:
    return next(row for row in tables.stimuli(study) if row["stimulus"] == name)


def run(*words: str) -> str:
    out = StringIO()
    call_command("release", *words, stdout=out)
    return out.getvalue()


def test_only_pictures_made_from_words_wait_for_a_person(study: Study):
    assert [each.stimulus.name for each in selectors.reconstructions(study)] == [WORDS, "picture-1.method-0"]
    assert tally(study) == selectors.Tally(waiting=2, released=0, rejected=0)


def test_nothing_is_published_while_a_reconstruction_waits(study: Study):
    survey = factories.make_planned_survey(study)
    judge(study, "released", WORDS)
    with pytest.raises(ServiceError, match=r"1 of 2 reconstructions wait .*/desk/tiny/contact-sheet/"):
        publishing.publish(survey=survey, link="open")
    judge(study, "released", "picture-1.method-0")
    assert publishing.publish(survey=survey, link="open").keys


def test_a_rejected_picture_is_a_missing_stimulus_with_its_reason(study: Study):
    survey = factories.make_planned_survey(study)
    sha256 = current(study)["sha256"]
    assert judge(study, "rejected", WORDS, reason=" letters in \n the sky ") == 1
    row = current(study)
    assert (row["state"], row["reason"], row["sha256"]) == ("missing", "rejected: letters in the sky", sha256)
    survey.refresh_from_db()
    assert survey.state == "draft"
    proof = places.plan(survey=survey)
    assert proof.sound
    shown = {item.study_stimulus.name for place in survey.places.all() for item in place.items.all()}
    assert shown == {"picture-0.method-1", "picture-1.method-0", "picture-1.method-1"}


def test_a_plan_from_before_a_rejection_is_not_published(study: Study):
    survey = factories.make_planned_survey(study)
    factories.release_all(study)
    judge(study, "rejected", WORDS, reason="blurred")
    with pytest.raises(ServiceError, match="run manage"):
        publishing.publish(survey=survey, link="open")


def test_a_verdict_can_be_taken_back_and_the_stimulus_is_the_row_it_was(study: Study):
    before = Stimulus.objects.get(original__slug="picture-0", method__slug="method-0")
    judge(study, "rejected", WORDS, reason="blurred")
    judge(study, "withdrawn", WORDS)
    after = Stimulus.objects.get(original__slug="picture-0", method__slug="method-0", current=True)
    assert (after.state, after.reason, after.rendition) == ("ready", "", before.rendition)
    assert tally(study).waiting == 2
    assert [row.verdict for row in study.releases.order_by("pk")] == ["rejected", "withdrawn"]


def test_an_unpaired_picture_comes_back_unpaired(study: Study):
    Stimulus.objects.filter(original__slug="picture-0").update(original_rendition=None, state="unpaired", reason="gone")
    study.originals.filter(slug="picture-0").update(reason="gone")
    judge(study, "rejected", WORDS, reason="blurred")
    assert current(study)["state"] == "missing"
    judge(study, "released", WORDS)
    assert (current(study)["state"], current(study)["reason"]) == ("unpaired", "gone")


def test_the_same_verdict_again_is_no_second_row(study: Study):
    assert [judge(study, "released", WORDS), judge(study, "released", WORDS)] == [1, 0]
    assert judge(study, "withdrawn", "picture-1.method-0") == 0
    assert study.releases.count() == 1


def test_the_verdict_travels_with_the_export_and_who_gave_it_does_not(study: Study):
    judge(study, "rejected", WORDS, reason="blurred")
    told = tables.provenance(study)
    assert told[WORDS]["release"] | {"at": ""} == {"verdict": "rejected", "reason": "blurred", "at": ""}
    assert "release" not in told["picture-1.method-0"]
    assert "ada" not in str(told)


def test_who_and_when_are_kept(study: Study):
    judge(study, "released", WORDS)
    row = study.releases.get()
    assert (row.by, row.stimulus, row.verdict) == ("ada", WORDS, "released")
    assert row.at


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501, "a\x00b"])
def test_a_rejection_needs_a_reason_in_plain_text(study: Study, reason: str):
    with pytest.raises(ServiceError, match="reason"):
        judge(study, "rejected", WORDS, reason=reason)
    assert not Release.objects.exists()


@pytest.mark.parametrize("seen", [["picture-0.method-0 " + "0" * 64], ["nothing.at-all abc"], ["\x00"]])
def test_what_nobody_has_seen_is_not_judged(study: Study, seen: list[str]):
    first = next(each.seen for each in selectors.reconstructions(study))
    with pytest.raises(ConflictError, match="Nothing was changed"):
        releases.judge(study=study, seen=[first, *seen], verdict="released", by="ada")
    assert not Release.objects.exists()


def test_a_published_study_keeps_its_verdicts(study: Study):
    factories.make_published_survey(study)
    with pytest.raises(ServiceError, match="fixed"):
        judge(study, "withdrawn", WORDS)


@pytest.fixture
def made(tmp_path: Any) -> tuple[Study, Any]:
    path = study_files.write(tmp_path / "files")
    study = studies.load(path=path).study
    generate(study)
    return study, path


def generate(study: Study) -> None:
    with ThreadPoolExecutor(1) as executor:
        list(stimuli.generate(study=study, executor=executor))


def test_generating_again_keeps_a_rejection(made: tuple[Study, Any]):
    study, _ = made
    judge(study, "rejected", "one.words", reason="blurred")
    before = list(Stimulus.objects.order_by("pk").values())
    generate(study)
    assert before == list(Stimulus.objects.order_by("pk").values())


def test_a_picture_made_anew_needs_a_new_look(made: tuple[Study, Any]):
    study, path = made
    judge(study, "rejected", "one.words", reason="blurred")
    judge(study, "released", "two.words")
    study_files.draw(path.parent / "made" / "one_w.png", 77, (64, 64))
    generate(studies.load(path=path).study)
    assert current(study, "one.words")["state"] == "ready"
    assert tally(study) == selectors.Tally(waiting=1, released=1, rejected=0)


def test_a_picture_rejected_before_is_missing_as_soon_as_it_is_made_again(made: tuple[Study, Any]):
    study, _ = made
    built = next(each for each in finished(stimuli.plan_of(study), store()).stimuli if each.stimulus == "one.words")
    judge(study, "rejected", "one.words", reason="blurred")
    other = dataclasses.replace(built, sha256="f" * 64)
    assert stimuli.record(study=study, stimulus=other).state == "ready"
    again = stimuli.record(study=study, stimulus=built)
    assert (again.state, again.reason) == ("missing", "rejected: blurred")


def test_the_command_releases_rejects_and_takes_back(study: Study):
    assert "2 released by Bob. Of 2 reconstructions 2 are released" in run("--all", "--by", "Bob")
    assert "Nothing had to be changed." in run("--all")
    assert "1 rejected" in run("--reject", WORDS, "--reason", "blurred")
    assert current(study)["reason"] == "rejected: blurred"
    assert "0 rejected, 1 waiting" in run("--undo", WORDS)
    assert "2 are released" in run("--stimulus", WORDS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--all"),
        (("--reject", WORDS), "needs a reason"),
        (("--all", "--reason", "why"), "goes with --reject"),
        (("--stimulus", "picture-0.method-1"), "not among the study's reconstructions"),
    ],
)
def test_the_command_says_what_is_lacking(study: Study, words: tuple[str, ...], said: str):
    with pytest.raises(CommandError, match=said):
        run(*words)


def test_what_was_published_before_there_were_verdicts_counts_as_released():
    old, new = factories.make_study("old"), factories.make_study("new")
    factories.publish_anything(factories.make_survey(old).study)
    migration = importlib.import_module("surveys.migrations.0002_captions_releases")
    migration.release_what_is_published(apps, None)
    assert tally(old) == selectors.Tally(waiting=0, released=2, rejected=0)
    assert tally(new).waiting == 2
