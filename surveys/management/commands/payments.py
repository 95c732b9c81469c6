from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from surveys.management.commands._base import StudyCommand
from surveys.management.files import new_private_file, settle
from surveys.selectors.payments import COLUMNS, payments
from surveys.selectors.studies import only_survey


class Command(StudyCommand):
    help = "Write whom a panel is to pay, in the panel's own ids, to a file that only you can read."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--survey", help="the survey's slug; may be left out when there is only one")
        parser.add_argument("--out", type=Path, required=True, help="CSV file; must not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = only_survey(self.study(options), options["survey"])
        rows = list(payments(survey))
        with new_private_file(options["out"]) as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
            settle(file)
        self.stdout.write(f"{len(rows)} people whom a panel named are in {options['out']}.")
        self.stdout.write("It holds personal data: delete it when everybody is paid.")
