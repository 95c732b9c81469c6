"""What panels call people is in one table: in no export, page, API answer, message, task or log line."""

from __future__ import annotations

import logging
from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from surveys.models import PanelPerson
from surveys.services import extras, paying, reconciling
from surveys.web.desk import urls as desk
from tests.surveys.panels.conftest import make_survey, publish

pytestmark = pytest.mark.django_db
WORKERS = ("A1SECRETANN", "A2SECRETBEN", "A3SECRETCLEO")


@pytest.fixture
def study(mturk, panel, worker, ada, caplog):
    """A study in which somebody was paid, somebody gave it up, and somebody handed in without coming."""
    caplog.set_level(logging.DEBUG, logger="twicetold")
    caplog.set_level(logging.INFO, logger="django")
    survey = make_survey()
    survey.study.owner = ada
    survey.study.save()
    recruitment = publish(survey, panel)
    hit = next(iter(mturk.world.hits))
    worker(WORKERS[0]).work(hit)
    worker(WORKERS[1]).accept(hit).begin()
    stranger = worker(WORKERS[2]).accept(hit)
    mturk.site.submit({"assignmentId": stranger.held, "receipt_code": "x"})
    reconciling.sync(recruitment=recruitment, panel=panel)
    paying.approve(recruitment=recruitment, panel=panel)
    paid = recruitment.submissions.get(state="approved")
    extras.bonus(recruitment=recruitment, panel=panel, work=paid.work, amount=Decimal("0.10"), reason="Thank you.")
    return survey.study


def names_nobody(text: str, where: object) -> None:
    for worker in WORKERS:
        assert worker not in text, where


def test_no_table_but_one_holds_them(study):
    assert PanelPerson.objects.filter(person=WORKERS[0]).exists()
    for model in apps.get_app_config("surveys").get_models():
        if model is not PanelPerson:
            names_nobody(repr(list(model._default_manager.values())), model)
    names_nobody(repr(list(DBTaskResult.objects.values())), "tasks")


def test_no_export_holds_them(study, tmp_path):
    out = StringIO()
    call_command("export", out=tmp_path / "tables", stdout=out)
    call_command("export_batch", out=tmp_path / "batch.csv", mapping_out=tmp_path / "batch.toml", stdout=out)
    call_command("panel", "status", stdout=out)
    call_command("sync_panels", stdout=out)
    names_nobody(out.getvalue(), "what commands print")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        names_nobody(path.read_bytes().decode("utf-8", "replace"), path)


def test_no_page_or_api_answer_holds_them(study, client):
    client.force_login(study.owner)
    seen = 0
    for pattern in desk.urlpatterns:
        path = f"/desk/{pattern.pattern}".replace("<slug:slug>", study.slug).replace("<slug:survey>", "a")
        if "<" in path or path.endswith("people.csv"):
            continue
        reply = client.get(path)
        body = b"".join(reply.streaming_content) if reply.streaming else reply.content
        names_nobody(body.decode("utf-8", "replace"), path)
        seen += reply.status_code == 200
    assert seen > 12
    for path in ("", f"{study.slug}/", f"{study.slug}/stimuli/", f"{study.slug}/responses/"):
        reply = client.get(f"/api/studies/{path}")
        assert reply.status_code == 200
        names_nobody(reply.content.decode(), path)


def test_no_log_line_holds_them(study, caplog, mturk, panel):
    from surveys.panels.mturk.simulator import Fault
    from surveys.services.errors import ServiceError

    mturk.faults.add(Fault("error_before", times=500))
    with pytest.raises(ServiceError) as error:
        reconciling.sync(recruitment=study.surveys.get().postings.get().recruitment, panel=panel)
    names_nobody(str(error.value), "an error")
    mturk.faults.clear()
    names_nobody("\n".join(record.getMessage() for record in caplog.records), "the log")
