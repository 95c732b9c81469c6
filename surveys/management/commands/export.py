from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from surveys.management.commands._base import StudyCommand
from surveys.services.exporting import export


class Command(StudyCommand):
    help = "Write a study's tables as a data package (CSV and datapackage.json); people appear under pseudonyms only."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--out", type=Path, required=True, help="folder for the tables")
        parser.add_argument("--extra", type=Path, help="a further table to take along (truth.csv of a drawn world)")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = export(study=self.study(options), out=options["out"], extra=options["extra"])
        for name, count in rows.items():
            self.stdout.write(f"{name}.csv: {count} rows")
        self.stdout.write(
            self.style.SUCCESS(
                f"Written to {options['out']}; make the report of it with python -m analysis report {options['out']}"
            )
        )
