from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from surveys.management.commands._base import StudyCommand
from surveys.selectors.studies import only_survey
from surveys.services import publishing


class Command(StudyCommand):
    help = "Let new people into a survey again that was paused."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--survey", help="the survey's slug; may be left out when there is only one")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = only_survey(self.study(options), options["survey"])
        places = publishing.resume(survey=survey)
        self.stdout.write(f"Survey {survey.slug} takes in people again. Open places: {places}.")
