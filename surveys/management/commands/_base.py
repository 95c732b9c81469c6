"""What our commands share: the study they are for, and errors in words."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compression.study import StudyError
from surveys.models import Study
from surveys.selectors.studies import only_study
from surveys.services.errors import ServiceError


class Command(BaseCommand):
    """A command whose refusals are sentences, without a traceback."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except (ServiceError, StudyError) as error:
            raise CommandError(str(error)) from error


class StudyCommand(Command):
    """A command for one study; ``--study`` may be left out when there is only one."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--study", help="the study's slug; may be left out when there is only one")

    def study(self, options: dict[str, Any]) -> Study:
        return only_study(options["study"])
