"""Advertise at a panel what was ordered: exactly that, whatever fails and whoever tries again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from surveys.models import PanelPerson, PanelPosting, Recruitment, Round, Survey
from surveys.panels.base import Can, Opening, Panel, PanelBusy, PanelError, PanelRefused
from surveys.panels.base import Posting as Shown
from surveys.services import offers, panels
from surveys.services.errors import ConflictError, ServiceError
from surveys.services.panel_calls import DatabaseJournal
from surveys.services.panels import PanelServiceError

State = Recruitment.State
log = logging.getLogger("twicetold.panels")


def journal_of(recruitment: Recruitment) -> DatabaseJournal:
    """Return where calls for a recruitment are written down."""
    return DatabaseJournal(recruitment.link.survey.study, panels.environment_of(recruitment))


@contextmanager
def asking(recruitment: Recruitment) -> Iterator[None]:
    """Keep what the panel says when something does not go well, and raise it as ours."""
    try:
        yield
    except PanelError as error:
        Recruitment.objects.filter(pk=recruitment.pk).update(trouble=str(error))
        raise PanelServiceError(error) from error


def advertise(*, recruitment: Recruitment, panel: Panel) -> Recruitment:
    """Make at the panel what is still to be made. Repeated, by whomever, the result is exactly what was ordered.

    Raises
    ------
    PanelServiceError
        The panel refused or could not be asked; what was made until then is remembered and stays.
    """
    waiting = list(recruitment.rounds.filter(done=False).select_related("grows"))
    if waiting and not _is_over(recruitment):
        with asking(recruitment):
            opening = _opening(recruitment, panel)
            try:
                for row in waiting:
                    _make(recruitment, row, panel, opening)
            except StoppedMeanwhile:  # what was made after the stop is stopped, too
                _expire_all(recruitment, panel)
    Recruitment.objects.filter(pk=recruitment.pk, state=State.OPENING).update(state=State.OPEN)
    Recruitment.objects.filter(pk=recruitment.pk).update(trouble="")
    recruitment.refresh_from_db()
    return recruitment


def _opening(recruitment: Recruitment, panel: Panel) -> Opening:
    if opening := offers.opening_in(recruitment):
        return opening
    offer = offers.at_site(offers.of_json(recruitment.offer))
    opening = panel.open(offer, token=recruitment.token, journal=journal_of(recruitment))
    recruitment.opening = offers.opening_json(opening)
    recruitment.offer = offers.as_json(offer)
    recruitment.save(update_fields=["opening", "offer"])
    return opening


def _make(recruitment: Recruitment, row: Round, panel: Panel, opening: Opening) -> None:
    journal, heard = journal_of(recruitment), _Hears(recruitment)
    if row.grows is None:
        panel.recruit(opening, row.places, token=row.token, journal=journal, heard=heard)
    else:
        grows = row.grows
        before = Shown(grows.reference, row.grows_from, grows.token, grows.url, grows.expires_at)
        panel.extend(opening, before, row.places, token=row.token, journal=journal, heard=heard)
    Round.objects.filter(pk=row.pk).update(done=True)


def _is_over(recruitment: Recruitment) -> bool:
    return Recruitment.objects.filter(pk=recruitment.pk, state__in=(State.STOPPED, State.CLOSED)).exists()


class StoppedMeanwhile(PanelRefused):
    """Somebody has stopped what is being advertised."""

    def __init__(self) -> None:
        super().__init__("This was stopped while it was being advertised.", "Publish again to advertise the rest.")


class _Hears:
    """Writes down each posting as soon as the panel has it."""

    def __init__(self, recruitment: Recruitment) -> None:
        self._recruitment = recruitment

    def __call__(self, shown: Shown) -> None:
        values = {"token": shown.token, "places": shown.places, "url": shown.url[:500], "open": True}
        expiry = {"expires_at": shown.expires_at} if shown.expires_at else {}
        if self._compensates(shown, {**values, **expiry}):
            return
        PanelPosting.objects.update_or_create(
            recruitment=self._recruitment, reference=shown.reference, defaults={**values, **expiry}
        )
        if _is_over(self._recruitment):
            raise StoppedMeanwhile

    def _compensates(self, shown: Shown, values: dict[str, Any]) -> bool:
        """Take note that a compensation which was about to be made has been made."""
        key = shown.token.split(":")[0]
        rows = PanelPosting.objects.filter(recruitment=self._recruitment, token=key).exclude(compensates=None)
        return bool(rows.update(**values | {"reference": shown.reference, "token": key}))


def find_postings(*, recruitment: Recruitment, panel: Panel) -> None:
    """Write down postings of a recruitment that the panel lists and that nobody here has heard of, after a crash."""
    known = set(recruitment.postings.values_list("reference", flat=True))
    ours = (f"{recruitment.token}-", f"comp-{recruitment.token}-")
    for shown in panel.postings():
        if shown.token.startswith(ours) and shown.reference not in known:
            with suppress(StoppedMeanwhile):
                _Hears(recruitment)(shown)


def pause(*, recruitment: Recruitment, panel: Panel) -> Recruitment:
    """Let nobody new in at the panel for a while. Again, it changes nothing."""
    if _may_turn(recruitment, panel, State.OPEN, State.PAUSED):
        _each(recruitment, "pause", panel.pause)
        _set(recruitment, State.PAUSED)
    return recruitment


def resume(*, recruitment: Recruitment, panel: Panel) -> Recruitment:
    """Let people in at the panel again. Again, it changes nothing."""
    opening = offers.opening_in(recruitment)
    if opening and _may_turn(recruitment, panel, State.PAUSED, State.OPEN):
        _each(recruitment, "resume", partial(panel.resume, opening), opens=True)
        _set(recruitment, State.OPEN)
    return recruitment


def _each(recruitment: Recruitment, what: str, do: Callable[..., None], *, opens: bool = False) -> None:
    """Do something with every posting that is left; one that fails keeps none of the others from it.

    Raises
    ------
    PanelServiceError
        The first trouble, after all were tried. What the panel does not know any more is no trouble.
    """
    trouble: PanelError | None = None
    for row in recruitment.postings.filter(removed=False).exclude(reference=F("token")):
        token = _next(recruitment, f"{what}{row.pk}")
        try:
            do(row.reference, token=token, journal=journal_of(recruitment))
        except PanelError as error:
            if not _is_gone(panel_error=error):
                trouble = trouble or error
                continue
        PanelPosting.objects.filter(pk=row.pk).update(open=opens)
    if trouble is not None:
        with asking(recruitment):
            raise trouble


def _is_gone(*, panel_error: PanelError) -> bool:
    return panel_error.code.endswith("DoesNotExist") or "Disposed" in panel_error.what


def _may_turn(recruitment: Recruitment, panel: Panel, before: State, after: State) -> bool:
    """Tell whether there is something to do; refuse where it can't be done."""
    if Can.PAUSE not in panel.abilities:
        raise ServiceError("This panel can't be told to wait: stop it, or pause the survey.")
    if recruitment.state not in (before, after):
        raise ConflictError(f"This is {recruitment.state}, not {before}: nothing was changed.")
    return recruitment.state == before


