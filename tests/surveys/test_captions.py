"""Captions written on the desk: versions, candidates, writers without names, and stimuli made from what counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from compression.captioners.caption_file import MAX_BYTES
from compression.study import StudyError
from surveys.models import Caption, Method, Original, Study
from surveys.selectors import captions as selectors
from surveys.selectors import tables
from surveys.selectors.steps import steps
from surveys.services import captions, places, stimuli, studies
from surveys.services.errors import ConflictError, ServiceError
from tests.surveys import factories, study_files

pytestmark = pytest.mark.django_db

ON_PAGE = study_files.TEXT.replace('file = "captions.csv"', "page = true")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return study_files.write(tmp_path / "files", ON_PAGE)


@pytest.fixture
def study(path: Path) -> Study:
    return studies.load(path=path).study


@pytest.fixture
def method(study: Study) -> Method:
    return study.methods.get(slug="words")


@pytest.fixture
def one(study: Study) -> Original:
    return study.originals.get(slug="one")


@pytest.fixture
def bob(db: None) -> User:
    return factories.make_user("bob@example.org")


def generate(study: Study) -> None:
    with ThreadPoolExecutor(1) as executor:
        list(stimuli.generate(study=study, executor=executor))


def write(method: Method, original: Original, words: Any, writer: User, **more: Any) -> Caption:
    return captions.write(method=method, original=original, words=words, writer=writer, **more)


def again(row: Caption, words: Any, writer: User) -> Caption:
    """Write a new version of a caption, with its present one in view."""
    return write(row.method, row.original, words, writer, candidate=row.candidate, base=row.pk)


def standing(method: Method, original: Original) -> list[tuple[int, str, bool]]:
    rows = Caption.objects.filter(method=method, original=original).order_by("pk")
    return list(rows.values_list("candidate", "text", "current"))


def test_the_first_words_count_at_once(method: Method, one: Original, bob: User):
    write(method, one, " a  red\r\nbo\u0061\u0301t ", bob)
    assert standing(method, one) == [(1, "a red bo\u00e1t", True)]


def test_elements_join_in_the_guides_order(method: Method, one: Original, bob: User):
    row = write(method, one, {"d": "on a lake", "a": " A red boat ", "c": "", "z": "no element"}, bob)
    assert row.text == "A red boat on a lake"
    assert row.elements == {"a": "A red boat", "d": "on a lake"}


def test_every_version_is_kept_and_the_newest_of_the_chosen_caption_counts(method: Method, one: Original, bob: User):
    first = write(method, one, "a boat", bob)
    again(first, "a red boat", bob)
    assert standing(method, one) == [(1, "a boat", False), (1, "a red boat", True)]


def test_another_caption_counts_only_when_it_is_chosen(method: Method, one: Original, bob: User):
    write(method, one, "a boat", bob)
    other = write(method, one, "a ship", bob)
    again(other, "a big ship", bob)
    assert standing(method, one) == [(1, "a boat", True), (2, "a ship", False), (2, "a big ship", False)]
    captions.choose(caption=Caption.objects.get(text="a big ship"))
    assert [current for _, _, current in standing(method, one)] == [False, False, True]


def test_the_same_words_again_are_no_new_version(method: Method, one: Original, bob: User):
    first = write(method, one, "a boat", bob)
    assert again(first, "a boat ", bob) == first
    assert Caption.objects.count() == 1


def test_whoever_did_not_see_the_newest_words_does_not_write_over_them(method: Method, one: Original, bob: User):
    first = write(method, one, "a boat", bob)
    again(first, "a red boat", bob)
    for more in ({"base": first.pk}, {"base": None}, {"candidate": 9}):
        with pytest.raises(ConflictError, match="not saved yet"):
            write(method, one, "a blue boat", bob, **({"candidate": 1, "base": first.pk} | more))
    assert Caption.objects.count() == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (" \n ", "no words yet"),
        ({"a": " "}, "no words yet"),
        ("ü" * 1001, "2,002 bytes"),
        ({"a": "x" * 1000, "b": "y" * 1000}, "2,001 bytes"),
        ("a\x00b", "can't be shown"),
        ("a\x1bb", "can't be shown"),
        ("a\ud800b", "can't be shown"),
    ],
)
def test_words_that_can_not_be_kept_are_refused_in_words(
    method: Method, one: Original, bob: User, words: Any, said: str
):
    with pytest.raises(ServiceError, match=said):
        write(method, one, words, bob)
    assert not Caption.objects.exists()


def test_words_of_exactly_the_limit_are_kept(method: Method, one: Original, bob: User):
    assert len(write(method, one, "ü" * 1000, bob).text.encode()) == MAX_BYTES


def test_writers_are_numbers_and_no_names(method: Method, one: Original, bob: User, ada: User):
    first = write(method, one, "a boat", bob)
    again(first, "a red boat", ada)
    entry = selectors.entries(method.study, [method], one)[0]
    assert [version.writer for version in entry.candidates[0].versions] == [2, 1]
    kept = str(list(Caption.objects.values()))
    assert "bob" not in kept
    assert captions.pseudonym(method.study, bob) == first.writer
    assert captions.pseudonym(factories.make_study("other"), bob) != first.writer


def test_stimuli_are_made_from_the_words_that_count(study: Study, method: Method, one: Original, bob: User):
    generate(study)
    rows = {row["stimulus"]: row for row in tables.stimuli(study)}
    assert (rows["one.words"]["state"], rows["one.words"]["caption"]) == ("missing", None)
    assert "write it on the desk" in rows["one.words"]["reason"]
    for original in study.originals.all():
        write(method, original, {"a": "a thing", "f": "at dawn"}, bob)
    generate(study)
    rows = {row["stimulus"]: row for row in tables.stimuli(study)}
    assert (rows["one.words"]["state"], rows["one.words"]["caption"]) == ("ready", "a thing at dawn")
    assert rows["one.words"]["size_bytes"] == len("a thing at dawn")
    told = tables.provenance(study)["one.words"]["captioner"]
    assert (told["backend"], told["written_by"]) == ("human", "writer 1")
    assert selectors.words(study)[0]["words", "one"].elements == {"a": "a thing", "f": "at dawn"}


def test_optional_words_may_stay_unknown(path: Path):
    path.write_text(ON_PAGE.replace("page = true", "page = true, optional = true"))
    study = studies.load(path=path).study
    assert selectors.unwritten(study) == 0
    generate(study)
    row = next(row for row in tables.stimuli(study) if row["stimulus"] == "one.words")
    assert (row["state"], row["caption"], row["size_bytes"]) == ("ready", None, None)


def test_changed_words_need_new_stimuli_and_a_new_plan(study: Study, method: Method, one: Original, bob: User):
    rows = [write(method, original, "a thing", bob) for original in study.originals.all()]
    generate(study)
    survey = study.surveys.get()
    places.plan(survey=survey)
    again(rows[0], "a red thing", bob)
    survey.refresh_from_db()
    assert survey.state == "draft"
    with pytest.raises(ServiceError, match=r"made from other words .*one\.words.*generate_stimuli"):
        places.plan(survey=survey)
    generate(study)
    assert places.plan(survey=survey).sound


def test_the_step_says_what_is_to_write_and_to_make_again(study: Study, method: Method, one: Original, bob: User):
    def step() -> Any:
        return next(step for step in steps(study) if step.slug == "stimuli")

    assert (step().missing, step().todo) == ("2 captions to write.", "desk:captions")
    rows = [write(method, original, "a thing", bob) for original in study.originals.all()]
    assert step().missing == "4 to make."
    generate(study)
    factories.release_all(study)
    assert step().done
    again(rows[0], "a red thing", bob)
    assert step().missing == "1 made from words that were changed since: generate again."


def test_loading_again_keeps_what_was_written(path: Path, study: Study, method: Method, one: Original, bob: User):
    write(method, one, "a boat", bob)
    assert studies.load(path=path).changes == ()
    assert standing(method, one) == [(1, "a boat", True)]


def test_words_of_a_file_are_where_the_page_begins(tmp_path: Path, bob: User):
    path = study_files.write(tmp_path / "files")
    study = studies.load(path=path).study
    path.write_text(ON_PAGE)
    studies.load(path=path)
    method, one = study.methods.get(slug="words"), study.originals.get(slug="one")
    entry = selectors.entries(study, [method], one)[0]
    assert entry.current
    assert (entry.current.caption.text, entry.current.writer) == ("A red thing", 0)
    again(entry.current.caption, "A green thing", bob)
    assert standing(method, one) == [(1, "A red thing", False), (1, "A green thing", True)]


def test_a_published_study_keeps_its_captions(study: Study, method: Method, one: Original, bob: User):
    row = write(method, one, "a boat", bob)
    factories.publish_anything(study)
    for call in (lambda: again(row, "a red boat", bob), lambda: captions.choose(caption=row)):
        with pytest.raises(ServiceError, match="captions are fixed"):
            call()
    assert Caption.objects.count() == 1


def test_words_that_come_with_the_file_are_not_written_here(tmp_path: Path, bob: User):
    study = studies.load(path=study_files.write(tmp_path / "files")).study
    method, one = study.methods.get(slug="words"), study.originals.get(slug="one")
    with pytest.raises(ServiceError, match="page = true"):
        write(method, one, "a boat", bob)


@pytest.mark.parametrize("chosen", ["", 'file = "captions.csv", page = true'])
def test_captions_come_from_a_file_or_the_page_and_not_from_both(path: Path, chosen: str):
    path.write_text(ON_PAGE.replace(", page = true", f", {chosen}" if chosen else ""))
    with pytest.raises(StudyError, match="page = true"):
        studies.load(path=path)


POINTS = 'family = "textual"\nablate = ["f", "ef"]\nreplicate = 2\n'
GENERATING = ON_PAGE.replace('{ backend = "folder", folder = "made", suffix = "_w" }', '{ backend = "flat" }')


def with_points(path: Path) -> Study:
    path.write_text(GENERATING.replace('family = "textual"\n', POINTS))
    return studies.load(path=path).study


@pytest.fixture
def redraws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWICETOLD_BACKENDS", "tests.compression.plugin")


@pytest.mark.usefixtures("redraws")
def test_one_page_serves_all_draws_and_ablations(path: Path, bob: User):
    study = with_points(path)
    served = selectors.writing_methods(study)
    assert {source.slug: len(methods) for source, methods in served.items()} == {"words-draw-1": 6}
    source, one = next(iter(served)), study.originals.get(slug="one")
    assert selectors.unwritten(study) == 2
    write(source, one, {"a": "a boat", "e": "hills behind", "f": "at dawn"}, bob)
    texts = {method: words.text for (method, _), words in selectors.words(study)[0].items()}
    assert texts == {
        "words-draw-1": "a boat hills behind at dawn", "words-draw-2": "a boat hills behind at dawn",
        "words-lacks-f-draw-1": "a boat hills behind", "words-lacks-f-draw-2": "a boat hills behind",
        "words-lacks-ef-draw-1": "a boat", "words-lacks-ef-draw-2": "a boat",
    }  # fmt: skip


@pytest.mark.usefixtures("redraws")
def test_where_elements_are_left_out_words_are_written_by_element(path: Path, bob: User):
    study = with_points(path)
    source, one = next(iter(selectors.writing_methods(study))), study.originals.get(slug="one")
    with pytest.raises(ServiceError, match="element by element"):
        write(source, one, "a boat", bob)
    write(source, one, {"f": "at dawn"}, bob)
    assert "nothing is left" in selectors.words(study)[1]["words-lacks-f-draw-1", "one"]


@pytest.mark.usefixtures("redraws")
def test_words_follow_their_method_when_it_becomes_several_points(
    path: Path, study: Study, method: Method, one: Original, bob: User
):
    write(method, one, {"a": "a boat"}, bob)
    again = with_points(path)
    assert {row.method.slug for row in Caption.objects.select_related("method")} == {"words-draw-1"}
    assert selectors.words(again)[0]["words-draw-2", "one"].text == "a boat"
    path.write_text(ON_PAGE)
    back = studies.load(path=path).study
    assert selectors.words(back)[0]["words", "one"].text == "a boat"


@pytest.mark.parametrize("gone", ["words", "one"])
def test_loading_never_deletes_what_was_written(path: Path, method: Method, one: Original, bob: User, gone: str):
    write(method, one, "a boat", bob)
    path.write_text(ON_PAGE.replace(f'slug = "{gone}"', 'slug = "renamed"'))
    study_files.draw(path.parent / "made" / "renamed_w.png", 5, (64, 64))
    with pytest.raises(ServiceError, match=r"written on the desk.*Nothing was changed"):
        studies.load(path=path)
    assert Caption.objects.count() == 1
