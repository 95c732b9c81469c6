from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from surveys.management.commands._base import StudyCommand
from surveys.management.files import contents
from surveys.management.progress import progress
from surveys.selectors.studies import only_survey
from surveys.services import batch_files
from surveys.services.batch_mapping import read_mapping


class Command(StudyCommand):
    help = "Read a result file of a Mechanical Turk batch, and write the tables of a report from it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--survey", help="the survey's slug; may be left out when there is only one")
        parser.add_argument("--results", type=Path, required=True, help="the batch's CSV file")
        parser.add_argument("--mapping", type=Path, required=True, help="TOML file that says what its columns are")
        parser.add_argument("--out", type=Path, required=True, help="folder for the tables")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = only_survey(self.study(options), options["survey"])
        data, mapping = contents(options["results"]), read_mapping(contents(options["mapping"]))
        with progress("lines", total=data.count(b"\n")) as tell:
            found = batch_files.import_batch(survey=survey, data=data, mapping=mapping, out=options["out"], told=tell)
        self.stdout.write(
            f"{found.assignments} assignments, {found.counted} of them counted, with {found.answers} answers: "
            f"{options['out']}. Next: python -m analysis report {options['out']}"
        )
        if found.repeats:
            words = (
                f"{found.repeats} answers are to a stimulus that the same worker had answered in another assignment: "
                "reports count the first."
            )
            self.stdout.write(self.style.WARNING(words))
