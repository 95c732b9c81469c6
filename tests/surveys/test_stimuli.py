"""Stimuli of a study: made once, made anew only when something changed, and planned when they are all there."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command

from compression.build import finished
from surveys.models import Place, Rendition, Stimulus
from surveys.selectors import tables
from surveys.selectors.pictures import store
from surveys.services import places, stimuli, studies
from surveys.services.errors import ServiceError
from tests.surveys import factories, study_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path):
    return study_files.write(tmp_path / "files")


@pytest.fixture
def study(path):
    return studies.load(path=path).study


def generate(study):
    with ThreadPoolExecutor(1) as executor:
        return list(stimuli.generate(study=study, executor=executor))


def test_every_stimulus_is_sized_and_has_its_pictures(study):
    generate(study)
    rows = tables.stimuli(study)
    assert [row["stimulus"] for row in rows] == ["one.words", "one.jpeg", "two.words", "two.jpeg"]
    assert {row["state"] for row in rows} == {"ready"}
    assert rows[2]["size_bytes"] == len("A blüe thing".encode())
    assert rows[1]["size_bytes"] == rows[1]["file_bytes"] > 100
    assert all(row["rendition_sha256"] and row["original_rendition_sha256"] for row in rows)
    study.refresh_from_db()
    assert study.area_px == 4096


def test_generating_again_makes_nothing_anew(study):
    generate(study)
    before = list(Stimulus.objects.values()), list(Rendition.objects.values())
    assert all(event.reused for event in generate(study) if event.stimulus)
    assert before == (list(Stimulus.objects.values()), list(Rendition.objects.values()))


def test_a_changed_setting_makes_a_new_row_and_keeps_the_old_one(study, path):
    generate(study)
    path.write_text(path.read_text().replace("quality = 20", "quality = 60"))
    study = studies.load(path=path).study
    generate(study)
    rows = Stimulus.objects.filter(original__slug="one", method__slug="jpeg").order_by("pk")
    assert [row.current for row in rows] == [False, True]
    assert Stimulus.objects.filter(current=True).count() == 4


def test_a_file_that_changed_since_loading_is_noticed(study, path):
    study_files.draw(path.parent / "originals" / "one.png", 99)
    with pytest.raises(ServiceError, match="load_study"):
        generate(study)


def test_planning_needs_every_stimulus(study):
    with pytest.raises(ServiceError, match="generate_stimuli"):
        places.plan(survey=study.surveys.get())


def test_the_plan_shows_every_stimulus_as_often_as_there_are_raters(study):
    generate(study)
    proof = places.plan(survey=study.surveys.get())
    assert proof.sound
    assert tuple(proof.times_shown) == (2, 2)
    assert Place.objects.count() == 4


def test_planning_again_gives_the_same_places(study):
    generate(study)
    survey = study.surveys.get()
    places.plan(survey=survey)
    before = places.stored_places(survey)
    places.plan(survey=survey)
    assert places.stored_places(survey) == before


def test_a_changed_study_has_to_be_planned_again(study, path):
    generate(study)
    places.plan(survey=study.surveys.get())
    path.write_text(path.read_text().replace("quality = 20", "quality = 60"))
    study = studies.load(path=path).study
    assert study.surveys.get().state == "draft"


def test_a_published_survey_is_not_planned_again(study):
    generate(study)
    factories.publish_anything(study)
    with pytest.raises(ServiceError, match="fixed"):
        places.plan(survey=study.surveys.get())


def test_a_missing_original_is_stated_and_its_stimuli_are_left_out(path):
    path.write_text(path.read_text().replace("seed = 11", 'seed = 11\nmissing_files = "record"'))
    (path.parent / "originals" / "two.png").write_bytes(b"")
    loaded = studies.load(path=path)
    assert any("two" in condition for condition in loaded.conditions)
    generate(loaded.study)
    states = {row["stimulus"]: row["state"] for row in tables.stimuli(loaded.study)}
    assert states == {"one.words": "ready", "one.jpeg": "ready", "two.words": "unpaired", "two.jpeg": "missing"}
    proof = places.plan(survey=loaded.study.surveys.get())
    assert proof.sound
    shown = {item.original for place in places.stored_places(loaded.study.surveys.get()) for item in place.items}
    assert shown == {"one"}
    assert any("two" in note for note in tables.facts(loaded.study)["notes"])


def test_the_commands_lead_from_the_file_to_links(path, tmp_path, capsys):
    call_command("load_study", str(path))
    call_command("generate_stimuli")
    call_command("release", "--all", "--by", "Ada")
    call_command("plan")
    links = tmp_path / "links.csv"
    call_command("publish", "--count", "3", "--out", str(links), "--base-url", "https://example.org/")
    lines = links.read_text().splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("1,https://example.org/join/")
    assert links.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="another file"):
        call_command("publish", "--count", "3", "--out", str(links))
    call_command("export", "--out", str(tmp_path / "out"))
    assert (tmp_path / "out" / "datapackage.json").exists()
    assert "4 places" in capsys.readouterr().out


def test_links_that_were_not_published_leave_no_file(path, tmp_path):
    call_command("load_study", str(path))
    links = tmp_path / "links.csv"
    with pytest.raises(CommandError):
        call_command("publish", "--out", str(links))
    assert not links.exists()


def test_an_original_that_turns_out_broken_changes_nothing_the_second_time(path):
    path.write_text(path.read_text().replace("seed = 11", 'seed = 11\nmissing_files = "record"'))
    picture = path.parent / "originals" / "two.png"
    picture.write_bytes(picture.read_bytes()[:-200])
    study = studies.load(path=path).study
    generate(study)
    before = list(Stimulus.objects.order_by("pk").values())
    generate(study)
    assert before == list(Stimulus.objects.order_by("pk").values())
    assert {row["state"] for row in before} > {"ready"}


def test_a_half_finished_generation_can_not_be_planned(study):
    for event in stimuli.generate(study=study, executor=ThreadPoolExecutor(1)):
        if event.kind != "stimulus":
            break
    assert Stimulus.objects.count() == 4
    with pytest.raises(ServiceError, match="generate_stimuli"):
        places.plan(survey=study.surveys.get())


def test_pictures_that_people_have_seen_are_not_swapped(study):
    generate(study)
    factories.publish_anything(study)
    row = Stimulus.objects.get(original__slug="one", method__slug="jpeg")
    assert row.rendition
    built = finished(stimuli.plan_of(study), store())
    other = next(found.rendition_sha256 for found in built.stimuli if found.stimulus == "two.jpeg")
    changed = next(found for found in built.stimuli if found.stimulus == "one.jpeg")
    with pytest.raises(ServiceError, match="people have seen it"):
        stimuli.record(study=study, stimulus=dataclasses.replace(changed, rendition_sha256=other))
    row.refresh_from_db()
    assert row.current


def said_by_an_earlier_version(study):
    generate(study)
    row = Stimulus.objects.filter(original__study=study, current=True).exclude(rendition=None).first()
    assert row is not None
    Stimulus.objects.filter(pk=row.pk).update(parameters={"said": "before"}, content_sha256="0" * 64)
    return row


def test_what_a_later_version_says_more_of_the_same_picture_makes_no_other_stimulus(study):
    row = said_by_an_earlier_version(study)
    generate(study)
    row.refresh_from_db()
    assert row.current
    assert row.parameters != {"said": "before"}, "nobody has seen it yet: it is said as it is now"
    assert Stimulus.objects.count() == 4


def test_a_published_study_keeps_what_was_said_of_a_picture(study):
    row = said_by_an_earlier_version(study)
    factories.publish_anything(study)
    generate(study)
    row.refresh_from_db()
    assert row.current
    assert row.parameters == {"said": "before"}


def test_places_are_read_back_with_two_queries_however_many_there_are(django_assert_num_queries):
    """Names of thousands of stimuli in a query's conditions are more than SQLite takes."""
    survey = factories.make_planned_survey(factories.make_study(originals=3, methods=2))
    with django_assert_num_queries(2):
        stored = places.stored_places(survey)
    assert [len(place.items) for place in stored] == [3] * 4
