"""A panel's link: who comes by it is told apart, led back, sent on at the end, paid, and forgotten in time."""

from __future__ import annotations

import csv
import io
import logging
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from surveys.models import Assignment, Identity, PanelPerson, Participant, Place, Study, Survey
from surveys.panels.generic import Description, DescriptionError, read_file
from surveys.services import assignments, claiming, exporting, keys, panel_people, privacy, publishing
from surveys.services.errors import ServiceError
from tests.surveys import factories

pytestmark = pytest.mark.django_db

FILE = b"""
name = "prolific"
preset = "prolific"
[outcomes.complete]
code = "C0MPL3TE"
redirect = "https://app.prolific.com/submissions/complete?cc={code}"
[outcomes.screened_out]
code = "SCR33N"
"""
ANN = {"PROLIFIC_PID": "5f1e0000000000000000aaaa", "SESSION_ID": "66aa00000000000000000001", "STUDY_ID": "77bb"}
BEN = {"PROLIFIC_PID": "5f1e0000000000000000bbbb", "SESSION_ID": "66aa00000000000000000002", "STUDY_ID": "77bb"}


def prolific() -> Description:
    return read_file(FILE)


def make(surveys: str = "a", **panel: Any) -> list[Survey]:
    definition = {"consent": factories.CONSENT, "panel": {"links": "invitation"} | panel}
    study = factories.make_study(definition=definition)
    made = [factories.make_planned_survey(study, slug=each) for each in surveys]
    factories.release_all(study)
    return made


def publish(survey: Survey, panel: Description | None = None) -> str:
    published = publishing.publish(survey=survey, link="panel", panel=panel or prolific())
    return reverse("join", args=[published.keys[0]])


def come(client: Any, path: str, who: dict[str, str]) -> Any:
    return client.post(path, {"consent": "yes"}, query_params=who)


def finish(client: Any, begun: Any) -> str:
    """Answer everything that a redirect leads to; return the last page."""
    token = begun["Location"].removeprefix("/take/").split("/")[0]
    assignment = Assignment.objects.get(code=keys.code_in(token))
    for item in assignment.place.items.all():
        factories.rate(assignment, item, 5)
    assignments.submit(code=assignment.code)
    page: str = client.get(reverse("done", args=[token])).content.decode()
    return page


def test_who_comes_is_known_led_back_and_sent_on_at_the_end_with_the_code_that_was_secret_until_then(client):
    path = publish(make()[0])
    first = client.get(path, query_params=ANN)
    assert first.status_code == 200
    begun = come(client, path, ANN)
    assert begun.status_code == 303
    row = PanelPerson.objects.get()
    assert (row.panel, row.environment, row.person, row.work, row.posting, row.attempt) == (
        "generic", "prolific", ANN["PROLIFIC_PID"], ANN["SESSION_ID"], "77bb", 1,
    )  # fmt: skip
    again = client.get(path, query_params=ANN)
    assert again.status_code == 303, "a second arrival goes on where the first was"
    pages = first.content + client.get(begun["Location"]).content
    assert b"C0MPL3TE" not in pages
    assert b"SCR33N" not in pages
    last = finish(client, begun)
    assert 'href="https://app.prolific.com/submissions/complete?cc=C0MPL3TE"' in last
    assert 'target="_top"' in last
    assert "SCR33N" not in last
    assert Assignment.objects.count() == Participant.objects.count() == 1
    assert Assignment.objects.get().posting.panel == "prolific"


def test_people_read_beforehand_what_is_kept_of_them_and_for_how_long(client):
    survey = make()[0]
    survey.study.definition["privacy"] = {"panel_ids_days": 30}
    survey.study.save()
    page = client.get(publish(survey), query_params=ANN).content.decode()
    assert "“Prolific” put on the address" in page
    assert "for 30 days" in page
    assert "Anyone can use this link" not in page


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"PROLIFIC_PID": ANN["PROLIFIC_PID"], "STUDY_ID": "77bb"},
        ANN | {"PROLIFIC_PID": "{{%PROLIFIC_PID%}}"},
        ANN | {"PROLIFIC_PID": "a\x00b"},
        ANN | {"PROLIFIC_PID": "x" * 5000},
        ANN | {"PROLIFIC_PID": "one,two"},
        ANN | {"SESSION_ID": "<script>alert(1)</script>"},
    ],
)
def test_an_address_that_names_nobody_is_refused_in_words_and_leaves_nothing(client, query):
    path = publish(make()[0])
    for reply in (client.get(path, query_params=query), come(client, path, query)):
        assert reply.status_code == 400
        page = reply.content.decode()
        assert "does not say who you are" in page
        assert "alert(1)" not in page
    assert not any(model.objects.exists() for model in (Assignment, PanelPerson, Identity))


