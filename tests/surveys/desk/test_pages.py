"""What the desk's pages say of a study."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from surveys.models import Assignment, Posting, Stimulus, Study, Survey
from surveys.selectors.balance import promises
from surveys.selectors.progress import progress
from surveys.selectors.steps import steps
from surveys.services import publishing
from tests.surveys import factories


def text_of(client: Client, address: str) -> str:
    """Return a page's words, without markup and line breaks."""
    page = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
    return re.sub(r"\s+", " ", page)


def test_the_steps_say_what_is_done_and_what_is_missing(desk: Client, study: Study):
    page = text_of(desk, "/desk/tiny/")
    assert "2 originals in 1 category, all files found." in page
    assert "4 of 4 ready." in page
    assert "2 of 4 places filled. 2 still to fill, 1 of them being worked on." in page
    assert "4 answers that count, from 2 people." in page


def test_each_step_teaches_its_command(desk: Client, ada: User):
    study = Study.objects.create(
        slug="new", title="New", owner=ada, seed=1, definition={}, definition_sha256="0" * 64, files_root="."
    )
    assert "manage.py load_study" in text_of(desk, "/desk/new/")
    category = study.categories.create(slug="kind", title="Kind", position=0)
    method = factories.make_method(study, 0)
    original = factories.make_original(study, 0, category=category)
    assert "manage.py generate_stimuli --study new" in text_of(desk, "/desk/new/")
    factories.make_stimulus(original, method)
    assert "1 reconstruction to look at before publishing" in text_of(desk, "/desk/new/")
    assert 'href="/desk/new/contact-sheet/">To the contact sheet' in desk.get("/desk/new/").content.decode()
    factories.release_all(study)
    assert "manage.py load_study" in text_of(desk, "/desk/new/")
    survey = factories.make_survey(study)
    assert "manage.py plan --study new --survey a" in text_of(desk, "/desk/new/")
    survey.delete()
    factories.make_planned_survey(study)
    assert "Empty in [consent] of the study file: responsible, contact" in text_of(desk, "/desk/new/")
    study.definition = {"consent": factories.CONSENT}
    study.save(update_fields=["definition"])
    assert "manage.py publish --study new --survey a" in text_of(desk, "/desk/new/")
    publishing.publish(survey=study.surveys.get(), link="open")
    for address in ("/desk/new/", "/desk/new/watch/"):
        assert "manage.py close --study new --survey a" in text_of(desk, address)


def test_a_closed_survey_is_watched_until_the_last_has_finished(desk: Client, study: Study):
    publishing.close(survey=study.surveys.get())
    page = text_of(desk, "/desk/tiny/")
    assert "2 of 4 places filled. 1 being worked on; nobody new can start." in page
    assert "closed since" in page
    for address in ("/desk/tiny/", "/desk/tiny/watch/"):
        assert "manage.py close" not in text_of(desk, address)
    study.surveys.get().places.filter(state="held").update(state="open")
    assert {step.slug: step.done for step in steps(study)}["watch"]


def test_only_people_whose_answers_count_are_counted(desk: Client, study: Study):
    first = Assignment.objects.filter(state="submitted").order_by("pk").first()
    assert first
    first.usable = False
    first.save()
    assert "2 answers that count, from 1 person." in text_of(desk, "/desk/tiny/")


@pytest.mark.parametrize("page", ["", "originals/", "stimuli/", "plan/", "watch/", "results/"])
def test_a_study_of_nothing_still_has_its_pages(desk: Client, ada: User, page: str):
    Study.objects.create(
        slug="new", title="New", owner=ada, seed=1, definition={}, definition_sha256="0" * 64, files_root="."
    )
    assert desk.get(f"/desk/new/{page}").status_code == 200


def test_what_the_study_lacks_is_stated(desk: Client, ada: User):
    factories.make_study(owner=ada, conditions=["Original boat.jpg is empty (0 bytes)."])
    assert "Original boat.jpg is empty (0 bytes)." in text_of(desk, "/desk/tiny/")


def test_simulated_studies_say_so_on_every_page(desk: Client, ada: User):
    factories.make_planned_survey(factories.make_study(owner=ada, simulated=True))
    for page in ("", "originals/", "stimuli/", "plan/", "watch/", "results/"):
        assert "Simulated." in text_of(desk, f"/desk/tiny/{page}")


