"""Who may not take part because of what they took part in before."""

from __future__ import annotations

from typing import Any, Literal

from surveys.models import Assignment, Study, Survey


def barred(survey: Survey, identity: int) -> Literal["", "already", "excluded"]:
    """Tell whether somebody known by a digest has taken part before.

    Parameters
    ----------
    survey
        The survey they come to, with its study.
    identity
        The key of their digest.

    Returns
    -------
    str
        ``already``: in this survey, or in another of its study where a person takes part in one; ``excluded``: in a
        study that shares an exclusion group with this one; else empty. Who has begun has taken part.
    """
    rows = Assignment.objects.filter(participant__identity=identity)
    earlier = set(rows.values_list("place__survey_id", "place__survey__study_id"))
    if any(earlier_survey == survey.pk for earlier_survey, _ in earlier):
        return "already"
    if _panel(survey.study).get("surveys_per_person", "one") == "one" and survey.study_id in {pk for _, pk in earlier}:
        return "already"
    groups = set(_panel(survey.study).get("exclusion_group", []))
    others = Study.objects.filter(pk__in={pk for _, pk in earlier} - {survey.study_id}) if groups else []
    return "excluded" if any(groups & set(_panel(study).get("exclusion_group", [])) for study in others) else ""


def _panel(study: Study) -> dict[str, Any]:
    panel: dict[str, Any] = study.definition.get("panel", {})
    return panel
