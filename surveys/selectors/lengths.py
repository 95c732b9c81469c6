"""How long a survey's forms are: items with checks and practice, and about how many minutes they take."""

from __future__ import annotations

from dataclasses import dataclass

from surveys.models import PlaceItem, Survey


@dataclass(frozen=True)
class Length:
    """Of one person's part: items from the shortest to the longest form, checks among them, and practice before.

    ``seconds`` are of the longest form with its practice.
    """

    shortest: int
    longest: int
    practice: int
    seconds: float

    @property
    def shown(self) -> int:
        """The most that one person sees, practice included."""
        return self.longest + self.practice

    @property
    def minutes(self) -> int:
        """About how many minutes the longest form takes, at least one."""
        return max(1, round(self.seconds / 60))


def length_of(survey: Survey) -> Length:
    """Return the lengths of a planned survey's forms, at the typical pace of its questions."""
    design = survey.design
    besides = design.get("besides") or {"items_shown": design["form_length"], "training": 0}
    shortest, longest = besides["items_shown"]
    practice = besides["training"]
    seconds = max(1, longest + practice) * survey.instrument.asked.seconds_per_item
    return Length(shortest, longest, practice, seconds)


def hours_of(survey: Survey) -> float:
    """Return about how many hours all places together take."""
    items = PlaceItem.objects.filter(place__survey=survey).count()
    return items * survey.instrument.asked.seconds_per_item / 3600


def in_words(survey: Survey) -> str:
    """Say how long a planned survey is, for one person and for all."""
    length, hours = length_of(survey), hours_of(survey)
    ends = f"{length.longest}" if length.shortest == length.longest else f"{length.shortest} to {length.longest}"
    items = f"{ends} item{'' if length.longest == 1 else 's'}"
    practice = f" after {length.practice} to practise on" if length.practice else ""
    minutes = f"{length.minutes} minute{'' if length.minutes == 1 else 's'}"
    together = f"{hours:,.0f} hours" if hours >= 1.5 else f"{round(hours * 60)} minutes"
    return f"One person sees {items}{practice}, about {minutes}; all places together take about {together}."
