"""The last page: the receipt code, what it was about, and room for a comment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from surveys.models import Study
from surveys.services import comments, privacy


def done_context(
    request: HttpRequest,
    *,
    study: Study,
    told: dict[str, Any],
    receipt_code: str | None,
    finished: datetime | None = None,
) -> dict[str, Any]:
    """Return what the page shows to whoever was told this, and finished then (now, in a preview)."""
    until = privacy.end_of_withdrawal(told, finished or timezone.now())
    return {
        "receipt_code": receipt_code,
        "debrief": study.definition.get("debrief", {}).get("text", ""),
        "longest_comment": comments.LONGEST,
        "withdraw_url": request.build_absolute_uri(reverse("withdraw")),
        "withdraw_until": until,
        "withdraw_over": until is not None and timezone.now() > until,
    }
