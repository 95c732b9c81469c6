"""Who may come to the desk, and whose studies they see there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.decorators import user_passes_test
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from surveys.models import Study
from surveys.selectors.studies import own_studies

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def _is_active_staff(user: Any) -> bool:
    return bool(user.is_active and user.is_staff)


def staff_only(view: View) -> View:
    """Send whoever isn't staff to the login page; what staff see is never cached."""
    checked: Any = user_passes_test(_is_active_staff)(never_cache(view))
    decorated: View = checked
    return decorated


def written_study(request: HttpRequest, slug: str) -> Study:
    """Return a study that this user may write captions for, their own or as a superuser any; or answer 404."""
    user: Any = request.user
    return get_object_or_404(Study.objects if user.is_superuser else own_studies(user), slug=slug)


def own_study(request: HttpRequest, slug: str) -> Study:
    """Return this user's study, or answer 404 as if there were none."""
    return get_object_or_404(own_studies(request.user), slug=slug)
