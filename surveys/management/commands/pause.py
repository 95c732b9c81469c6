from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from surveys.management.commands._base import StudyCommand
from surveys.selectors.studies import only_survey
from surveys.services import publishing


class Command(StudyCommand):
    help = "Pause a published survey: nobody new can start, and whoever has started goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--survey", help="the survey's slug; may be left out when there is only one")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = only_survey(self.study(options), options["survey"])
        people = publishing.pause(survey=survey)
        self.stdout.write(f"Survey {survey.slug} is paused. Still at it, and may finish: {people}.")
        self.stdout.write(f"Go on with: manage.py resume --study {survey.study.slug} --survey {survey.slug}")