def test_the_same_person_with_another_submission_goes_on_where_they_were(client):
    path = publish(make()[0])
    begun = come(client, path, ANN)["Location"].split(".")[0]
    other = ANN | {"SESSION_ID": "66aa00000000000000000009"}
    assert client.get(path, query_params=other).status_code == 200
    assert PanelPerson.objects.count() == 1, "looking writes nothing"
    for reply in (come(client, path, other), client.get(path, query_params=other)):
        assert reply.status_code == 303
        assert reply["Location"].split(".")[0] == begun
    assert Assignment.objects.count() == 1
    assert PanelPerson.objects.count() == 2


def test_who_gave_it_back_or_finished_elsewhere_is_not_taken_in_again(client):
    path = publish(make()[0])
    come(client, path, ANN)
    Assignment.objects.update(state="returned")
    other = ANN | {"SESSION_ID": "66aa00000000000000000009"}
    for state, query in (("returned", other), ("submitted", other | {"STUDY_ID": "88cc"})):
        Assignment.objects.update(state=state)
        for reply in (client.get(path, query_params=query), come(client, path, query)):
            assert reply.status_code == 410
            assert "You have taken part already" in reply.content.decode()
    assert Assignment.objects.count() == 1


def test_somebody_elses_submission_id_does_not_lead_to_their_answers(client):
    path = publish(make()[0])
    first = come(client, path, ANN)
    forged = come(client, path, BEN | {"SESSION_ID": ANN["SESSION_ID"]})
    assert forged["Location"].split(":")[0] != first["Location"].split(":")[0], "another person is another assignment"
    assert Assignment.objects.count() == 2


def test_a_person_takes_part_in_one_survey_of_a_study_unless_the_study_says_all(client):
    a, b = make("ab")
    come(client, publish(a), ANN)
    assert come(client, publish(b), ANN).status_code == 410


def test_with_all_surveys_the_same_ids_have_one_pseudonym_and_an_attempt_each(client):
    a, b = make("ab", surveys_per_person="all")
    assert come(client, publish(a), ANN).status_code == come(client, publish(b), ANN).status_code == 303
    assert Participant.objects.count() == 1
    assert sorted(PanelPerson.objects.values_list("attempt", flat=True)) == [1, 2]


def test_whoever_is_refused_a_place_is_not_remembered_and_may_come_again_by_the_same_address(client):
    survey = make()[0]
    path = publish(survey)
    Place.objects.filter(survey=survey).update(state=Place.State.HELD)
    reply = come(client, path, ANN)
    assert reply.status_code == 409
    assert "PROLIFIC_PID=5f1e0000000000000000aaaa&amp;SESSION_ID" in reply.content.decode(), (
        "tries again as who they are"
    )
    assert not any(model.objects.exists() for model in (PanelPerson, Identity))
    Place.objects.filter(survey=survey).update(state=Place.State.OPEN)
    assert come(client, path, ANN).status_code == 303


def test_a_survey_takes_people_by_several_panels_and_their_places_are_dealt_from_one_deck(client):
    survey = make()[0]
    other = read_file(b'name = "connect"\npreset = "connect"\n[outcomes.complete]\ncode = "XYZ"\n')
    first, second = publish(survey), publish(survey, other)
    come(client, first, ANN)
    begun = come(client, second, {"participantId": "c1", "assignmentId": "c2", "projectId": "c3"})
    places = Assignment.objects.order_by("pk").values_list("place__number", "posting__panel")
    assert list(places) == [(1, "prolific"), (2, "connect")]
    last = finish(client, begun)
    assert "XYZ" in last
    assert "Paste this completion code" in last


