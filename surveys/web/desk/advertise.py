"""Advertise a survey at a panel, and act on what is advertised there: prices, orders, verdicts, differences."""

from __future__ import annotations

import csv
import unicodedata
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.models import Recruitment, Study, Survey
from surveys.selectors import offerings, recruiting, statements
from surveys.selectors.payments import COLUMNS, payments
from surveys.selectors.prices import wages_of
from surveys.services import attending, ordering, panels
from surveys.services.errors import ServiceError
from surveys.services.ordering import Order
from surveys.services.panel_actions import ACTIONS, Asked
from surveys.web.desk.access import own_study, staff_only
from surveys.web.desk.page import study_page

LONGEST = 2000
ROLE = "surveys.pay_people"
OPEN_TO_ALL = ("sync", "pause", "resume", "stop")
"""What the owner may ask for without the right to pay: it spends nothing."""


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def advertise(request: HttpRequest, slug: str, survey: str) -> HttpResponse:
    """Show what each way costs and how each recruitment stands; order places by POST."""
    study = own_study(request, slug)
    row = get_object_or_404(study.surveys.select_related("study", "instrument"), slug=survey)
    if request.method != "POST":
        return _page(request, study, row)
    _must_pay(request)
    try:
        recruitment = _order(request, row)
    except ServiceError as error:
        return _page(request, study, row, str(error), 400)
    attending.attend_soon(recruitment)
    words = _("Ordered: a worker advertises the places now. This page shows how far it is.")
    messages.success(request, words)
    return redirect("desk:advertise", study.slug, row.slug)


def _order(request: HttpRequest, survey: Survey) -> Recruitment:
    form = request.POST
    panel = panels.connect(form.get("panel", ""), form.get("environment", ""))
    wanted = Order(
        by=str(request.user),
        places=_number(form.get("places", ""), _("places")),
        most=_number(form.get("most", ""), _("the way")),
        typed=form.get("price", ""),
        at_most=form.get("at_most", "").strip(),
        below_floor=form.get("below_floor") == "yes",
    )
    return ordering.order(survey=survey, panel=panel, wanted=wanted)


def _number(text: str, what: str) -> int | None:
    if not text.strip():
        return None
    if not (text.strip().isascii() and text.strip().isdigit() and len(text) < 8):
        raise ServiceError(_("Write %(what)s as a whole number.") % {"what": what})
    return int(text)


def _page(request: HttpRequest, study: Study, survey: Survey, error: str = "", status: int = 200) -> HttpResponse:
    response = study_page(
        request,
        study,
        "advertise",
        "publish",
        survey=survey,
        error=error,
        given=request.POST,
        choices=offerings.offerings(survey),
        places=recruiting.unadvertised(survey),
        limit=offerings.limit_in_words(study),
        wages=wages_of(survey),
        statements=_statements(survey),
        may_pay=_may_pay(request),
        categories=offerings.CATEGORIES,
        idle=offerings.nobody_works(timezone.now()),
    )
    response.status_code = status
    return response


def _statements(survey: Survey) -> list[statements.Statement]:
    return [statements.statement(row) for row in recruiting.of_survey(survey)]


@staff_only
@require_safe
def counts(request: HttpRequest, slug: str, survey: str) -> HttpResponse:
    """Return the part of the page that changes by itself."""
    study = own_study(request, slug)
    row = get_object_or_404(study.surveys.select_related("study"), slug=survey)
    return render(request, "desk/_recruitments.html", {"study": study, "survey": row, "statements": _statements(row)})


@staff_only
@require_POST
def act(request: HttpRequest, slug: str, survey: str, number: int) -> HttpResponse:
    """Ask a worker for an action on one recruitment."""
    study = own_study(request, slug)
    row = get_object_or_404(Recruitment, pk=number, link__survey__study=study, link__survey__slug=survey)
    action = request.POST.get("action", "")
    if action not in ACTIONS:
        messages.error(request, _("That button is not known. Nothing was changed."))
        return redirect("desk:advertise", slug, survey)
    if action not in OPEN_TO_ALL:
        _must_pay(request)
    asked = _asked(request)
    if action in ("reject", "unreject", "bonus", "compensate") and not asked.reason.strip():
        messages.error(request, _("Say why, in words that the person reads. Nothing was changed."))
        return redirect("desk:advertise", slug, survey)
    if any(_unreadable(text) for text in (*asked.works, asked.assignment, asked.reason, asked.amount, asked.category)):
        messages.error(request, _("What was written can't be read, or is too long. Nothing was changed."))
        return redirect("desk:advertise", slug, survey)
    attending.act_soon(row, action, asked)
    messages.success(request, _("Asked for: a worker does it now, and this page shows what came of it."))
    return redirect("desk:advertise", slug, survey)


def _unreadable(text: str) -> bool:
    return len(text) > LONGEST or any(
        unicodedata.category(letter) == "Cc" and letter not in "\r\n\t" for letter in text
    )


def _asked(request: HttpRequest) -> Asked:
    form = request.POST
    places, call = form.get("places", ""), form.get("call", "")
    return Asked(
        works=tuple(form.getlist("work")),
        assignment=form.get("assignment", ""),
        amount=form.get("amount", ""),
        reason=form.get("reason", ""),
        category=form.get("category", ""),
        places=int(places) if places.isascii() and places.isdigit() and len(places) < 8 else None,
        call=int(call) if call.isascii() and call.isdigit() and len(call) < 16 else 0,
        price=form.get("price", ""),
        at_most=form.get("at_most", "").strip(),
        leave_unpaid=form.get("leave_unpaid") == "yes",
        by=str(request.user),
    )


@staff_only
@require_safe
def people(request: HttpRequest, slug: str, survey: str) -> StreamingHttpResponse:
    """Send whom panels are to pay, in the panels' own ids: for who has the right to pay, and nobody else."""
    study = own_study(request, slug)
    row = get_object_or_404(study.surveys, slug=survey)
    _must_pay(request)
    return _table(f"{study.slug}-{row.slug}-people.csv", COLUMNS, payments(row))


@staff_only
@require_safe
def ledger(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Send every movement of a study's money at panels, one entry a row."""
    study = own_study(request, slug)
    return _table(f"{study.slug}-ledger.csv", statements.LEDGER_COLUMNS, statements.ledger_rows(study))


def _table(name: str, columns: tuple[str, ...], rows: Any) -> StreamingHttpResponse:
    writer = csv.DictWriter(_Echo(), columns)

    def lines() -> Any:
        yield writer.writeheader()
        for row in rows:
            yield writer.writerow(row)

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


class _Echo:
    """Hands each line back to whoever writes it."""

    def write(self, line: str) -> str:
        return line


def _may_pay(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.has_perm(ROLE))


def _must_pay(request: HttpRequest) -> None:
    if not _may_pay(request):
        raise PermissionDenied(_("Spending money needs the right to pay: ask who runs this site for it."))
