"""Five pairs to try a study with; nothing of it is stored."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from django.core import signing

from surveys.models import PlaceItem, Stimulus, Study, Survey
from surveys.selectors import pairs
from surveys.selectors.tables import is_simulated

PAIRS = 5
_SALT = "surveys.try"


def pick(study: Study) -> str:
    """Draw pairs of different originals, as different in method as can be, and return them signed."""
    stimuli = list(_showable(study))
    random.shuffle(stimuli)
    chosen: list[Stimulus] = []
    for spread in (True, False):
        for stimulus in stimuli:
            methods = {row.method_id for row in chosen}
            originals = {row.original_id for row in chosen}
            fresh = stimulus.original_id not in originals and not (spread and stimulus.method_id in methods)
            if len(chosen) < PAIRS and fresh:
                chosen.append(stimulus)
    random.shuffle(chosen)
    return signing.dumps([[row.pk, random.choice(("left", "right"))] for row in chosen], salt=_SALT)


def _showable(study: Study) -> Any:
    rows = Stimulus.objects.filter(original__study=study, current=True, state=Stimulus.State.READY)
    shown = rows.exclude(rendition=None).exclude(original_rendition=None)
    return shown.select_related("rendition", "original_rendition", "original", "method")


def unpack(study: Study, signed: str) -> list[PlaceItem]:
    """Return the items of a signed draw, unsaved, in order; raise BadSignature when it is not ours."""
    drawn: Sequence[tuple[int, str]] = signing.loads(signed, salt=_SALT, max_age=86400)
    stimuli = {row.pk: row for row in _showable(study).filter(pk__in=[pk for pk, _ in drawn])}
    return [
        PlaceItem(position=position, stimulus=stimuli[pk], side=side)
        for position, (pk, side) in enumerate(drawn, 1)
        if pk in stimuli
    ]


def page_data(study: Study, survey: Survey, items: Sequence[PlaceItem]) -> dict[str, Any]:
    """Return the pair page's data for a try."""
    asked = survey.instrument.asked
    shown: list[pairs.Shown] = [(item.position, pairs.shown(item, asked), {}) for item in items]
    return pairs.page_data(study=study, asked=asked, items=shown) | {"try": True, "simulated": is_simulated(study)}


def survey_to_try(study: Study) -> Survey | None:
    """Return the first survey that asks for one rating of a pair; None when there is none."""
    surveys = study.surveys.select_related("instrument")
    return next((row for row in surveys if row.instrument.asked.rating and row.instrument.asked.shows == "pair"), None)


def crowd_medians(numbers: dict[str, Any]) -> dict[str, float]:
    """Return the median satisfaction of every stimulus that has one."""
    return {row["stimulus"]: row["median"] for row in numbers["stimuli"] if isinstance(row["median"], float)}
