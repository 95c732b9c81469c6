from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from surveys.designs import BalanceProof, TopUpProof
from surveys.management.commands._base import StudyCommand
from surveys.models import Survey
from surveys.selectors import lengths, prices
from surveys.selectors.balance import besides
from surveys.selectors.precision import Goal, Precision
from surveys.selectors.studies import all_surveys, only_survey
from surveys.services import places, top_ups


class Command(StudyCommand):
    help = "Plan the places of a survey, or of all, and print the balance proof, recomputed from the stored places."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--survey", help="the survey's slug; may be left out when there is only one")
        which.add_argument("--all", action="store_true", help="plan all surveys of the study that are not published")
        parser.add_argument(
            "--top-up",
            action="store_true",
            help="plan further places of a published survey for the stimuli whose intervals are wider than the goal",
        )
        parser.add_argument("--dry-run", action="store_true", help="with --top-up: list the stimuli, plan nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        study = self.study(options)
        if options["top_up"] and options["all"]:
            raise CommandError("--top-up is for one survey at a time: name it with --survey.")
        if options["dry_run"] and not options["top_up"]:
            raise CommandError("--dry-run goes with --top-up: until a survey is published, planning it again is free.")
        if options["top_up"]:
            self._top_up(only_survey(study, options["survey"]), dry_run=options["dry_run"])
            return
        for survey in all_surveys(study) if options["all"] else [only_survey(study, options["survey"])]:
            if options["all"] and survey.published_at:
                self.stdout.write(f"Survey {survey.slug} is {survey.state}: its places are kept.")
            else:
                proof = places.plan(survey=survey)
                survey.refresh_from_db()
                self._report(survey, proof)

    def _top_up(self, survey: Survey, *, dry_run: bool) -> None:
        goal, rows = top_ups.wanting(survey)
        self._list(goal, rows)
        if dry_run or not any(row.more for row in rows):
            self.stdout.write("Nothing was planned.")
            return
        proof = top_ups.top_up(survey=survey)
        self.stdout.write(self.style.SUCCESS(_planned(proof)))

    def _list(self, goal: Goal, rows: list[Precision]) -> None:
        wide = [row for row in rows if not row.reached]
        self.stdout.write(
            f"{len(wide)} of {len(rows)} stimuli have a 95 % interval of the median wider than {goal.width:g}, "
            "or too few ratings for one."
        )
        for row in wide:
            between = "no interval yet" if row.low is None else f"{row.low:g} to {row.high:g}"
            more = f"{row.more} more" if row.more else f"at the limit of {goal.raters_at_most}"
            self.stdout.write(
                f"  {row.name} ({row.question}): {_counted((row.ratings,) * 2, 'rating')}, {between}; {more}"
            )

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
        if price := prices.in_words(survey):
            self.stdout.write(price)
        for limit in proof.limits:
            self.stdout.write(f"Not exact: {limit}")
        exact = "The design is exact." if proof.exact else "The design is as even as it can be."
        self.stdout.write(self.style.SUCCESS(exact))


def _counted(ends: tuple[int, int], noun: str) -> str:
    low, high = ends
    return f"{low if low == high else f'{low} to {high}'} {noun}{'' if high == 1 else 's'}"


def _planned(proof: TopUpProof) -> str:
    return (
        f"{_counted((proof.places,) * 2, 'further place')} of {_counted(proof.form_length, 'item')}: "
        f"{proof.stimuli} stimuli are shown {_counted(proof.more, 'time')} more."
    )
