from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from surveys.management.commands._base import Command as OurCommand
from surveys.selectors.studies import only_study
from surveys.services import panel_people


class Command(OurCommand):
    help = "Delete what panels call people, where its day has come; manage.py worker does so by itself every minute."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--study", help="the study's slug; without it, all studies")
        parser.add_argument(
            "--now", action="store_true", help="this study's at once, but for those who are still at it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["now"]:
            count = panel_people.forget(study=only_study(options["study"]), at_once=True)
        else:
            count = panel_people.forget(study=only_study(options["study"]) if options["study"] else None)
        self.stdout.write(f"Deleted what panels call people: {count}. Who was paid by it can't be looked up any more.")