def screened_out(client: Any, path: str) -> str:
    begun = come(client, path, ANN)
    Assignment.objects.update(state=Assignment.State.SCREENED_OUT, holds_place=False, payable=True)
    page: str = client.get(begun["Location"]).content.decode()
    return page


def test_whoever_was_screened_out_gets_that_outcomes_code_and_no_other(client):
    page = screened_out(client, publish(make()[0]))
    assert "SCR33N" in page
    assert "C0MPL3TE" not in page


def test_without_an_ending_of_its_own_an_outcome_shows_no_code(client):
    only = read_file(b'name = "sona"\npreset = "sona"\n[outcomes.complete]\ncode = "XYZ"\n')
    path = publish(make()[0], only)
    begun = come(client, path, {"survey_code": "12345"})
    Assignment.objects.update(state=Assignment.State.SCREENED_OUT, holds_place=False)
    assert "XYZ" not in client.get(begun["Location"]).content.decode()


def test_who_took_their_answers_back_after_the_end_is_still_paid(client, tmp_path):
    path = publish(make()[0])
    finish(client, come(client, path, ANN))
    privacy.withdraw(code=Assignment.objects.get().code)
    (row,) = paid(tmp_path)
    assert (row["state"], row["outcome"], row["payable"]) == ("withdrawn", "complete", "true")


def paid(folder: Path) -> list[dict[str, str]]:
    out = folder / f"{len(list(folder.iterdir()))}.csv"
    call_command("payments", out=out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    return list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))


def test_payments_names_each_person_as_the_panel_does_and_whether_they_are_paid(client, tmp_path):
    path = publish(make()[0])
    finish(client, come(client, path, ANN))
    come(client, path, BEN)
    ann, ben = paid(tmp_path)
    submitted = Assignment.objects.get(state="submitted")
    assert (ann["person"], ann["work"], ann["posting"]) == (ANN["PROLIFIC_PID"], ANN["SESSION_ID"], "77bb")
    assert (ann["panel"], ann["outcome"], ann["payable"]) == ("prolific", "complete", "true")
    assert ann["receipt_code"] == submitted.receipt_code
    assert (ben["state"], ben["outcome"], ben["payable"], ben["minutes"]) == ("started", "", "", "")


def test_payments_overwrites_nothing(client, tmp_path):
    publish(make()[0])
    (tmp_path / "there.csv").write_text("mine")
    with pytest.raises(CommandError, match="exists already"):
        call_command("payments", out=tmp_path / "there.csv")
    assert (tmp_path / "there.csv").read_text() == "mine"


def test_what_panels_call_people_is_deleted_on_its_day_and_repeats_stay_excluded(client):
    path = publish(make()[0])
    finish(client, come(client, path, ANN))
    day = PanelPerson.objects.get().forget_after
    assert timedelta(days=89) < day - timezone.now() < timedelta(days=91)
    assert panel_people.forget(now=day - timedelta(seconds=1)) == 0
    assert panel_people.forget(now=day) == 1
    assert come(client, path, ANN).status_code == 410, "the digest still knows them"
    token = keys.token_for(Assignment.objects.get().code)
    assert client.get(reverse("done", args=[token])).status_code == 200


def test_forgetting_at_once_leaves_those_who_are_still_at_it(client, capsys):
    path = publish(make()[0])
    finish(client, come(client, path, ANN))
    come(client, path, BEN)
    call_command("forget_people", now=True)
    assert PanelPerson.objects.get().person == BEN["PROLIFIC_PID"]
    assert "call people: 1." in capsys.readouterr().out


