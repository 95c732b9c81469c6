from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from surveys.management.commands._base import StudyCommand
from surveys.models import Survey
from surveys.rehearsal.browser import PlayError
from surveys.rehearsal.rehearsing import Rehearsal
from surveys.rehearsal.stages import STAGES
from surveys.selectors.studies import only_survey

PEOPLE = 12


class Command(StudyCommand):
    help = "Rehearse a survey at a simulated panel, on a copy: publish, let people come, reconcile, pay, close."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--survey", help="the survey's slug; may be left out when there is only one")
        parser.add_argument("--panel", choices=sorted(STAGES), required=True)
        parser.add_argument("--people", type=int, default=PEOPLE, help=f"how many come; default: {PEOPLE}")
        parser.add_argument("--folder", type=Path, help="where the copy and its logs stay; default: they are removed")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = only_survey(self.study(options), options["survey"])
        if survey.state == Survey.State.DRAFT:
            raise CommandError(f"Survey {survey.slug} has no places yet: run manage.py plan first.")
        if not 1 <= options["people"] <= 500:
            raise CommandError("Let 1 to 500 people come.")
        with tempfile.TemporaryDirectory(prefix="rehearsal-") as passing:
            folder = options["folder"] or Path(passing)
            rehearsal = Rehearsal(survey, options["panel"], options["people"], folder / "rehearsal", self.stdout.write)
            try:
                rehearsal.run()
            except PlayError as error:
                raise CommandError(f"A simulated person met something that should not be: {error}") from error
        self.stdout.write("Rehearsed: nothing of this was real, and the study is as it was.")