def stop(*, recruitment: Recruitment, panel: Panel) -> Recruitment:
    """Let nobody new in any more, at once; who is at it may finish, and is paid.

    Whoever is advertising at this moment finds that it is stopped, and stops what they made meanwhile. Again, it tries
    once more what could not be stopped.
    """
    if recruitment.state == State.CLOSED:
        raise ConflictError("This is closed already.")
    with transaction.atomic():
        Survey.objects.select_for_update(no_key=True).get(pk=recruitment.link.survey_id)
        _set(recruitment, State.STOPPED)
        recruitment.rounds.filter(done=False).update(done=True)
    _expire_all(recruitment, panel)
    return recruitment


def _expire_all(recruitment: Recruitment, panel: Panel) -> None:
    with asking(recruitment):
        find_postings(recruitment=recruitment, panel=panel)
    _each(recruitment, "stop", panel.stop)


def _set(recruitment: Recruitment, state: State) -> None:
    Recruitment.objects.filter(pk=recruitment.pk).exclude(state=State.CLOSED).update(state=state, trouble="")
    recruitment.refresh_from_db()


def _next(recruitment: Recruitment, what: str) -> str:
    """Return a token for something that may be wanted again later, the same until it has succeeded."""
    stem = f"{recruitment.token}-{what}-"
    calls = recruitment.link.survey.study.panel_calls
    return f"{stem}{calls.filter(token__startswith=stem, state='done').count() + 1}"


def tell_began(*, recruitment: Recruitment, panel: Panel) -> int:
    """Tell the panel who began, so that it offers them nothing of the same study again; return how many were told.

    Whom the panel does not know, as a forged id, is passed over: nobody else has to wait for that.
    """
    opening = offers.opening_in(recruitment)
    if opening is None:
        return 0
    told = 0
    for row in PanelPerson.objects.filter(assignment__posting=recruitment.link, told_at=None).order_by("pk"):
        token = f"{recruitment.token}-began{row.assignment_id}-{row.pk}"
        try:
            panel.began(opening, row.person, token=token, journal=journal_of(recruitment))
        except PanelBusy:
            return told  # asked for fewer requests: the next look goes on
        except PanelRefused:
            log.warning("%s does not take it that somebody began (row %s)", recruitment.panel, row.pk)
        except PanelError as error:
            log.warning("%s could not be told who began: %s", recruitment.panel, error)
            return told
        PanelPerson.objects.filter(pk=row.pk).update(told_at=timezone.now())
        told += 1
    return told
