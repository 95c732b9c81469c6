from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from surveys.management.commands._base import StudyCommand
from surveys.selectors.studies import only_survey
from surveys.services import places


class Command(StudyCommand):
    help = "Plan a survey's places and print the balance proof, recomputed from the stored places."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--survey", help="the survey's slug; may be left out when there is only one")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = only_survey(self.study(options), options["survey"])
        proof = places.plan(survey=survey)
        self.stdout.write(f"Survey {survey.slug}: {proof.places} places in {proof.blocks} blocks.")
        low, high = proof.times_shown
        self.stdout.write(f"Every stimulus is shown {low if low == high else f'{low} to {high}'} times.")
        low, high = proof.form_length
        self.stdout.write(f"A form has {low if low == high else f'{low} to {high}'} items, each original at most once.")
        low, high = proof.method_count
        self.stdout.write(f"Within a form each method comes {low if low == high else f'{low} to {high}'} times.")
        self.stdout.write(f"Sides differ by at most {proof.largest_side_difference_of_stimulus} for every stimulus.")
        for limit in proof.limits:
            self.stdout.write(f"Not exact: {limit}")
        self.stdout.write(
            self.style.SUCCESS("The design is exact." if proof.exact else "The design is as even as it can be.")
        )
