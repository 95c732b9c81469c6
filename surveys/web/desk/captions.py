"""Where people write captions: the picture, the guide beside it, and every version that was written."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from compression.captioners.caption_file import MAX_BYTES
from surveys.models import Caption, Method, Original, Study
from surveys.selectors import caption_table, previews
from surveys.selectors import captions as selectors
from surveys.selectors.studies import is_published
from surveys.services import captions as service
from surveys.services.errors import ConflictError, ServiceError
from surveys.web.desk import caption_form
from surveys.web.desk.access import staff_only, written_study
from surveys.web.desk.guide import elements
from surveys.web.desk.page import study_page


@staff_only
@require_safe
def captions(request: HttpRequest, slug: str) -> HttpResponse:
    """List the originals, and what is written of them."""
    study = written_study(request, slug)
    rows = selectors.entries(study, list(selectors.writing_methods(study)))
    lacking = [entry for entry in rows if entry.lacking]
    only = request.GET.get("only", "")
    return study_page(
        request,
        study,
        "captions",
        "stimuli",
        rows=lacking if only == "lacking" else rows,
        total=len(rows),
        lacking=len(lacking),
        only=only,
        next=lacking[0] if lacking else None,
        fixed=is_published(study),
    )


@staff_only
@require_safe
def every_version(request: HttpRequest, slug: str) -> HttpResponse:
    """Return all that was ever written as a table; writers appear as numbers only."""
    study = written_study(request, slug)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{study.slug}-captions.csv"'
    csv.writer(response).writerows(caption_table.rows(study))
    return response


@staff_only
@require_safe
def picture(request: HttpRequest, slug: str, original: str) -> HttpResponse:
    """Return an original as it will be seen, before any rendition of it is made."""
    study = written_study(request, slug)
    data = previews.preview(study, get_object_or_404(study.originals, slug=original))
    if data is None:
        raise Http404
    return HttpResponse(data, content_type="image/webp")


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str, method: str, original: str) -> HttpResponse:
    """Show one picture with the guide and its captions; keep what was written, or chosen, by POST."""
    study = written_study(request, slug)
    taken = next((each for each in selectors.writing_methods(study) if each.slug == method), None)
    if taken is None:
        raise Http404
    row = get_object_or_404(study.originals.select_related("rendition"), slug=original)
    if request.method != "POST":
        return _page(request, study, taken, row)
    try:
        return redirect(_kept(request, study, taken, row))
    except ServiceError as error:
        response = _page(request, study, taken, row, str(error))
        response.status_code = 409 if isinstance(error, ConflictError) or is_published(study) else 400
        return response


def _kept(request: HttpRequest, study: Study, method: Method, original: Original) -> str:
    """Keep what the form says, and return the address where to go on."""
    if chosen := caption_form.number(request, "choose"):
        service.choose(caption=get_object_or_404(Caption, pk=chosen, method=method, original=original))
        messages.success(request, _("Chosen: these words count now."))
        return _address(study, method, original)
    row = service.write(
        method=method,
        original=original,
        words=caption_form.words(request),
        writer=request.user,
        candidate=caption_form.number(request, "candidate"),
        base=caption_form.number(request, "base"),
    )
    messages.success(request, _("Saved: “%(words)s”") % {"words": row.text})
    following = _following(study, method, original) if request.POST.get("then") == "next" else None
    if following:
        return _address(study, method, following)
    return f"{_address(study, method, original)}?caption={row.candidate}"


def _address(study: Study, method: Method, original: Original) -> str:
    return reverse("desk:caption", args=[study.slug, method.slug, original.slug])


def _following(study: Study, method: Method, original: Original) -> Original | None:
    """Return the next picture that lacks words, after this one or from the beginning."""
    lacking = [entry.original for entry in selectors.entries(study, [method]) if entry.lacking]
    later = (row for row in lacking if row.position > original.position)
    return next(later, next(iter(lacking), None))


def _page(request: HttpRequest, study: Study, method: Method, original: Original, error: str = "") -> HttpResponse:
    entry = selectors.entries(study, [method], original)[0]
    form = caption_form.filled(request, entry)
    return study_page(
        request,
        study,
        "caption",
        "stimuli",
        method=method,
        original=original,
        entry=entry,
        error=error,
        form=form,
        fixed=is_published(study),
        elements=elements(form["elements"]),
        most=MAX_BYTES,
        served=selectors.writing_methods(study)[method],
        neighbours=_neighbours(study, original),
    )


def _neighbours(study: Study, original: Original) -> dict[str, Original | None]:
    rows = study.originals.order_by("position")
    after = rows.filter(position__gt=original.position).first()
    return {"before": rows.filter(position__lt=original.position).last(), "after": after}
