"""A study's results for whoever may see them."""

from __future__ import annotations

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from surveys.models import Study
from surveys.selectors import results, results_page
from surveys.web.responses import private
from surveys.web.sorting import headings

COLUMNS = (
    ("original", "Original", ""),
    ("method", "Method", ""),
    ("size", "Size", "number"),
    ("median", "Median", "number"),
    ("mean", "Mean", "number"),
    ("sd", "SD", "number"),
    ("n", "Ratings", "number"),
)
FIGURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


def visible_study(request: HttpRequest, slug: str) -> Study:
    """Return a study whose results this visitor may see: public ones, or one's own."""
    study = get_object_or_404(Study, slug=slug)
    user = request.user
    if study.results_public or (user.is_authenticated and user.is_staff and study.owner_id == user.pk):
        return study
    msg = "There is no such study."
    raise Http404(msg)


@private
@require_safe
def show_results(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the tables and figures of the report, as they stand now."""
    study = visible_study(request, slug)
    return render(request, "site/results.html", context(request, study))


def context(request: HttpRequest, study: Study) -> dict[str, Any]:
    """Return what the results page shows, with its table filtered and sorted as the address says."""
    sort = request.GET.get("sort", "original")
    heads = headings(request, COLUMNS, sort)
    return results_page.page(study, request.GET) | {"headings": heads, "query": request.GET.urlencode()}


@private
@require_safe
def shown_table(request: HttpRequest, slug: str) -> HttpResponse:
    """Return exactly the rows that the page shows."""
    return table_file(visible_study(request, slug), request.GET)


def table_file(study: Study, chosen: QueryDict) -> HttpResponse:
    """Return the table of stimuli, filtered and sorted, as a CSV file."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{study.slug}-stimuli.csv"'
    csv.writer(response).writerows(results_page.csv_rows(study, chosen))
    return response


@private
@require_safe
def figure(request: HttpRequest, slug: str, name: str, fmt: str) -> HttpResponse:
    """Return a figure as a file."""
    study = visible_study(request, slug)
    if name not in results.figure_names(study):
        msg = "There is no such figure."
        raise Http404(msg)
    response = HttpResponse(results.figure(study, name, fmt), content_type=results.MEDIA_TYPES[fmt])
    response.headers["Content-Disposition"] = f'inline; filename="{study.slug}-{name}.{fmt}"'
    response.headers["Content-Security-Policy"] = FIGURE_POLICY
    return response
