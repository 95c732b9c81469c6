"""What people said at the end."""

from __future__ import annotations

from django.db.models import QuerySet

from surveys.models import Assignment, Study


def comments(study: Study) -> QuerySet[Assignment]:
    """Return the finished assignments with a comment, the latest first, each with its survey."""
    rows = Assignment.objects.filter(place__survey__study=study).exclude(comment="")
    return rows.select_related("place__survey").order_by("-submitted_at", "-pk")
