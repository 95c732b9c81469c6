"""The whole rehearsal by its command: the copy is published, taken, reconciled, paid and closed; the study stays."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from surveys.models import Assignment, Recruitment, Study, Survey
from tests.surveys import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


def make(slug: str = "a", raters: int = 8) -> Survey:
    survey = factories.make_planned_survey(factories.make_study(), raters=raters, slug=slug)
    factories.release_all(survey.study)
    return survey


@pytest.mark.parametrize(("panel", "slug", "raters"), [("mturk", "a", 8), ("prolific", "c", 16)])
def test_a_rehearsal_goes_the_whole_way_and_touches_nothing(panel, slug, raters, tmp_path):
    survey = make(slug, raters)
    before = (Study.objects.values().get(), Survey.objects.values().get())
    out = StringIO()
    call_command("rehearse", panel=panel, people=11, folder=tmp_path, stdout=out)
    said = out.getvalue()
    assert "names no reward" in said
    assert "Closed: all is decided" in said
    people, fees = (7, 1.40) if panel == "mturk" else (8, 3.44)
    assert f"itself says: {people}.00 USD paid to people, {fees:.2f} USD of fees, 0.00 USD held." in said
    assert f"paid            {people}.0000 USD" in said
    assert (Study.objects.values().get(), Survey.objects.values().get()) == before
    assert not Assignment.objects.exists()
    assert not Recruitment.objects.exists()
    log = (tmp_path / "rehearsal" / "access.log").read_text()
    assert "REHEARSED" not in log
    assert survey.state == "planned"


def test_what_cannot_be_rehearsed_is_said(tmp_path):
    factories.make_survey(factories.make_study())
    with pytest.raises(CommandError, match="no places yet"):
        call_command("rehearse", panel="mturk")
    Survey.objects.all().delete()
    factories.make_planned_survey(Study.objects.get())
    with pytest.raises(CommandError, match="1 to 500"):
        call_command("rehearse", panel="mturk", people=0)
    with pytest.raises(CommandError, match=r"manage\.py publish failed"):
        call_command("rehearse", panel="mturk", people=1, folder=tmp_path)  # its reconstructions wait for a verdict
