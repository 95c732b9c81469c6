"""What is done for recruitments in the background: go on with orders, look at the panel, tell it who began."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from surveys.models import PanelPerson, PanelPosting, PanelSubmission, Posting, Recruitment
from surveys.panels.base import Panel
from surveys.services import panel_actions, panels, reconciling, recruiting
from surveys.services.errors import ServiceError
from surveys.services.panel_actions import Asked
from surveys.tasks import act_at_panel, attend_panel, tell_panel

FAILED = (
    "Something went wrong here that should not: the worker's log says what. Nothing is paid twice because of it; ask "
    "for the same again, or look at the panel first."
)
log = logging.getLogger("twicetold.panels")


def attend(pk: int) -> str:
    """Go on with one recruitment; return what came of it, in a word or in the panel's own."""
    recruitment = Recruitment.objects.select_related("link__survey__study").get(pk=pk)
    if recruitment.state == Recruitment.State.CLOSED:
        return "closed"
    try:
        look(recruitment, panels.of(recruitment))
    except ServiceError as error:
        Recruitment.objects.filter(pk=pk).update(trouble=str(error), attended_at=timezone.now())
        log.warning("%s %s: %s", recruitment.panel, recruitment.environment, error)
        return str(error)
    return "done"


def look(recruitment: Recruitment, panel: Panel) -> reconciling.Synced:
    """Look at what a panel shows, then go on with what was ordered: trouble with the one does not keep from the other.

    Raises
    ------
    ServiceError
        With either.
    """
    synced = reconciling.sync(recruitment=recruitment, panel=panel)
    recruiting.advertise(recruitment=recruitment, panel=panel)
    return synced


def tell(pk: int) -> str:
    """Tell a panel who began; what can't be told now is told at the next look."""
    recruitment = Recruitment.objects.select_related("link__survey__study").get(pk=pk)
    try:
        return str(recruiting.tell_began(recruitment=recruitment, panel=panels.of(recruitment)))
    except ServiceError as error:
        log.warning("%s %s: %s", recruitment.panel, recruitment.environment, error)
        return str(error)


def act(pk: int, action: str, asked: dict[str, Any]) -> str:
    """Carry out what was asked for on the desk, and leave there what came of it."""
    recruitment = Recruitment.objects.select_related("link__survey__study").get(pk=pk)
    values = Asked(**asked | {"works": tuple(asked.get("works", ()))})
    try:
        said = panel_actions.act(action=action, recruitment=recruitment, panel=panels.of(recruitment), asked=values)
    except ServiceError as error:
        said = str(error)
    except Exception:
        Recruitment.objects.filter(pk=pk).update(doing="", said=FAILED)
        raise
    Recruitment.objects.filter(pk=pk).update(said=said, doing="")
    return said


def act_soon(recruitment: Recruitment, action: str, asked: Asked) -> None:
    """Ask a worker for an action."""
    with transaction.atomic():
        Recruitment.objects.filter(pk=recruitment.pk).update(doing=action, said="")
        _enqueue(recruitment, action, asked)


def _enqueue(recruitment: Recruitment, action: str, asked: Asked) -> None:
    act_at_panel.enqueue(recruitment.pk, action, asdict(asked) | {"works": list(asked.works)})


def tell_soon(posting: Posting) -> None:
    """Ask a worker to tell the panel that somebody began."""
    recruitment = panels.recruitment_of(posting)
    if recruitment is not None and recruitment.opening and recruitment.opening["details"]:
        tell_panel.enqueue(recruitment.pk)


def attend_soon(recruitment: Recruitment) -> None:
    """Ask a worker to go on with a recruitment."""
    attend_panel.enqueue(recruitment.pk)


def look_for(panel: str, work: str, posting: str = "") -> bool:
    """Ask for a look at the recruitment that a piece of work belongs to, unless one waits; tell whether it is known."""
    pk = _recruitment_of(panel, work, posting)
    found = Recruitment.objects.exclude(state=Recruitment.State.CLOSED).filter(pk=pk).first() if pk else None
    if found is None:
        return False
    waiting = DBTaskResult.objects.filter(status="READY", task_path=attend_panel.module_path)
    if not any(each.args_kwargs["args"] == [found.pk] for each in waiting):
        attend_soon(found)
    return True


def _recruitment_of(panel: str, work: str, posting: str) -> int | None:
    """Return the key of a recruitment; each of the questions has an index of its own."""
    people = PanelPerson.objects.filter(panel=panel, work=work)
    for keys in (
        PanelPosting.objects.filter(reference=posting or None).values_list("recruitment", flat=True),
        people.values_list("assignment__posting__recruitment", flat=True),
        PanelSubmission.objects.filter(work=work, recruitment__panel=panel).values_list("recruitment", flat=True),
    ):
        if pk := next((each for each in keys[:1] if each), None):
            return int(pk)
    return None


def due(now: datetime) -> list[Recruitment]:
    """Return the recruitments that nobody has looked at for PANEL_SYNC_SECONDS."""
    old = now - timedelta(seconds=settings.PANEL_SYNC_SECONDS)
    rows = Recruitment.objects.exclude(state=Recruitment.State.CLOSED)
    return list(rows.filter(Q(attended_at=None, created_at__lt=old) | Q(attended_at__lt=old)))


def attend_due(now: datetime) -> int:
    """Ask for a look at each recruitment that is due, once; return how many that were."""
    rows = due(now)
    for row in rows:
        Recruitment.objects.filter(pk=row.pk).update(attended_at=now)
        attend_soon(row)
    return len(rows)
