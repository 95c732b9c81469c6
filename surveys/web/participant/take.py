"""The pair page of one assignment, and what its script sends: answers, heartbeats, the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.models import Assignment, Posting
from surveys.selectors import pairs
from surveys.services import answers, assignments, comments, panel_people, panels, privacy, quick_answers
from surveys.services.errors import AnswerError, ConflictError, ServiceError
from surveys.services.keys import arrival_in, code_in, code_once_in
from surveys.web.framing import may_post_to
from surveys.web.language import speak, speak_named
from surveys.web.participant.done import done_context
from surveys.web.responses import message, private

EXPIRED, UNKNOWN = 410, 404
Found = TypeVar("Found")


def _for_pages(view: Callable[[HttpRequest, str, Assignment], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a page its assignment, or say why the link doesn't work."""

    @private
    @gzip_page
    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        assignment = _opened(token, _assignment)
        if isinstance(assignment, Assignment):
            return view(request, token, assignment)
        return message(
            request,
            title=_("This link doesn't work any more") if assignment == EXPIRED else _("We don't know this link"),
            happened=_happened(assignment),
            safe=_("Every answer that was marked as saved is safe."),
            todo=_todo(assignment),
            status=assignment,
        )

    return wrapped


def _for_scripts(view: Callable[[HttpRequest, str], JsonResponse]) -> Callable[..., JsonResponse]:
    """Give a script's request the code of its assignment, and its errors as JSON in words."""

    @csrf_exempt
    @private
    @require_POST
    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> JsonResponse:
        code = _opened(token, _spoken_to)
        if isinstance(code, int):
            return JsonResponse({"error": f"{_happened(code)} {_todo(code)}"}, status=code)
        try:
            return view(request, code)
        except AnswerError as error:
            return JsonResponse({"error": str(error)}, status=400)
        except ConflictError as error:
            return JsonResponse({"error": str(error)}, status=409)

    return wrapped


def _opened(token: str, find: Callable[[str], Found | None]) -> Found | int:
    """Return what is found by the code in a token, or the status that says why there is none.

    Of a token that has expired, what it led to is looked for all the same: finding it speaks its language.
    """
    try:
        code = code_in(token)
    except signing.SignatureExpired:
        find(code_once_in(token))
        return EXPIRED
    except signing.BadSignature:
        return UNKNOWN
    return find(code) or UNKNOWN


def _assignment(code: str) -> Assignment | None:
    """Return an assignment, whose language is spoken from now on."""
    rows = Assignment.objects.select_related("place__survey__study", "instrument", "posting", "consent")
    if assignment := rows.filter(code=code).first():
        speak(assignment.instrument)
    return assignment


def _spoken_to(code: str) -> str | None:
    """Return the code of an assignment that there is, its language spoken from now on."""
    for (language,) in Assignment.objects.filter(code=code).values_list("instrument__content__language")[:1]:
        speak_named(language or settings.LANGUAGE_CODE)
        return code
    return None


def _happened(status: int) -> str:
    if status == EXPIRED:
        return _("This page's link has expired.")
    return _("The link is not one of ours, or it was not copied whole.")


def _todo(status: int) -> str:
    if status == EXPIRED:
        return _("Open your invitation link again: it leads back to where you were.")
    return _("Open your invitation link again.")


def _token(request: HttpRequest) -> str:
    """Return the token in the path of a script's request."""
    return str(request.resolver_match.kwargs["token"]) if request.resolver_match else ""


@require_safe
@_for_pages
def take(request: HttpRequest, token: str, assignment: Assignment) -> HttpResponse:
    """Show the pairs of a place, beginning with the first that has no answer."""
    if assignment.state == Assignment.State.SUBMITTED:
        return redirect("done", token=token)
    if assignment.state in (Assignment.State.RETURNED, Assignment.State.WITHDRAWN):
        return _given_back(request, token, assignment)
    if assignment.state == Assignment.State.SCREENED_OUT:
        return _screened_out(request, token, assignment)
    data = pairs.place_data(assignment) | {
        "answer_url": reverse("answers", args=[token]),
        "heartbeat_url": reverse("heartbeat", args=[token]),
        "finish_url": reverse("finish", args=[token]),
        "leave_url": reverse("leave", args=[token]),
        "done_url": reverse("done", args=[token]),
        "log_behaviour": privacy.logs_behaviour(assignment),
    }
    if assignment.place.survey.asked_besides.training_failed == "screen_out":
        data["screen_out_url"] = reverse("screen-out", args=[token])
    return render(request, "participant/take.html", {"place": data, "simulated": assignment.simulated})


def _given_back(request: HttpRequest, token: str, assignment: Assignment) -> HttpResponse:
    kept = assignment.state != Assignment.State.WITHDRAWN
    posting = assignment.posting
    context: dict[str, Any] = {
        "leave_url": reverse("leave", args=[token]) if kept else "",
        "panel": panels.title(posting.panel) if posting.link == Posting.Link.PANEL else "",
        "ending": panel_people.ending(assignment, arrival_in(token)),
        "simulated": assignment.simulated,
    }
    return may_post_to(context["ending"].form_origin, render(request, "participant/given_back.html", context))


