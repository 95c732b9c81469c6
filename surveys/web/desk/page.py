"""The frame that a study's pages share: its steps, and where on the way this page stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from surveys.models import Study
from surveys.selectors.captions import on_page
from surveys.selectors.paid import paid_methods
from surveys.selectors.steps import state_of, steps
from surveys.selectors.tables import is_simulated


def study_page(request: HttpRequest, study: Study, template: str, here: str = "", /, **context: Any) -> HttpResponse:
    """Render one of a study's pages; ``here`` is the step it belongs to."""
    every = steps(study)
    frame = {
        "study": study,
        "here": here,
        "steps": [{"step": step, "state": state_of(step, every)} for step in every],
        "simulated": is_simulated(study),
        "guest": study.owner_id != request.user.pk,
        "writes_captions": any(map(on_page, study.methods.all())),
        "costs_money": here == "stimuli" and bool(paid_methods(study)),
    }
    return render(request, f"desk/{template}.html", frame | context)
