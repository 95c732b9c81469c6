"""Withdraw: whoever has finished takes the answers back with the receipt code; asked once more before it is done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys.models import Assignment
from surveys.services import privacy
from surveys.web.language import speak, speak_named
from surveys.web.responses import private

State = Assignment.State


@csrf_exempt  # the receipt code is what a forged request lacks; no cookie is involved
@private
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """Ask for a receipt code, then whether to delete its answers; delete them when told so."""
    speak_named(request.GET.get("language", ""))
    if request.method != "POST":
        return _page(request, "ask_code")
    code = request.POST.get("code", "")
    assignment = privacy.find(code)
    if assignment is None:
        return _page(request, "ask_code", 404, unknown=True, code=code[:40])
    speak(assignment.instrument)
    if assignment.state == State.WITHDRAWN:
        return _page(request, "withdrawn", assignment=assignment)
    if request.POST.get("sure") != "yes":
        return _sure(request, assignment)
    try:
        withdrawn = privacy.withdraw(code=assignment.code)
    except privacy.TooLateError as error:
        return _too_late(request, assignment, str(error))
    return _page(request, "withdrawn", assignment=assignment, deleted=withdrawn.deleted)


def _sure(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    until = privacy.withdrawable_until(assignment)
    return _page(request, "sure", assignment=assignment, until=until, answers=assignment.answers.count())


def _too_late(request: HttpRequest, assignment: Assignment, happened: str) -> HttpResponse:
    contact = assignment.consent.content.get("consent", {}).get("contact", "")
    return _page(request, "too_late", 410, assignment=assignment, happened=happened, contact=contact)


def _page(request: HttpRequest, step: str, status: int = 200, **context: object) -> HttpResponse:
    titles = {
        "ask_code": _("Take your answers back"),
        "sure": _("Delete your answers?"),
        "withdrawn": _("Your answers are deleted"),
        "too_late": _("It is too late for this page"),
    }
    assignment = context.get("assignment")
    study = assignment.place.survey.study.title if isinstance(assignment, Assignment) else ""
    frame = {"step": step, "title": titles[step], "study": study}
    return render(request, "participant/withdraw.html", frame | context, status=status)
