"""What leaves the database: who counts, who doesn't and why, and no secret in it."""

from __future__ import annotations

import json

import pytest

from analysis.tables import read
from surveys.models import Assignment
from surveys.selectors import tables
from surveys.services import assignments
from surveys.services.exporting import export
from tests.surveys import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    """One finished, one surplus, one returned, one still at it."""
    survey, published = factories.make_published_survey(invitations=9)
    slow = factories.take_part(published, 1, finish=False, items=1)
    factories.let_leases_end(survey)
    done = factories.take_part(published, 2)
    surplus = factories.take_part(published, 1)
    assert surplus == slow
    back = factories.take_part(published, 3, finish=False, items=1)
    assignments.give_back(code=back.code)
    running = factories.take_part(published, 4, finish=False, items=1)
    return survey.study, {"done": done, "surplus": surplus, "back": back, "running": running}


def test_only_finished_assignments_that_hold_their_place_are_counted(story):
    study, who = story
    counted, _ = tables.all_responses(study)
    assert {row["assignment"] for row in counted} == {who["done"].code}
    assert len(counted) == who["done"].place.items.count()


def test_every_answer_that_is_not_counted_has_its_reason(story):
    study, who = story
    _, everything = tables.all_responses(study)
    reasons = {row["assignment"]: row["reason"] for row in everything if not row["counted"]}
    assert "surplus" in reasons[who["surplus"].code]
    assert "returned" in reasons[who["back"].code]
    assert "started" in reasons[who["running"].code]
    assert {row["counted"] for row in everything} == {True, False}


def test_a_changed_answer_is_exported_once_in_responses_and_twice_in_responses_all():
    _, published = factories.make_published_survey()
    started = factories.take_part(published, 1, finish=False, items=2)
    factories.rate(started, started.place.items.all()[0], 1)
    assignments.submit(code=started.code)
    counted, everything = tables.all_responses(started.participant.study)
    assert (len(counted), len(everything)) == (2, 3)
    assert [row["value"] for row in counted if row["position"] == 1] == ["1"]


def test_an_export_reads_back_through_the_contract(story, tmp_path):
    study, who = story
    rows = export(study=study, out=tmp_path)
    found = read(tmp_path)
    assert found.responses.num_rows == rows["responses"] == 2
    assert found.stimuli.num_rows == 4
    assert found.facts.study == study.slug
    assert found.assignments is not None
    counted = {row["assignment"]: row["counted"] for row in found.assignments.to_pylist()}
    assert counted == {found.code: found == who["done"] for found in Assignment.objects.all()}


def test_no_secret_is_in_an_export(story, tmp_path):
    study, _ = story
    out = tmp_path / "tables"
    export(study=study, out=out)
    text = "".join(path.read_text() for path in out.iterdir())
    for assignment in Assignment.objects.select_related("invitation"):
        assert assignment.invitation
        assert assignment.invitation.key_hash not in text
        assert assignment.receipt_code is None or assignment.receipt_code not in text


def test_simulated_participants_are_marked_in_every_table(tmp_path):
    _, published = factories.make_published_survey(simulated=True)
    done = factories.take_part(published, 1)
    study = done.participant.study
    counted, everything = tables.all_responses(study)
    assert all(row["simulated"] for row in counted + everything + tables.assignments(study))
    assert tables.facts(study)["simulated"]
    assert done.participant.simulated


def test_what_is_hidden_in_every_picture_travels_with_the_tables(story):
    study, _ = story
    assert tables.facts(study)["rendition_watermark"] is None
    mark = {"action": "crop", "left": 0.9, "top": 0.95, "right": 1.0, "bottom": 1.0}
    study.definition = {"renditions": {"watermark": mark}}
    assert tables.facts(study)["rendition_watermark"] == mark


def test_an_open_link_says_that_repeats_can_not_be_excluded():
    survey, published = factories.make_published_survey(link="open")
    factories.take_part(published)
    assert tables.facts(survey.study)["repeats_excluded"] is False
    assert [row["repeats_excluded"] for row in tables.assignments(survey.study)] == [False]


def test_an_export_says_how_each_stimulus_came_to_be(story, tmp_path):
    study, _ = story
    study.originals.first().stimuli.update(provenance={"codec": {"backend": "jpeg"}})
    export(study=study, out=tmp_path / "out")
    told = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert set(told) == {row["stimulus"] for row in tables.stimuli(study)}
    assert {"codec": {"backend": "jpeg"}} in told.values()


def test_facts_say_on_which_curve_a_method_is_and_nothing_of_others():
    survey, _ = factories.make_published_survey()
    method = survey.study.methods.all()[0]
    method.settings |= {"curve": "codec", "point": "quality 20"}
    method.save()
    first, second = tables.facts(survey.study)["methods"][:2]
    assert (first["curve"], first["point"], first["draw"]) == ("codec", "quality 20", 1)
    assert set(second) == {"slug", "title", "family"}
