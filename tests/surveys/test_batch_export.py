"""A survey's answers as a result file of a batch: read back they are the same, and no panel's id is in it."""

from __future__ import annotations

import csv
import io
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from analysis.tables import read
from surveys.models import Answer, Assignment, PanelPerson, Place, Survey
from surveys.selectors.batches import ASSIGNMENT, HIT
from surveys.services import answers, assignments, claiming
from tests.surveys import factories, test_panel_links
from tests.surveys.test_batch_cells import HOSTILE

pytestmark = pytest.mark.django_db

CHECKS = {"attention": ["identical", "instructed"], "training": True, "repeats": 1}
VALUES: dict[str, Any] = {
    "satisfaction": 7, "objects": 1, "appearance": 2, "position": 3, "surroundings": 4, "colours": 5,
    "adjectives": ["calm", "grand"],
}  # fmt: skip


def words(number: int) -> dict[str, Any]:
    """Return the words of Survey C for the n-th item: hostile ones, and one thing alone each third time."""
    several = HOSTILE[number % 7 : number % 7 + 5]
    return {"things": several[:1] if number % 3 == 2 else several, "relation": HOSTILE[number % len(HOSTILE)]}


def answer_all(assignment: Assignment, *, start: int = 0) -> Assignment:
    """Answer everything, skip the second item because it upsets, change the first answer, and finish."""
    asked = assignment.instrument.asked
    first, second, *_ = assignment.place.items.filter(kind="study").order_by("position")
    for number, item in enumerate(assignment.place.items.order_by("position"), start):
        values = VALUES | words(number)
        for question in asked.questions:
            if item == second:
                said: dict[str, Any] = {"value": None, "skipped": True, "reason": "upset"}
            elif question.id == "relation" and len(values["things"]) < 2:
                said = {"value": None, "skipped": True}
            else:
                said = {"value": values[question.id]}
            record(assignment, item.position, question.id, **said)
    changed = asked.questions[0]
    record(assignment, first.position, changed.id, value=2 if changed.kind == "rating" else ["boat", "gulls|geese"])
    if asked.question("relation"):
        record(assignment, first.position, "relation", value="carries")
    assignments.submit(code=assignment.code)
    assignment.refresh_from_db()
    return assignment


def record(assignment: Assignment, position: int, question: str, **said: Any) -> None:
    answers.record(
        code=assignment.code, given=answers.Given(position=position, question=question, key=uuid.uuid4(), **said)
    )


def told(slug: str) -> Survey:
    """Make a survey that four people finished: two count, one is surplus, one unusable; a fifth is still at it."""
    study = factories.make_study(originals=4, methods=2)
    survey, published = factories.make_published_survey(study, slug=slug, raters=4, invitations=6, checks=CHECKS)
    invitations = published.posting.invitations.order_by("number")
    begun = [claiming.claim_next(posting=published.posting, invitation=row) for row in invitations[:1]]
    with transaction.atomic():
        factories.let_leases_end(survey)
    begun += [claiming.claim_next(posting=published.posting, invitation=row) for row in invitations[1:5]]
    *done, _ = [begun[1], begun[0], *begun[2:]]
    finished = [answer_all(row, start=5 * number) for number, row in enumerate(done)]
    Assignment.objects.filter(pk=finished[-1].pk).update(usable=False)
    return survey


def exported(folder: Path, **options: Any) -> bytes:
    call_command("export_batch", out=folder / "batch.csv", mapping_out=folder / "batch.toml", **options)
    return (folder / "batch.csv").read_bytes()


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


@pytest.mark.parametrize("slug", ["a", "b", "c"])
def test_what_is_read_back_is_what_export_gives(slug, tmp_path, capsys):
    told(slug)
    file = table(exported(tmp_path))
    assert "4 finished assignments, 2 of them counted" in capsys.readouterr().out
    given_files = {"results": tmp_path / "batch.csv", "mapping": tmp_path / "batch.toml"}
    call_command("import_batch", **given_files, out=tmp_path / "back")
    call_command("export", out=tmp_path / "tables")
    who = dict(
        zip(
            (row["WorkerId"] for row in file),
            (row["participant"] for row in table((tmp_path / "back" / "assignments.csv").read_bytes())),
            strict=True,
        )
    )
    assert len(set(who.values())) == len(who) == 4
    columns = ("stimulus", "question", "value", "skipped", "position")
    before, after = (table((tmp_path / name / "responses.csv").read_bytes()) for name in ("tables", "back"))
    assert {row["skipped"] for row in before} == {"true", "false"}
    assert sorted((who[row["participant"]], *(row[name] for name in columns)) for row in before) == sorted(
        (row["participant"], *(row[name] for name in columns)) for row in after
    )
    assert read(tmp_path / "back").responses.num_rows == len(before) > 0


