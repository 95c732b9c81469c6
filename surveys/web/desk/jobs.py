"""Make a study's stimuli from the desk: start, pause, resume, stop, and see how far it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compression.build import BuildError
from compression.estimate_table import EstimateTable
from compression.study import StudyError
from surveys.models import Study
from surveys.selectors.jobs import latest
from surveys.selectors.ledger import balance
from surveys.selectors.paid import doubtful, paid_methods
from surveys.services import costs, jobs, spending
from surveys.services.errors import ServiceError
from surveys.web.desk.access import own_study, staff_only
from surveys.web.desk.page import study_page

STOP_POLLING = 286  # htmx asks no more after an answer of this kind
CHANGES = {"pause": jobs.pause, "resume": jobs.resume, "stop": jobs.stop}


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def job(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the part of the page that tells how far it is; start, pause, resume or stop by POST."""
    study = own_study(request, slug)
    if request.method != "POST":
        return _part(request, study)
    try:
        return _act(request, study)
    except ServiceError as error:
        return _refused(request, study, str(error))


def _act(request: HttpRequest, study: Study) -> HttpResponse:
    action = request.POST.get("action", "")
    if action == "make":
        if paid_methods(study):
            return redirect("desk:cost", study.slug)
        jobs.start(study=study, by=str(request.user))
    elif action in CHANGES:
        CHANGES[action](study=study)
    else:
        raise ServiceError(_("That button is not known. Nothing was changed: choose one of those on the page."))
    return redirect("desk:stimuli", study.slug)


def _refused(request: HttpRequest, study: Study, error: str) -> HttpResponse:
    response = study_page(request, study, "stimuli_refused", "stimuli", error=error)
    response.status_code = 409
    return response


def _part(request: HttpRequest, study: Study) -> HttpResponse:
    shown = latest(study, now=timezone.now())
    response = render(request, "desk/_job.html", {"study": study, "shown": shown, "said": request.GET.get("said", "")})
    if shown is None or not shown.job.active:
        response.status_code = STOP_POLLING
    return response


class TermsForm(forms.Form):
    """The limits of a run that may cost money, and the word that it may."""

    max_cost = forms.DecimalField(required=False, min_value=Decimal(0), max_digits=12, decimal_places=6)
    max_calls = forms.IntegerField(required=False, min_value=0, max_value=10**9)
    retry_failed = forms.BooleanField(required=False)
    repeat_possibly_billed = forms.BooleanField(required=False)
    agreed = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a limit and for the word."""
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            raise forms.ValidationError(_("Write limits as plain numbers: 2.50 for money, 40 for calls."))
        if data["max_cost"] is None and data["max_calls"] is None:
            raise forms.ValidationError(_("Set at least one limit. Nothing was started and nothing was spent."))
        if not data.pop("agreed"):
            raise forms.ValidationError(_("Say that this may be spent. Nothing was started and nothing was spent."))
        return data


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def cost(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the paid calls that are left would cost; start making the stimuli within limits by POST."""
    study = own_study(request, slug)
    if request.method != "POST":
        return _cost_page(request, study)
    form = TermsForm(request.POST)
    if not form.is_valid():
        return _cost_page(request, study, str(form.non_field_errors()[0]), 400)
    try:
        jobs.start(study=study, by=str(request.user), terms=spending.Terms(**form.cleaned_data))
    except ServiceError as error:
        return _cost_page(request, study, str(error), 409)
    return redirect("desk:stimuli", study.slug)


def _cost_page(request: HttpRequest, study: Study, error: str = "", status: int = 200) -> HttpResponse:
    table, so_far, limits = EstimateTable(), balance(study.pk), spending.budget(study)
    try:
        table = costs.estimate(study)
    except (BuildError, ServiceError, StudyError) as problem:
        error = str(problem)
    response = study_page(
        request,
        study,
        "cost",
        "stimuli",
        table=table,
        costs=sorted(table.costs.items()),
        so_far=so_far,
        limits=limits,
        given=request.POST if request.method == "POST" else spending.proposal(table, limits, so_far),
        doubtful=doubtful(study),
        error=error,
    )
    response.status_code = status
    return response
