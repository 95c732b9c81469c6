"""A study's stimuli: pictures, sizes, states and words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from surveys.models import Stimulus
from surveys.selectors import desk_tables
from surveys.selectors.jobs import latest
from surveys.web.desk.access import own_study, staff_only
from surveys.web.desk.page import study_page
from surveys.web.sorting import headings

COLUMNS = (
    ("original", "Stimulus", ""),
    ("method", "Method", ""),
    ("size", "Size", "number"),
    ("smaller", "Smaller by", "number"),
    ("state", "State", ""),
)


@staff_only
@require_safe
def stimuli(request: HttpRequest, slug: str) -> HttpResponse:
    """List a study's stimuli, filtered and sorted as the address says."""
    study = own_study(request, slug)
    chosen = {name: request.GET.get(name, "") for name in ("method", "state")}
    sort = request.GET.get("sort", "original")
    return study_page(
        request,
        study,
        "stimuli",
        "stimuli",
        rows=desk_tables.stimuli(study, sort=sort, **chosen),
        total=Stimulus.objects.filter(original__study=study, current=True).count(),
        headings=headings(request, COLUMNS, sort),
        methods=study.methods.all(),
        states=Stimulus.State.values,
        chosen=chosen,
        sort=sort,
        shown=latest(study, now=timezone.now()),
    )
