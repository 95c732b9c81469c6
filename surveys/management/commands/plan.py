from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from surveys.designs import BalanceProof
from surveys.management.commands._base import StudyCommand
from surveys.models import Survey
from surveys.selectors import lengths
from surveys.selectors.balance import besides
from surveys.selectors.studies import all_surveys, only_survey
from surveys.services import places


class Command(StudyCommand):
    help = "Plan the places of a survey, or of all, and print the balance proof, recomputed from the stored places."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--survey", help="the survey's slug; may be left out when there is only one")
        which.add_argument("--all", action="store_true", help="plan all surveys of the study that are not published")

    def handle(self, *args: Any, **options: Any) -> None:
        study = self.study(options)
        for survey in all_surveys(study) if options["all"] else [only_survey(study, options["survey"])]:
            if options["all"] and survey.published_at:
                self.stdout.write(f"Survey {survey.slug} is {survey.state}: its places are kept.")
            else:
                proof = places.plan(survey=survey)
                survey.refresh_from_db()
                self._report(survey, proof)

    def _report(self, survey: Survey, proof: BalanceProof) -> None:
        self.stdout.write(f"Survey {survey.slug}: {proof.places} places in {proof.blocks} blocks.")
        self.stdout.write(f"Every stimulus is shown {_counted(proof.times_shown, 'time')}.")
        self.stdout.write(f"A form has {_counted(proof.form_length, 'item')}, each original at most once.")
        self.stdout.write(f"Within a form each method comes {_counted(proof.method_count, 'time')}.")
        if proof.sides:
            largest = proof.largest_side_difference_of_stimulus
            self.stdout.write(f"Sides differ by at most {largest} for every stimulus.")
        else:
            self.stdout.write("An item is one picture: there are no sides.")
        for line in besides(survey.design):
            self.stdout.write(line)
        self.stdout.write(lengths.in_words(survey))
        self.stdout.write(f"What a participant gets: {survey.study.definition['consent']['pay'] or 'not said yet'}")
        for limit in proof.limits:
            self.stdout.write(f"Not exact: {limit}")
        exact = "The design is exact." if proof.exact else "The design is as even as it can be."
        self.stdout.write(self.style.SUCCESS(exact))


def _counted(ends: tuple[int, int], noun: str) -> str:
    low, high = ends
    return f"{low if low == high else f'{low} to {high}'} {noun}{'' if high == 1 else 's'}"
