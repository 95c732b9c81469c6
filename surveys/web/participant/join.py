"""The way in: information, consent, and a place."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from surveys.models import Assignment, Invitation, Posting, Survey
from surveys.selectors import eligibility, examples, links
from surveys.services import claiming, consents, panel_people, panels
from surveys.services.errors import (
    AlreadyError,
    ClosedError,
    NoPlaceError,
    NotEligibleError,
    PausedError,
    TooManyClaimsError,
)
from surveys.services.keys import token_for
from surveys.web.language import speak
from surveys.web.participant import refusals
from surveys.web.participant.device import Device, read_device, unfit
from surveys.web.responses import private


@csrf_exempt  # the secret key in the path is what a forged request lacks; no cookie is involved
@private
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, key: str) -> HttpResponse:
    """Show the information; on agreement, claim a place."""
    link = links.find(key)
    if link is None:
        return refusals.unknown(request)
    posting, invitation = link
    speak(posting.survey.instrument)
    try:
        arrival = panel_people.read(posting, request.GET) if posting.link == Posting.Link.PANEL else None
    except panel_people.ArrivalRefused:
        return refusals.nameless(request, panels.title(posting.panel))
    if arrival and arrival.preview:
        return _preview(request, posting)
    if arrival and not panel_people.is_ours(posting, arrival):
        return refusals.not_ours(request, panels.title(posting.panel))
    if existing := _begun(posting, invitation, arrival):
        return _lead_back(existing, posting, arrival)
    device = read_device(request.headers.get("User-Agent", ""), request.POST.dict())
    if arrival and panel_people.assignment_of(posting, arrival):  # by other ids of theirs: they go on with the button
        return _again(request, posting, arrival, device)
    known = links.identity_of(posting, invitation, arrival.person if arrival else "")
    if refused := _refuse(request, posting, known, device):
        return refused
    if request.method == "POST" and request.POST.get("consent") == "yes":
        return _claim(request, posting, invitation, arrival, device)
    return _information(request, posting, refused=request.method == "POST")


def _begun(posting: Posting, invitation: Invitation | None, arrival: panel_people.Arrival | None) -> Assignment | None:
    """Return what whoever comes this way has begun before."""
    if arrival:
        row = panel_people.row_of(posting, arrival)
        return row.assignment if row else None
    return links.assignment_of(invitation) if invitation else None


def _refuse(request: HttpRequest, posting: Posting, known: int | None, device: Device) -> HttpResponse | None:
    """Return the page for whoever can't take part; None for everybody else. Claiming looks again, under a lock."""
    survey = posting.survey
    if posting.closed or survey.state != Survey.State.PUBLISHED:
        return refusals.closed(request)
    if not links.has_places(survey):
        return refusals.complete(request)
    if survey.paused:
        return refusals.paused(request)
    barred = eligibility.barred(survey, known) if known else ""
    if barred:
        return refusals.already(request) if barred == "already" else refusals.not_eligible(request)
    rules = survey.study.definition.get("devices", {})
    if reason := unfit(device, rules):
        return refusals.unfit(request, reason, rules)
    return None


def _again(request: HttpRequest, posting: Posting, arrival: panel_people.Arrival, device: Device) -> HttpResponse:
    """Let somebody go on who comes by new ids of a panel: looking writes nothing, the button does."""
    if request.method == "POST" and request.POST.get("consent") == "yes":
        return _claim(request, posting, None, arrival, device)
    return _information(request, posting, refused=request.method == "POST")


def _preview(request: HttpRequest, posting: Posting) -> HttpResponse:
    """Show who only looks what it would be like; nothing can be started, and nothing is written."""
    survey = posting.survey
    if posting.closed or survey.state != Survey.State.PUBLISHED:
        return refusals.closed(request)
    shown = information_context(posting) | {
        "looking": panels.title(posting.panel),
        "example": examples.example_of(survey),
    }
    return render(request, "participant/join.html", shown)


def _information(request: HttpRequest, posting: Posting, *, refused: bool) -> HttpResponse:
    context = information_context(posting) | {"consent_missing": refused}
    return render(request, "participant/join.html", context, status=400 if refused else 200)


def information_context(posting: Posting) -> dict[str, Any]:
    """Return what the first page tells to whoever comes by this link."""
    context = consents.information(survey=posting.survey, posting=posting)
    asked = posting.survey.instrument.asked
    rules = posting.survey.study.definition.get("devices", {})
    day = context["withdrawal"]["date"]
    return context | {
        "title": asked.title,
        "shows": asked.shows,
        "questions": [question.shown() for question in asked.questions],
        "withdrawal_day": date.fromisoformat(day) if day else None,
        "measures": bool(context["log_behaviour"] or rules.get("min_width") or rules.get("min_height")),
        "open_link": posting.link == Posting.Link.OPEN,
        "panel": panels.title(posting.panel) if posting.link == Posting.Link.PANEL else "",
    }


def _claim(
    request: HttpRequest,
    posting: Posting,
    invitation: Invitation | None,
    arrival: panel_people.Arrival | None,
    device: Device,
) -> HttpResponse:
    try:
        assignment = claiming.claim_next(
            posting=posting,
            invitation=invitation,
            arrival=arrival,
            device=device.kind,
            browser=device.browser,
            screen=device.screen,
        )
    except TooManyClaimsError as error:
        return refusals.too_often(request, error.seconds)
    except NoPlaceError:
        if links.has_places(posting.survey):
            return refusals.full(request, links.minutes_until_free(posting.survey))
        return refusals.complete(request)
    except PausedError:
        return refusals.paused(request)
    except AlreadyError:
        return refusals.already(request)
    except NotEligibleError:
        return refusals.not_eligible(request)
    except ClosedError:
        return refusals.closed(request)
    return _lead_back(assignment, posting, arrival)


def _lead_back(assignment: Assignment, posting: Posting, arrival: panel_people.Arrival | None) -> HttpResponse:
    row = panel_people.row_of(posting, arrival) if arrival else None
    response = redirect("take", token=token_for(assignment.code, row.pk if row else None))
    response.status_code = 303
    return response