def names_in(client: Client, query: str) -> list[str]:
    return re.findall(r"<code>(picture[^<]+)</code>", client.get(f"/desk/tiny/stimuli/{query}").content.decode())


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["picture-0.method-0", "picture-0.method-1", "picture-1.method-0", "picture-1.method-1"]),
        ("?sort=-size", ["picture-1.method-1", "picture-0.method-1", "picture-1.method-0", "picture-0.method-0"]),
        ("?sort=method", ["picture-0.method-0", "picture-1.method-0", "picture-0.method-1", "picture-1.method-1"]),
        ("?sort=smaller&method=method-0", ["picture-0.method-0", "picture-1.method-0"]),
        ("?method=method-1", ["picture-0.method-1", "picture-1.method-1"]),
        ("?state=failed", []),
        ("?sort=nonsense&method=nonsense", []),
    ],
)
def test_stimuli_are_filtered_and_sorted_as_the_address_says(desk: Client, study: Study, query: str, shown: list[str]):
    assert names_in(desk, query) == shown


def test_an_unknown_size_comes_last_and_reads_unknown(desk: Client, study: Study):
    Stimulus.objects.filter(original__slug="picture-0", method__slug="method-0").update(caption=None, size_bytes=None)
    for sort in ("size", "-size"):
        assert names_in(desk, f"?sort={sort}")[-1] == "picture-0.method-0"
    assert "unknown (no caption)" in text_of(desk, "/desk/tiny/stimuli/")


def test_the_plan_shows_the_balance_proof(desk: Client, study: Study):
    page = text_of(desk, "/desk/tiny/plan/")
    assert "The design is exact." in page
    assert "Every stimulus is shown equally often 2 times yes" in page
    assert "A form shows an original at most once no repeats yes" in page


def test_a_plan_that_cannot_be_exact_says_where(desk: Client, ada: User):
    factories.make_planned_survey(factories.make_study(owner=ada, originals=3))
    page = text_of(desk, "/desk/tiny/plan/")
    assert "as even as these pictures allow" in page
    assert "3 originals cannot be shared equally among 2 methods" in page


def test_a_survey_without_places_promises_nothing():
    assert promises({}) == []


def test_watching_counts_places_people_and_answers(desk: Client, study: Study):
    page = text_of(desk, "/desk/tiny/watch/counts/")
    assert "2 of 4 places filled" in page
    assert "1 being worked on" in page
    assert "Finished, counted 2" in page
    assert "Saved so far 5" in page
    assert "That count, for each stimulus 1 of 2" in page
    assert "Invitations used 3 of 4" in page


def test_surplus_and_time_outs_are_told_apart(ada: User):
    survey, published = factories.make_published_survey(factories.make_study(owner=ada))
    late = factories.take_part(published, 1, items=1)
    factories.let_leases_end(survey)
    factories.take_part(published, 2)
    for item in late.place.items.all():
        factories.rate(late, item, 3)
    from surveys.services import assignments

    assignments.submit(code=late.code)
    counted = progress(survey)
    assert {name: n for name, n in counted.assignments.items() if n} == {"submitted": 1, "surplus": 1}
    assert counted.filled == 1


def test_the_number_of_queries_does_not_grow_with_the_places(ada: User, django_assert_num_queries: Any):
    for number, raters in enumerate((1, 6)):
        survey, _ = factories.make_published_survey(factories.make_study(f"study-{number}", owner=ada), raters=raters)
        survey = Survey.objects.select_related("study", "instrument").get(pk=survey.pk)
        with django_assert_num_queries(7):
            progress(survey)


def test_an_open_link_says_that_repeats_cannot_be_excluded(desk: Client, ada: User):
    factories.make_published_survey(factories.make_study(owner=ada), link=Posting.Link.OPEN)
    assert "repeats cannot be excluded" in text_of(desk, "/desk/tiny/watch/")


def test_all_tables_come_as_one_file_under_pseudonyms(desk: Client, study: Study):
    response = desk.get("/desk/tiny/tables.zip")
    assert 'filename="tiny-tables.zip"' in response.headers["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))
    assert "tiny/datapackage.json" in archive.namelist()
    rows = list(csv.DictReader(io.TextIOWrapper(archive.open("tiny/responses.csv"), encoding="utf-8")))
    assert len(rows) == 4
    assert all(re.fullmatch(r"p-[0-9a-f]{12}", row["participant"]) for row in rows)


def test_every_end_of_an_assignment_has_a_row_on_the_watch_page(desk: Client, ada: User):
    survey, published = factories.make_published_survey(factories.make_study("ends", owner=ada))
    assignment = factories.take_part(published, 1, items=1)
    rows = {
        "returned": "Gave their place back",
        "withdrawn": "Took their answers back (deleted)",
        "screened_out": "Did not understand the practice (paid)",
        "timed_out": "Left without a word",
    }
    assert set(rows) == set(Assignment.State.values) - {"started", "submitted"}
    for state, words in rows.items():
        Assignment.objects.filter(pk=assignment.pk).update(state=state, holds_place=False)
        assert f"{words} 1" in text_of(desk, f"/desk/{survey.study.slug}/watch/counts/")
