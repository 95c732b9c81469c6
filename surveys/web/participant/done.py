"""The last page: the receipt code, what it was about, and room for a comment."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from surveys.models import Study
from surveys.services import comments, privacy


def _withdraw_path() -> str:
    """Return the address of the page to withdraw, in the language of this one."""
    language = get_language() or settings.LANGUAGE_CODE
    path = reverse("withdraw")
    return path if language == settings.LANGUAGE_CODE else f"{path}?{urlencode({'language': language})}"


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
        "withdraw_url": request.build_absolute_uri(_withdraw_path()),
        "withdraw_until": until,
        "withdraw_over": until is not None and timezone.now() > until,
    }
