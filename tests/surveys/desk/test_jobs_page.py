"""The page Stimuli makes them: its buttons, how far it is, what it says of errors, and what it asks before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from compression.journal import Journal
from surveys.models import Job, Study
from surveys.selectors.pictures import store
from surveys.services import jobs
from tests.surveys import factories, paid_studies
from tests.surveys.desk.test_pages import text_of

PAGE, PART, COST = "/desk/tiny/stimuli/", "/desk/tiny/stimuli/job/", "/desk/small/stimuli/cost/"
State = Job.State


@pytest.fixture
def job(study: Study) -> Job:
    return jobs.start(study=study, by="ada")


def press(client: Client, action: str) -> int:
    return client.post(PART, {"action": action}).status_code


def test_a_button_starts_a_job_and_the_page_asks_how_far_it_is(desk: Client, study: Study):
    assert "hx-trigger" not in desk.get(PAGE).content.decode()
    assert press(desk, "make") == 302
    assert study.jobs.get().requested_by == "ada"
    page = desk.get(PAGE).content.decode()
    assert f'hx-get="{PART}" hx-trigger="every 2s"' in page
    assert "A worker will take this up within a few seconds." in page


def test_a_page_without_a_worker_says_how_to_start_one(desk: Client, job: Job):
    Job.objects.update(queued_at=timezone.now() - timedelta(seconds=11))
    assert "python manage.py worker" in text_of(desk, PAGE)
    other = jobs.start(study=factories.make_study("others"), by="bob")
    Job.objects.filter(pk=other.pk).update(state=State.RUNNING)
    assert "The worker is busy with “The others study”" in text_of(desk, PAGE)


def test_it_pauses_resumes_and_stops(desk: Client, job: Job):
    for action, state in (("pause", "paused"), ("resume", "queued"), ("stop", "stopped")):
        assert press(desk, action) == 302
        job.refresh_from_db()
        assert job.state == state


@pytest.mark.parametrize("action", ["make", "resume", "nonsense", ""])
def test_a_button_that_fits_no_longer_is_refused_in_words(desk: Client, job: Job, action: str):
    response = desk.post(PART, {"action": action})
    assert response.status_code == 409
    assert "That did not work" in response.content.decode()


def test_it_shows_progress_rate_and_time_left(desk: Client, job: Job):
    since = (timezone.now() - timedelta(seconds=30_000)).timestamp()
    progress = {
        "caption": {"done": 2, "total": 2, "made": 2, "since": since},
        "stimulus": {"done": 40_000, "total": 100_000, "made": 30_000, "since": since},
    }
    Job.objects.update(state=State.RUNNING, progress=progress, label="picture-1.method-0")
    part = text_of(desk, PART)
    assert "Words 2 of 2" in part
    assert "Stimuli 40,000 of 100,000" in part
    assert "60 a minute, 16 h 4" in part
    assert "Making the stimuli. Stimuli: 40 %." in part


def test_what_was_said_is_said_once(desk: Client, job: Job):
    said = "Waiting for a worker."
    assert 'id="job-said"' in desk.get(PART).content.decode()
    assert 'id="job-said"' not in desk.get(PART, {"said": said}).content.decode()


def test_errors_name_the_picture_and_stand_there_as_they_occur(desk: Client, job: Job):
    for number in range(25):
        job.errors.create(step="stimulus", label=f"picture-{number}.jpeg", reason="It is damaged: put it back")
    part = text_of(desk, PART)
    assert "picture-24.jpeg It is damaged: put it back" in part
    assert "5 more" in part


def test_the_page_asks_no_more_when_the_job_has_ended(desk: Client, job: Job):
    assert desk.get(PART).status_code == 200
    jobs.stop(study=job.study)
    assert desk.get(PART).status_code == 286
    assert "Make what is missing" in text_of(desk, PAGE)


def test_a_failed_run_says_why(desk: Client, job: Job):
    Job.objects.update(state=State.FAILED, message="Run <load_study> again.", finished_at=timezone.now())
    assert "Run &lt;load_study&gt; again." in desk.get(PAGE).content.decode()


def test_a_page_about_nobodys_job_has_the_button_alone(desk: Client, study: Study):
    assert desk.get(PART).status_code == 286
    assert "Make the stimuli" in text_of(desk, PART)


@pytest.fixture
def paid(ada, tmp_path, monkeypatch, paid_server) -> Study:
    monkeypatch.setenv("TWICETOLD_PRICES", str(paid_studies.write_prices(tmp_path)))
    return paid_studies.load(tmp_path, 'max_cost = "5.00"\ncurrency = "USD"\nmax_calls = 3', owner=ada)


def test_what_costs_money_is_asked_about_first(desk: Client, paid: Study):
    response = desk.post("/desk/small/stimuli/job/", {"action": "make"})
    assert response.headers["Location"] == COST
    page = text_of(desk, COST)
    assert "Yes, up to 4 calls may be made, for at most" in page
    assert "limit of the study: 5.00 USD" in page
    raw = desk.get(COST).content.decode()
    assert 'name="max_calls" value="3"' in raw
    assert 'name="max_cost" value="0.0' in raw
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"max_calls": "3"}, "Say that this may be spent"),
        ({"agreed": "on"}, "Set at least one limit"),
        ({"agreed": "on", "max_cost": "lots"}, "plain numbers"),
        ({"agreed": "on", "max_calls": "-1"}, "plain numbers"),
        ({"agreed": "on", "max_cost": "NaN"}, "plain numbers"),
    ],
)
def test_nothing_is_started_without_a_limit_and_a_word(desk: Client, paid: Study, form: dict[str, str], said: str):
    response = desk.post(COST, form)
    assert response.status_code == 400
    assert said in response.content.decode()
    assert not Job.objects.exists()


def test_the_limits_go_with_the_job(desk: Client, paid: Study):
    given = {"agreed": "on", "max_cost": "0.50", "max_calls": "3", "retry_failed": "on"}
    assert desk.post(COST, given).headers["Location"] == "/desk/small/stimuli/"
    options = {"max_cost": "0.50", "max_calls": 3, "retry_failed": True, "repeat_possibly_billed": False}
    assert Job.objects.get().options == options
    assert desk.post(COST, given).status_code == 409


def test_calls_of_which_nobody_knows_what_became_are_named_and_repeated_only_if_asked(desk: Client, paid: Study):
    assert "Possibly billed" not in text_of(desk, COST)
    key = "ab" * 32
    paid.ledger.create(kind="reserve", key=f"{key}:1", amount="0.02", currency="USD")
    journal = Journal(store())
    about = {"prompt": "A red thing"}
    journal.write(key, 1, "planned", {"host": "api.example.org", "model_asked": "painter-2", "description": about})
    journal.write(key, 1, "sent", {"at": "2026-11-23T01:02:03Z", "machine": "elsewhere", "process": 1, "until": 0})
    page = text_of(desk, COST)
    assert "2026-11-23T01:02:03Z · api.example.org · painter-2 · A red thing" in page
    assert "Repeat the possibly billed calls: they may be paid twice" in page
    assert "1 call paid or under way so far" in page


def test_files_that_changed_are_a_sentence_on_the_cost_page(desk: Client, paid: Study, tmp_path):
    (tmp_path / "files" / "originals" / "one.png").unlink()
    assert "originals" in text_of(desk, COST)
    assert "No paid call is left" not in text_of(desk, COST)