def test_no_export_page_api_answer_log_or_other_table_holds_what_the_panel_calls_somebody(
    client, ada, tmp_path, caplog
):
    survey = make()[0]
    Study.objects.update(owner=ada)
    path = publish(survey)
    with caplog.at_level(logging.DEBUG):
        begun = come(client, path, ANN)
        last = finish(client, begun)
        client.get(path, query_params={**ANN, "SESSION_ID": "9"})
    secrets = (ANN["PROLIFIC_PID"], ANN["SESSION_ID"])
    exporting.export(study=survey.study, out=tmp_path / "out")
    study = survey.study.slug
    addresses = [reverse(name, args=[study]) for name in ("desk:watch", "desk:study", "desk:plan")]
    addresses += [reverse(name, args=[study]) for name in ("api-study", "api-responses")]
    client.force_login(ada)
    replies = [client.get(address) for address in (*addresses, reverse("desk:quality", args=[study, "a"]))]
    assert [reply.status_code for reply in replies] == [200] * len(replies)
    pages = [reply.content.decode() for reply in replies]
    texts = [last, caplog.text, *pages, *(file.read_text("utf-8") for file in (tmp_path / "out").rglob("*.csv"))]
    texts += [file.read_text("utf-8") for file in (tmp_path / "out").rglob("*.json")]
    assert len(texts) > 10
    for text in texts:
        assert not any(secret in text for secret in secrets)
    for table in set(connection.introspection.table_names()) - {PanelPerson._meta.db_table}:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = repr(cursor.fetchall())
        assert not any(secret in rows for secret in secrets), table


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"\xff\xfe", "no TOML file"),
        (b"name = ", "no TOML file"),
        (b'name = "x"\npreset = "facebook"\n[outcomes.complete]\ncode="A"', "connect, prolific, sona"),
        (b'name = "x"\npreset = 5\n[outcomes.complete]\ncode="A"', "preset 5 is unknown"),
        (
            b'name = "x"\npreset = "sona"\n[parameters]\nperson="p"\n[outcomes.complete]\ncode="A"',
            "leave one of them out",
        ),
        (b'name = "mturk"\npreset = "sona"\n[outcomes.complete]\ncode="A"', "another kind"),
        (b'name = "x"\npreset = "sona"', "outcomes"),
        (b'name = "x"\npreset = "sona"\n[outcomes.complete]\nredirect="javascript:alert(1)"', "https://"),
        (b"#" * 70_000, "larger than"),
    ],
)
def test_a_description_that_cannot_be_used_is_refused_with_the_reason(file, words):
    with pytest.raises(DescriptionError, match=words):
        read_file(file)


def test_publish_writes_the_address_to_enter_at_the_panel_with_what_it_fills_in(tmp_path, capsys):
    make()
    (tmp_path / "p.toml").write_bytes(FILE)
    call_command("publish", panel=tmp_path / "p.toml", out=tmp_path / "links.csv", base_url="https://s.example")
    (row,) = csv.DictReader(io.StringIO((tmp_path / "links.csv").read_text("utf-8")))
    assert row["url"].startswith("https://s.example/join/")
    ids = "PROLIFIC_PID={{%PROLIFIC_PID%}}&SESSION_ID={{%SESSION_ID%}}&STUDY_ID={{%STUDY_ID%}}"
    assert sorted(row["url"].split("?")[1].split("&")) == sorted(ids.split("&"))
    assert "C0MPL3TE" not in (tmp_path / "links.csv").read_text() + capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"panel": Path("nowhere.toml")}, "can't be read"),
        ({"panel": Path(__file__)}, "no TOML file"),
        ({"panel": Path("x"), "count": 3}, "leave out"),
        ({"panel": Path("x"), "link": "open"}, "leave out"),
    ],
)
def test_publish_refuses_what_does_not_go_together_and_leaves_no_file(tmp_path, options, words):
    survey = make()[0]
    with pytest.raises(CommandError, match=words):
        call_command("publish", out=tmp_path / "links.csv", **options)
    assert not (tmp_path / "links.csv").exists()
    survey.refresh_from_db()
    assert survey.state == Survey.State.PLANNED


def test_a_panels_link_and_its_description_belong_together():
    survey = make()[0]
    with pytest.raises(ServiceError, match="description"):
        publishing.publish(survey=survey, link="panel")
    with pytest.raises(ServiceError, match="description"):
        publishing.publish(survey=survey, link="open", panel=prolific())
    published = publishing.publish(survey=survey, link="panel", panel=prolific())
    with pytest.raises(ServiceError, match="who the panel names"):
        claiming.claim_next(posting=published.posting)
