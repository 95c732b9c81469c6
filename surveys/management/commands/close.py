from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from surveys.management.commands._base import StudyCommand
from surveys.selectors.studies import only_survey
from surveys.services import publishing


class Command(StudyCommand):
    help = "Close a published survey: it takes no more participants, and whoever has started may finish."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--survey", help="the survey's slug; may be left out when there is only one")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = only_survey(self.study(options), options["survey"])
        working = publishing.close(survey=survey)
        states = [f"{survey.places.filter(state=state).count()} {state}" for state in ("filled", "held", "open")]
        self.stdout.write(f"Survey {survey.slug} is closed. Places: {', '.join(states)}.")
        if working:
            people = "1 person is" if working == 1 else f"{working} people are"
            self.stdout.write(f"{people} still at it and may finish; what they finish will count.")
