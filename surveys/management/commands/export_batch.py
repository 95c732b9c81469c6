from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from surveys.management.commands._base import StudyCommand
from surveys.management.files import new_file, settle
from surveys.management.progress import progress
from surveys.selectors.studies import only_survey
from surveys.services.batch_writing import export_batch


class Command(StudyCommand):
    help = "Write a survey's answers in the shape of a Mechanical Turk batch's result file, under pseudonyms."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--survey", help="the survey's slug; may be left out when there is only one")
        parser.add_argument("--out", type=Path, required=True, help="CSV file; must not exist yet")
        parser.add_argument("--mapping-out", type=Path, help="TOML file by which import_batch reads it; must not exist")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = only_survey(self.study(options), options["survey"])
        out, mapping_out = options["out"], options["mapping_out"]
        with ExitStack() as stack:
            file = stack.enter_context(new_file(out))
            mapping = stack.enter_context(new_file(mapping_out)) if mapping_out else None
            tell = stack.enter_context(progress("assignments", total=None))
            rows, counted = export_batch(survey=survey, out=file, mapping_out=mapping, told=tell)
            for written in filter(None, (file, mapping)):
                settle(written)
        self.stdout.write(f"{rows} finished assignments, {counted} of them counted: {out}.")
        if mapping_out:
            self.stdout.write(f"import_batch reads it by --mapping {mapping_out}.")