@pytest.mark.django_db(transaction=True)
def test_a_row_is_a_finished_assignment_under_our_codes_with_the_requester_sites_columns(tmp_path):
    survey = told("a")
    rows = table(exported(tmp_path))
    assert tuple(rows[0])[:27] == (*HIT, *ASSIGNMENT)
    assert tuple(rows[0])[-4:] == ("Approve", "Reject", "Counted", "Simulated")
    done = Assignment.objects.filter(state="submitted").order_by("place__number", "pk")
    assert [row["AssignmentId"] for row in rows] == [row.code for row in done]
    assert [row["WorkerId"] for row in rows] == [row.participant.pseudonym for row in done]
    assert {row["AssignmentStatus"] for row in rows} == {"Approved"}
    assert sorted(row["Counted"] for row in rows) == ["false", "false", "true", "true"]
    assert {row["HITId"] for row in rows} == {f"tiny-a-{row.place.number}" for row in done}
    assert {row["Title"] for row in rows} == {survey.instrument.asked.title}
    assert {row["HITTypeId"] for row in rows} == {"tiny-a"}
    assert {row["Reward"] for row in rows} == {""}


def test_inputs_and_answers_stand_by_position_and_what_never_counts_is_empty(tmp_path):
    told("b")
    row = table(exported(tmp_path))[0]
    place = Place.objects.get(assignments__code=row["AssignmentId"])
    _, second, *_ = place.items.filter(kind="study")
    for item in place.items.all():
        shown = [row.get(f"Input.{name}_{item.position}", "") for name in ("stimulus", "original", "side")]
        said = row.get(f"Answer.colours_{item.position}", "")
        if item.kind != "study":
            assert (shown, said) == (["", "", ""], "")
        else:
            assert item.stimulus
            assert shown == [item.name, item.stimulus.original.slug, item.side]
            assert said == ("{}" if item == second else "5")


def test_times_money_and_verdicts_are_written_as_batches_have_them(tmp_path):
    survey, published = factories.make_published_survey(simulated=True)
    survey.study.definition |= {"surveys": [{"slug": "a", "reward": "1.5"}], "panel": {"currency": "USD"}}
    survey.study.save()
    done = factories.take_part(published, 1)
    Assignment.objects.filter(pk=done.pk).update(
        started_at="2026-01-31T23:59:59.5Z", submitted_at="2026-02-01T00:01:39.5Z", payable=False
    )
    (row,) = table(exported(tmp_path))
    names = ("AcceptTime", "SubmitTime", "WorkTimeInSeconds", "Reward", "AssignmentStatus", "Counted", "Simulated")
    assert [row[name] for name in names] == [
        "Sat Jan 31 23:59:59 UTC 2026", "Sun Feb 01 00:01:39 UTC 2026", "100", "$1.50", "Rejected", "true", "true",
    ]  # fmt: skip
    files = {"results": tmp_path / "batch.csv", "mapping": tmp_path / "batch.toml"}
    call_command("import_batch", **files, out=tmp_path / "back")
    back = read(tmp_path / "back")
    assert back.facts.simulated
    assert set(back.responses.column("simulated").to_pylist()) == {True}
    assert back.assignments is not None
    assert back.assignments.column("payable").to_pylist() == [False]


def test_nothing_that_a_panel_calls_people_is_in_it(client, tmp_path):
    path = test_panel_links.publish(test_panel_links.make()[0])
    for person in (test_panel_links.ANN, test_panel_links.BEN):
        test_panel_links.finish(client, test_panel_links.come(client, path, person))
    data = exported(tmp_path) + (tmp_path / "batch.toml").read_bytes()
    assert PanelPerson.objects.count() == 2
    for row in PanelPerson.objects.select_related("assignment"):
        for raw in (row.person, row.work, row.posting, row.assignment.receipt_code):
            assert raw
            assert raw.encode() not in data
    assert len(table((tmp_path / "batch.csv").read_bytes())) == 2


def test_no_cell_is_a_formula(tmp_path):
    told("c")
    cells = [cell for row in table(exported(tmp_path)) for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [cell for cell in cells if cell.startswith(("'=", "'+", "'-", "'@"))]


def test_a_title_that_is_a_formula_is_none(tmp_path):
    survey = told("a")
    instrument = survey.instrument
    instrument.content |= {"title": "=HYPERLINK(0)"}
    instrument.sha256 = "0" * 64
    instrument.save()
    assert table(exported(tmp_path))[0]["Title"] == "'=HYPERLINK(0)"


@pytest.mark.parametrize("there", ["batch.csv", "batch.toml"])
def test_no_file_is_overwritten_and_none_is_left_half_written(there, tmp_path):
    told("a")
    (tmp_path / there).write_text("mine")
    with pytest.raises(CommandError, match="exists already"):
        exported(tmp_path)
    assert [(file.name, file.read_text()) for file in tmp_path.glob("batch.*")] == [(there, "mine")]


def test_a_survey_that_nobody_finished_is_told_and_leaves_no_file(tmp_path):
    factories.make_published_survey()
    with pytest.raises(CommandError, match="Nobody has finished survey a"):
        exported(tmp_path)
    assert not list(tmp_path.glob("batch.*"))


@pytest.mark.django_db(transaction=True)
def test_an_answer_to_what_is_no_longer_asked_is_told_rather_than_dropped(tmp_path):
    told("a")
    Answer.objects.filter(assignment__state="submitted", item__kind="study").update(question="warmth")
    with pytest.raises(CommandError, match="answers warmth, which survey a does not ask any more"):
        exported(tmp_path)
    assert not list(tmp_path.glob("batch.*"))


def test_more_people_take_no_more_queries(tmp_path, django_assert_max_num_queries):
    told("b")
    with django_assert_max_num_queries(14):
        exported(tmp_path)