def _screened_out(request: HttpRequest, token: str, assignment: Assignment) -> HttpResponse:
    ending = panel_people.ending(assignment, arrival_in(token))
    context = {"ending": ending, "simulated": assignment.simulated}
    return may_post_to(ending.form_origin, render(request, "participant/screened_out.html", context))


@_for_scripts
def screen_out(request: HttpRequest, code: str) -> JsonResponse:
    """End an assignment whose practice was not understood; the page it leads to says so."""
    assignments.screen_out(code=code)
    return JsonResponse({"url": reverse("take", args=[_token(request)])})


@csrf_exempt
@private
@require_POST
def record_answer(request: HttpRequest, token: str) -> JsonResponse:
    """Save one answer and acknowledge it."""
    return _saved_quickly(request, token) or _record_answer(request, token)


def _saved_quickly(request: HttpRequest, token: str) -> JsonResponse | None:
    try:
        saved = quick_answers.record(code=code_in(token), given=_given(request))
    except (AnswerError, signing.BadSignature):
        return None  # the longer way says what is wrong
    return JsonResponse(asdict(saved)) if saved else None


@_for_scripts
def _record_answer(request: HttpRequest, code: str) -> JsonResponse:
    return JsonResponse(asdict(answers.record(code=code, given=_given(request))))


def _given(request: HttpRequest) -> answers.Given:
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, a number or a nesting beyond all bounds
        msg = _("The answer must be JSON in UTF-8.")
        raise AnswerError(msg) from error
    return answers.read_given(data)


@_for_scripts
def heartbeat(request: HttpRequest, code: str) -> JsonResponse:
    """Keep the place while the page is open."""
    renewed = assignments.heartbeat(code=code)
    return JsonResponse({"state": renewed.state, "holds_place": renewed.holds_place})


@csrf_exempt
def finish(request: HttpRequest, token: str) -> HttpResponse:
    """End the assignment; a script gets the receipt code as JSON, a form is led to the receipt."""
    wants_json = "application/json" in request.headers.get("Accept", "")
    result = _finish(request, token)
    if wants_json or result.status_code >= 400:
        return result
    response = redirect("done", token=token)
    response.status_code = 303
    return response


@_for_scripts
def _finish(request: HttpRequest, code: str) -> JsonResponse:
    submitted: Any = assignments.submit(code=code)
    return JsonResponse({"receipt_code": submitted.receipt_code, "url": reverse("done", args=[_token(request)])})


@require_safe
@_for_pages
def done(request: HttpRequest, token: str, assignment: Assignment) -> HttpResponse:
    """Show the receipt code."""
    if assignment.state != Assignment.State.SUBMITTED:
        return redirect("take", token=token)
    context = done_context(
        request,
        study=assignment.place.survey.study,
        told=assignment.consent.content,
        receipt_code=assignment.receipt_code,
        finished=assignment.submitted_at,
    )
    ending = panel_people.ending(assignment, arrival_in(token))
    own = {
        "ending": ending,
        "comment": assignment.comment,
        "comment_url": reverse("comment", args=[token]),
    }
    page = render(request, "participant/done.html", context | own | {"simulated": assignment.simulated})
    return may_post_to(ending.form_origin, page)


@csrf_exempt  # the token in the path is what a forged request lacks; no cookie is involved
@require_POST
@_for_pages
def comment(request: HttpRequest, token: str, assignment: Assignment) -> HttpResponse:
    """Keep what somebody wants to say at the end, and lead back to the receipt."""
    try:
        comments.keep(code=assignment.code, text=request.POST.get("comment", ""))
    except ConflictError:
        return redirect("take", token=token)
    response = redirect("done", token=token)
    response.status_code = 303
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@_for_pages
def leave(request: HttpRequest, token: str, assignment: Assignment) -> HttpResponse:
    """Ask whether to give the place back, or the answers too, and do it."""
    if request.method != "POST":
        context = {
            "take_url": reverse("take", args=[token]),
            "open_link": assignment.posting.link == "open",
            "stopped": assignment.state == Assignment.State.RETURNED,
            "simulated": assignment.simulated,
        }
        return render(request, "participant/leave.html", context)
    if assignment.state == Assignment.State.SUBMITTED:
        return _finished_already(request)
    try:
        left = _leave(request, assignment)
    except ServiceError:  # finished in another tab, just now
        return _finished_already(request)
    return _given_back(request, token, left)


def _leave(request: HttpRequest, assignment: Assignment) -> Assignment:
    if request.POST.get("answers") == "delete":
        return privacy.withdraw(code=assignment.code).assignment
    return assignments.give_back(code=assignment.code, reason=request.POST.get("reason", ""))


def _finished_already(request: HttpRequest) -> HttpResponse:
    return message(
        request,
        title=_("You have finished already"),
        happened=_("You have finished; there is nothing to give back."),
        safe=_("Your answers are saved."),
        todo=_("Go back to the page before to see your receipt code. With it your answers can be deleted."),
        status=409,
    )
