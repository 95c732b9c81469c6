"""The contact sheet: every reconstruction beside its original, and a person's verdict on each."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from surveys.models import Release, Study
from surveys.selectors import releases
from surveys.selectors.studies import is_published
from surveys.services import releases as service
from surveys.services.errors import ServiceError
from surveys.web.desk.access import own_study, staff_only
from surveys.web.desk.page import study_page

ON_A_PAGE = 60
VERDICTS = {
    "release": Release.Verdict.RELEASED,
    "release-shown": Release.Verdict.RELEASED,
    "reject": Release.Verdict.REJECTED,
    "withdraw": Release.Verdict.WITHDRAWN,
}


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def contact_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the reconstructions that the address asks for; keep a verdict on some of them by POST."""
    study = own_study(request, slug)
    if request.method != "POST":
        return _sheet(request, study)
    try:
        changed = _judge(request, study)
    except ServiceError as error:
        response = _sheet(request, study, str(error))
        response.status_code = 409 if is_published(study) else 400
        return response
    messages.success(request, _kept(request.POST.get("verdict", ""), changed))
    return redirect(request.get_full_path())


def _judge(request: HttpRequest, study: Study) -> int:
    verdict = request.POST.get("verdict", "")
    if verdict not in VERDICTS:
        raise ServiceError(_("That button is not known. Nothing was changed: choose one of those on this page."))
    seen = request.POST.getlist("shown" if verdict == "release-shown" else "stimulus")
    said = {"verdict": VERDICTS[verdict], "reason": request.POST.get("reason", "")}
    return service.judge(study=study, seen=seen, by=str(request.user), **said)


def _kept(verdict: str, changed: int) -> str:
    words = {
        "reject": ngettext("One picture rejected.", "%(n)d pictures rejected.", changed),
        "withdraw": ngettext("One verdict taken back.", "%(n)d verdicts taken back.", changed),
    }
    released = ngettext("One picture released.", "%(n)d pictures released.", changed)
    return words.get(verdict, released) % {"n": changed}


def _sheet(request: HttpRequest, study: Study, error: str = "") -> HttpResponse:
    chosen = {name: request.GET.get(name, "") for name in ("method", "state")}
    rows = releases.reconstructions(study, **chosen)
    pages = Paginator(rows, ON_A_PAGE)
    return study_page(
        request,
        study,
        "contact_sheet",
        "stimuli",
        page=pages.get_page(request.GET.get("page")),
        error=error,
        selected=request.POST.getlist("stimulus"),
        reason=request.POST.get("reason", ""),
        tally=releases.tally(study),
        fixed=is_published(study),
        methods=study.methods.filter(family="textual"),
        states=[("waiting", _("waiting for a look")), ("released", _("released")), ("rejected", _("rejected"))],
        chosen=chosen,
        query=_without_page(request),
    )


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
