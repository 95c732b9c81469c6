"""Advertise at a panel what was ordered: exactly that, whatever fails and whoever tries again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from surveys.models import PanelPerson, PanelPosting, Recruitment, Round
from surveys.panels.base import Can, Opening, Panel, PanelError
from surveys.panels.base import Posting as Shown
from surveys.services import offers, panels
from surveys.services.errors import ConflictError, ServiceError
from surveys.services.panel_calls import DatabaseJournal
from surveys.services.panels import PanelServiceError

State = Recruitment.State


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
    with asking(recruitment):
        opening = _opening(recruitment, panel)
        for row in recruitment.rounds.filter(done=False).select_related("grows"):
            _make(recruitment, row, panel, opening)
    Recruitment.objects.filter(pk=recruitment.pk, state=State.OPENING).update(state=State.OPEN)
    Recruitment.objects.filter(pk=recruitment.pk).update(trouble="")
    recruitment.refresh_from_db()
    return recruitment


def _opening(recruitment: Recruitment, panel: Panel) -> Opening:
    if opening := offers.opening_in(recruitment):
        return opening
    offer = offers.of_json(recruitment.offer)
    opening = panel.open(offer, token=recruitment.token, journal=journal_of(recruitment))
    recruitment.opening = offers.opening_json(opening)
    recruitment.save(update_fields=["opening"])
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


class _Hears:
    """Writes down each posting as soon as the panel has it."""

    def __init__(self, recruitment: Recruitment) -> None:
        self._recruitment = recruitment

    def __call__(self, shown: Shown) -> None:
        values = {"token": shown.token, "places": shown.places, "url": shown.url[:500], "open": True}
        expiry = {"expires_at": shown.expires_at} if shown.expires_at else {}
        PanelPosting.objects.update_or_create(
            recruitment=self._recruitment, reference=shown.reference, defaults={**values, **expiry}
        )


def find_postings(*, recruitment: Recruitment, panel: Panel) -> None:
    """Write down postings of a recruitment that the panel lists and that nobody here has heard of, after a crash."""
    known = dict(recruitment.postings.values_list("reference", "places"))
    for shown in panel.postings():
        if shown.token.startswith(f"{recruitment.token}-") and shown.reference not in known:
            _Hears(recruitment)(shown)


def pause(*, recruitment: Recruitment, panel: Panel) -> Recruitment:
    """Let nobody new in at the panel for a while. Again, it changes nothing."""
    if _may_turn(recruitment, panel, State.OPEN, State.PAUSED):
        for row in recruitment.postings.filter(removed=False, open=True):
            with asking(recruitment):
                panel.pause(row.reference, token=_next(recruitment, f"pause{row.pk}"), journal=journal_of(recruitment))
            PanelPosting.objects.filter(pk=row.pk).update(open=False)
        _set(recruitment, State.PAUSED)
    return recruitment


def resume(*, recruitment: Recruitment, panel: Panel) -> Recruitment:
    """Let people in at the panel again. Again, it changes nothing."""
    opening = offers.opening_in(recruitment)
    if opening and _may_turn(recruitment, panel, State.PAUSED, State.OPEN):
        for row in recruitment.postings.filter(removed=False, open=False):
            token = _next(recruitment, f"resume{row.pk}")
            with asking(recruitment):
                panel.resume(opening, row.reference, token=token, journal=journal_of(recruitment))
            PanelPosting.objects.filter(pk=row.pk).update(open=True)
        _set(recruitment, State.OPEN)
    return recruitment


def _may_turn(recruitment: Recruitment, panel: Panel, before: State, after: State) -> bool:
    """Tell whether there is something to do; refuse where it can't be done."""
    if Can.PAUSE not in panel.abilities:
        raise ServiceError("This panel can't be told to wait: stop it, or pause the survey.")
    if recruitment.state not in (before, after):
        raise ConflictError(f"This is {recruitment.state}, not {before}: nothing was changed.")
    return recruitment.state == before


def stop(*, recruitment: Recruitment, panel: Panel) -> Recruitment:
    """Let nobody new in any more, at once; who is at it may finish, and is paid."""
    if recruitment.state == State.CLOSED:
        raise ConflictError("This is closed already.")
    with asking(recruitment):
        find_postings(recruitment=recruitment, panel=panel)
    for row in recruitment.postings.filter(removed=False):
        with asking(recruitment):
            panel.stop(row.reference, token=_next(recruitment, f"stop{row.pk}"), journal=journal_of(recruitment))
        PanelPosting.objects.filter(pk=row.pk).update(open=False)
    recruitment.rounds.filter(done=False).update(done=True)
    _set(recruitment, State.STOPPED)
    return recruitment


def _set(recruitment: Recruitment, state: State) -> None:
    Recruitment.objects.filter(pk=recruitment.pk).exclude(state=State.CLOSED).update(state=state, trouble="")
    recruitment.refresh_from_db()


def _next(recruitment: Recruitment, what: str) -> str:
    """Return a token for something that may be wanted again later, the same until it has succeeded."""
    stem = f"{recruitment.token}-{what}-"
    calls = recruitment.link.survey.study.panel_calls
    return f"{stem}{calls.filter(token__startswith=stem, state='done').count() + 1}"


def tell_began(*, recruitment: Recruitment, panel: Panel) -> int:
    """Tell the panel who began, so that it offers them nothing of the same study again; return how many were told."""
    opening = offers.opening_in(recruitment)
    if opening is None:
        return 0
    told = 0
    for row in PanelPerson.objects.filter(assignment__posting=recruitment.link, told_at=None).order_by("pk"):
        with asking(recruitment):
            token = f"{recruitment.token}-began{row.assignment_id}"
            panel.began(opening, row.person, token=token, journal=journal_of(recruitment))
        PanelPerson.objects.filter(pk=row.pk).update(told_at=timezone.now())
        told += 1
    return told
