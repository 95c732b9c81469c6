"""A study file becomes a study: all of it or nothing, and again only what changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command

from compression.definition import ELSEWHERE
from compression.study import StimulusDefinition, StudyError
from surveys.models import Caption, Original, Study, Survey
from surveys.services import places, publishing, stimuli, studies
from surveys.services.errors import ServiceError
from surveys.study_file import StudyFile
from tests.surveys import factories, study_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path):
    return study_files.write(tmp_path)


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_everything_in_the_file_is_loaded(path):
    study = studies.load(path=path).study
    assert [row.slug for row in study.originals.all()] == ["one", "two"]
    assert [row.slug for row in study.methods.all()] == ["words", "jpeg"]
    assert sorted(Caption.objects.values_list("text", flat=True)) == ["A blüe thing", "A red thing"]
    survey = study.surveys.get()
    assert (survey.slug, survey.raters, survey.state) == ("a", 2, Survey.State.DRAFT)
    assert all(len(row.sha256) == 64 and row.file_bytes > 0 for row in study.originals.all())


def test_the_goal_of_intervals_is_pre_registered(path):
    change(path, "margin = 0.5", "margin = 0.5\ninterval_goal = 1.5\nraters_at_most = 40")
    fixed = studies.load(path=path).study.surveys.get().preregistration
    assert (fixed["interval_goal"], fixed["raters_at_most"]) == (1.5, 40)
    assert not studies.load(path=path).changes


def test_loading_again_changes_nothing(path):
    studies.load(path=path)
    before = [list(model.objects.values()) for model in (Study, Original, Caption, Survey)]
    again = studies.load(path=path)
    assert again.changes == ()
    assert before == [list(model.objects.values()) for model in (Study, Original, Caption, Survey)]


def test_a_changed_title_is_the_only_change(path):
    studies.load(path=path)
    change(path, 'title = "Words"', 'title = "Some words"')
    assert studies.load(path=path).changes == ("method words: title changed",)


def test_a_changed_caption_is_a_new_row_and_the_old_one_stays(path):
    studies.load(path=path)
    (path.parent / "captions.csv").write_text("original,caption\none,A green thing\ntwo,A blüe thing\n")
    assert studies.load(path=path).changes == ("caption of one by words is changed",)
    rows = Caption.objects.filter(original__slug="one").order_by("pk")
    assert [(row.text, row.current) for row in rows] == [("A red thing", False), ("A green thing", True)]


def test_an_original_that_left_the_file_leaves_the_study(path):
    study = studies.load(path=path).study
    text = path.read_text()
    start = text.index('[[originals]]\nslug = "two"')
    path.write_text(text[:start] + text[text.index("[[methods]]") :])
    (path.parent / "captions.csv").write_text("original,caption\none,A red thing\n")
    assert "original two is gone" in studies.load(path=path).changes
    assert [row.slug for row in study.originals.all()] == ["one"]


def test_nothing_is_written_when_anything_is_wrong(path):
    change(path, 'category = "things"\nfile = "originals/two"', 'category = "persons"\nfile = "originals/two"')
    (path.parent / "made" / "one_w.png").unlink()
    with pytest.raises(StudyError) as error:
        studies.load(path=path)
    assert not Study.objects.exists()
    assert "persons" in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("raters = 2", "raters = 0", "raters"),
        ('instrument = "survey_a"', 'instrument = "survey_x"', "survey_a"),
        ('instrument = "survey_a"', 'instrument = "../other.toml"', "outside"),
        ("margin = 0.5", "margin = -1", "margin"),
        ("margin = 0.5", "margin = 0.5\ninterval_goal = 2", "belong together"),
        ("margin = 0.5", "margin = 0.5\ninterval_goal = 0\nraters_at_most = 9", "interval_goal"),
        ("margin = 0.5", "margin = 0.5\ninterval_goal = 2\nraters_at_most = 1", "can't be below the raters"),
        ('withdraw_until = "30 days"', 'withdraw_until = "soon"', "consent.withdraw_until"),
        ('backend = "jpeg"', 'backend = "jpg"', "jpeg"),
        ("seed = 11", 'seed = 11\ncode = "import os"', "code"),
        ('file = "originals/one"', 'file = "../../etc/passwd"', "originals[0].file"),
        ('slug = "small"', 'slug = "Small!"', "study.slug"),
        ("[study]", "[study", "TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_key(path, old, new, words):
    change(path, old, new)
    with pytest.raises(StudyError, match=words.replace("[", r"\[")):
        studies.load(path=path)
    assert not Study.objects.exists()


def test_a_published_study_refuses_a_change_and_says_how_to_go_on(path):
    study = studies.load(path=path).study
    factories.publish_anything(study)
    change(path, "quality = 20", "quality = 30")
    with pytest.raises(ServiceError, match="another slug"):
        studies.load(path=path)
    assert study.methods.get(slug="jpeg").settings["codec"]["quality"] == 20


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("area_px = 4096", "area_px = 8192"),
        (
            "area_px = 4096",
            'area_px = 4096\nwatermark = { action = "mask", left = 0.9, top = 0.9, right = 1.0, bottom = 1.0 }',
        ),
        ('responsible = "Dr Ada Example"', 'responsible = "Somebody else"'),
        ("seed = 11", 'seed = 11\nmissing_files = "record"'),
        ("margin = 0.5", "margin = 1.0"),
        ("[consent]", '[panel]\nlinks = "open"\n\n[consent]'),
        ("raters = 2", "raters = 3"),
    ],
)
def test_no_part_of_a_published_study_can_be_changed_by_loading(path, old, new):
    study = studies.load(path=path).study
    factories.publish_anything(study)
    before = list(Study.objects.values())
    change(path, old, new)
    with pytest.raises(ServiceError, match="another slug"):
        studies.load(path=path)
    assert before == list(Study.objects.values())


@pytest.mark.parametrize("gone", ["original", "method"])
def test_nothing_of_a_published_study_can_be_taken_out_by_loading(path, gone):
    study = studies.load(path=path).study
    with ThreadPoolExecutor(1) as executor:
        list(stimuli.generate(study=study, executor=executor))
    places.plan(survey=study.surveys.get())
    factories.release_all(study)
    publishing.publish(survey=study.surveys.get(), link="open")
    text = path.read_text()
    if gone == "original":
        start, end = text.index('[[originals]]\nslug = "two"'), text.index("[[methods]]")
        (path.parent / "captions.csv").write_text("original,caption\none,A red thing\n")
    else:
        start, end = text.index('[[methods]]\nslug = "jpeg"'), text.index("[[surveys]]")
    path.write_text(text[:start] + text[end:])
    with pytest.raises(ServiceError, match="is gone"):
        studies.load(path=path)
    assert (study.originals.count(), study.methods.count()) == (2, 2)


def test_the_seal_does_not_hang_on_what_a_study_may_change_about_itself(path):
    definition = studies.load(path=path).study.definition
    other = definition | {"study": definition["study"] | {"title": "Another", "results": "staff", "listed": True}}
    grown = definition | {"study": definition["study"] | {"seed": 12}}
    assert publishing.without_words(definition) == publishing.without_words(other)
    assert publishing.without_words(definition) != publishing.without_words(grown)


def test_a_published_study_may_get_new_words_about_itself_and_show_its_results(path):
    study = studies.load(path=path).study
    factories.publish_anything(study)
    change(path, 'results = "public"', 'results = "staff"')
    change(path, 'title = "A small study"', 'title = "A small study, finished"')
    assert len(studies.load(path=path).changes) == 1
    study.refresh_from_db()
    assert (study.title, study.results_public) == ("A small study, finished", False)


def test_a_published_study_may_be_loaded_again_unchanged(path):
    study = studies.load(path=path).study
    factories.publish_anything(study)
    assert studies.load(path=path).changes == ()


def test_a_study_kept_before_a_key_existed_has_not_changed(path):
    study = studies.load(path=path).study
    del study.definition["renditions"]["watermark"]
    study.save()
    factories.publish_anything(study)
    change(path, 'title = "A small study"', 'title = "A small study, finished"')
    loaded = studies.load(path=path)
    assert loaded.changes == (studies.ABOUT_ITSELF,)
    assert "watermark" not in loaded.study.definition["renditions"], "the seal covers what was published"
    assert loaded.study.definition["study"]["title"] == "A small study, finished"


def test_the_command_says_in_words_what_is_wrong(path):
    change(path, "raters = 2", "raters = 0")
    with pytest.raises(CommandError, match=r"surveys\[0\].*raters"):
        call_command("load_study", str(path))


def test_the_command_names_an_owner_that_does_not_exist(path):
    with pytest.raises(CommandError, match="staff_link"):
        call_command("load_study", str(path), "--owner", "nobody")


def test_publishing_needs_a_plan(path):
    study = studies.load(path=path).study
    with pytest.raises(ServiceError, match="run manage"):
        publishing.publish(survey=study.surveys.get(), link="open")


@pytest.mark.parametrize(
    ("original", "words"),
    [
        ("gold/none", "there is no gold/none"),
        ("originals/one", "originals/one is an original of the study"),
        ("captions.csv", "there is no captions.csv"),
        ("broken", "broken"),
        ("../outside", "is not a path below the study's folder"),
    ],
)
def test_pictures_of_gold_checks_are_looked_at_when_the_file_is_loaded(tmp_path, original, words):
    study_files.draw(tmp_path / "gold" / "fine.png", 77)
    (tmp_path / "broken.png").write_bytes(b"no picture")
    gold = f"""
    [[surveys.checks.gold]]
    slug = "boat"
    original = "{original}"
    shown = "gold/fine"
    expected = {{ satisfaction = [8, 10] }}
    """
    path = study_files.write(tmp_path, study_files.TEXT.replace("raters = 2", f"raters = 2\n{gold}"))
    with pytest.raises(StudyError, match=r"surveys\.a\.checks\.gold \(boat\)") as refused:
        studies.load(path=path)
    assert words in str(refused.value)
    assert not Study.objects.exists()


def test_checks_and_short_forms_of_a_study_file_reach_the_survey(tmp_path):
    more = 'raters = 2\nitems_per_form = 1\nchecks = { attention = ["identical"], training = true }'
    studies.load(path=study_files.write(tmp_path, study_files.TEXT.replace("raters = 2", more)))
    survey = Survey.objects.get()
    assert survey.items_per_form == 1
    assert survey.checks == {"attention": ["identical"], "training": True}
    assert survey.asked_besides.training_tries == 3


def test_the_part_about_stimuli_leaves_every_table_about_people_to_the_site():
    """A folder with a whole study file can be built without the site: these tables are left to it."""
    assert set(StudyFile.model_fields) - set(StimulusDefinition.model_fields) == ELSEWHERE
