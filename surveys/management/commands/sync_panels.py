from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from surveys.management.commands._base import Command as OurCommand
from surveys.models import Recruitment
from surveys.selectors.differences import differences
from surveys.services import attending, panels
from surveys.services.errors import ServiceError


class Command(OurCommand):
    help = "Look at what panels show of everything advertised there, book it, and say where they differ from us."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--study", help="only this study's")
        parser.add_argument("--survey", help="only this survey's")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Recruitment.objects.exclude(state=Recruitment.State.CLOSED).select_related("link__survey__study")
        if options["study"]:
            rows = rows.filter(link__survey__study__slug=options["study"])
        if options["survey"]:
            rows = rows.filter(link__survey__slug=options["survey"])
        failed = [row for row in rows if not self._one(row)]
        if not rows:
            self.stdout.write("Nothing is advertised at any panel.")
        if failed:
            raise CommandError(f"{len(failed)} could not be looked at; the others are. Run this again later.")

    def _one(self, row: Recruitment) -> bool:
        where = f"{row.link.survey} at {panels.title(row.panel)} ({row.environment})"
        try:
            result = attending.look(row, panels.of(row))
        except ServiceError as error:
            self.stderr.write(f"{where}: {error}")
            return False
        self.stdout.write(f"{where}: {result.new} new, {result.changed} changed.")
        for each in differences(row):
            self.stdout.write(f"  {each.words} {each.todo}")
        return True
