"""Find studies and surveys, for people and for commands."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from surveys.models import Study, Survey
from surveys.services.errors import ServiceError


def own_studies(user: Any) -> QuerySet[Study]:
    """Return the studies a user owns, by slug; a study without owner is nobody's, nor does nobody own one."""
    return Study.objects.filter(owner_id=user.pk, owner__isnull=False).order_by("slug")


def is_published(study: Study) -> bool:
    """Tell whether people have been, or may have been, shown a study's pictures."""
    return study.surveys.filter(state__in=[Survey.State.PUBLISHED, Survey.State.CLOSED]).exists()


def only_study(slug: str | None) -> Study:
    """Return the named study, or the only one there is.

    Raises
    ------
    ServiceError
        There is none of that name, none at all, or several to choose from.
    """
    studies = Study.objects.order_by("slug")
    if slug:
        if found := studies.filter(slug=slug).first():
            return found
        msg = f"There is no study {slug!r}; there are: {_names(studies)}."
        raise ServiceError(msg)
    if studies.count() != 1:
        msg = f"Say which study with --study; there are: {_names(studies)}."
        raise ServiceError(msg)
    return studies.get()


def only_survey(study: Study, slug: str | None) -> Survey:
    """Return the named survey of a study, or the only one there is."""
    surveys = study.surveys.order_by("slug")
    found = surveys.filter(slug=slug).first() if slug else (surveys.get() if surveys.count() == 1 else None)
    if found is None:
        there = ", ".join(row.slug for row in all_surveys(study))
        msg = f"Say which survey with --survey; study {study.slug} has: {there}."
        raise ServiceError(msg)
    return found


def all_surveys(study: Study) -> list[Survey]:
    """Return a study's surveys by slug; an error in words when it has none."""
    surveys = list(study.surveys.order_by("slug"))
    if not surveys:
        msg = f"Study {study.slug} has no survey: name one in the study file and load it again."
        raise ServiceError(msg)
    return surveys


def _names(studies: QuerySet[Study]) -> str:
    return ", ".join(study.slug for study in studies) or "none yet (manage.py load_study PATH loads one)"
