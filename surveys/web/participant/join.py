"""The way in: information, consent, and a place."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys.models import Assignment, Invitation, Posting, Survey
from surveys.selectors import links
from surveys.services import assignments, consents
from surveys.services.errors import ClosedError, NoPlaceError, TooManyClaimsError
from surveys.services.keys import token_for
from surveys.web.participant.device import reduce_user_agent
from surveys.web.responses import message, private


@csrf_exempt  # the secret key in the path is what a forged request lacks; no cookie is involved
@private
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, key: str) -> HttpResponse:
    """Show the information; on agreement, claim a place."""
    link = links.find(key)
    if link is None:
        return _unknown(request)
    posting, invitation = link
    if invitation and (existing := links.assignment_of(invitation)):
        return _lead_back(existing)
    if posting.closed or posting.survey.state != Survey.State.PUBLISHED:
        return _closed(request)
    if not links.has_places(posting.survey):
        return _complete(request)
    if request.method == "POST" and request.POST.get("consent") == "yes":
        return _claim(request, posting, invitation)
    return _information(request, posting, refused=request.method == "POST")


def _information(request: HttpRequest, posting: Posting, *, refused: bool) -> HttpResponse:
    context = consents.information(survey=posting.survey, posting=posting)
    asked = posting.survey.instrument.asked
    context |= {
        "title": asked.title,
        "shows": asked.shows,
        "questions": [question.shown() for question in asked.questions],
    }
    day = context["withdrawal"]["date"]
    context |= {"withdrawal_day": date.fromisoformat(day) if day else None}
    context |= {"open_link": posting.link == Posting.Link.OPEN, "consent_missing": refused}
    return render(request, "participant/join.html", context, status=400 if refused else 200)


def _claim(request: HttpRequest, posting: Posting, invitation: Invitation | None) -> HttpResponse:
    device, browser = reduce_user_agent(request.headers.get("User-Agent", ""))
    try:
        assignment = assignments.claim_next(posting=posting, invitation=invitation, device=device, browser=browser)
    except TooManyClaimsError as error:
        response = message(
            request,
            title="Please wait a moment",
            happened="This link was used very often within a minute.",
            safe="Nothing is lost.",
            todo=f"Try again in {error.seconds} seconds.",
            status=429,
        )
        response.headers["Retry-After"] = str(error.seconds)
        return response
    except NoPlaceError:
        return _full(request) if links.has_places(posting.survey) else _complete(request)
    except ClosedError:
        return _closed(request)
    return _lead_back(assignment)


def _lead_back(assignment: Assignment) -> HttpResponse:
    response = redirect("take", token=token_for(assignment.code))
    response.status_code = 303
    return response


def _full(request: HttpRequest) -> HttpResponse:
    return message(
        request,
        title="Every place is taken",
        happened="All places of this survey are taken at the moment.",
        safe="You have not missed anything, and nothing about you was stored.",
        todo="A place becomes free when somebody gives theirs back. You can try this link again in half an hour.",
        status=409,
    )


def _closed(request: HttpRequest) -> HttpResponse:
    return _over(request, "This survey is closed", "It takes no new answers.")


def _complete(request: HttpRequest) -> HttpResponse:
    return _over(
        request, "This survey has all its answers", "Enough people have taken part, and every place is filled."
    )


def _over(request: HttpRequest, title: str, happened: str) -> HttpResponse:
    return message(
        request,
        title=title,
        happened=happened,
        safe="Nothing about you was stored.",
        todo="Thank you for coming. You can close this page.",
        status=410,
    )


def _unknown(request: HttpRequest) -> HttpResponse:
    return message(
        request,
        title="We don't know this link",
        happened="The link is not one of ours, or it was not copied whole.",
        safe="Nothing was stored.",
        todo="Copy the whole link from your invitation and open it again.",
        status=404,
    )
