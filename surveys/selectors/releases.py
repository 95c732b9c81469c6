"""Which reconstructions a person has looked at, and what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet

from surveys.models import Method, Release, Stimulus, Study

State = Literal["waiting", "released", "rejected"]
STATES: tuple[State, ...] = ("waiting", "released", "rejected")


@dataclass(frozen=True)
class Reconstruction:
    """A textual stimulus with a picture, and the last verdict on that very picture, if there is one."""

    stimulus: Stimulus
    release: Release | None

    @property
    def state(self) -> State:
        """Waiting: nobody has looked at this picture yet, or a verdict was taken back."""
        if self.release is None or self.release.verdict == Release.Verdict.WITHDRAWN:
            return "waiting"
        return "released" if self.release.verdict == Release.Verdict.RELEASED else "rejected"

    @property
    def seen(self) -> str:
        """Name and hash: what a person who looks at it has seen."""
        return f"{self.stimulus.name} {self.stimulus.sha256}"


@dataclass(frozen=True)
class Tally:
    """How many reconstructions there are, by what became of them."""

    waiting: int
    released: int
    rejected: int

    @property
    def total(self) -> int:
        return self.waiting + self.released + self.rejected


def pictures(study: Study) -> QuerySet[Stimulus]:
    """Return the textual stimuli that have a picture, in the study's order; rejected ones are among them."""
    rows = Stimulus.objects.filter(original__study=study, current=True, method__family=Method.Family.TEXTUAL)
    there = rows.exclude(sha256="").exclude(content_sha256=Stimulus.INCOMPLETE)
    with_all = there.select_related("original__study", "method", "rendition", "original_rendition")
    return with_all.order_by("original__position", "method__position")


def verdicts(study: Study) -> dict[tuple[str, str], Release]:
    """Return the last verdict on each picture, by the stimulus's name and the picture's hash."""
    return {(row.stimulus, row.sha256): row for row in study.releases.order_by("pk")}


def reconstructions(study: Study, *, method: str = "", state: str = "") -> list[Reconstruction]:
    """Return the contact sheet's pictures in the study's order, those of a method or a state alone if asked."""
    rows = pictures(study)
    if method:
        rows = rows.filter(method__slug=method)
    last = verdicts(study)
    found = [Reconstruction(row, last.get((row.name, row.sha256))) for row in rows]
    return [each for each in found if not state or each.state == state]


def tally(study: Study) -> Tally:
    """Count a study's reconstructions; two queries whatever their number."""
    states = Counter(each.state for each in reconstructions(study))
    return Tally(*(states[state] for state in STATES))


def rejection(study: Study, stimulus: str, sha256: str) -> str:
    """Return why a picture was rejected, as its stimulus's reason says it; empty when it was not."""
    last = study.releases.filter(stimulus=stimulus, sha256=sha256).order_by("pk").last()
    return in_words(last.reason) if last and last.verdict == Release.Verdict.REJECTED else ""


def in_words(reason: str) -> str:
    """Return the reason of a missing stimulus whose picture was rejected."""
    return f"rejected: {reason}"
