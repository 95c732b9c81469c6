"""What our commands share: the study they are for, and errors in words."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor

from compression.build import BuildError
from compression.study import StudyError
from surveys.models import Study
from surveys.selectors.studies import only_study
from surveys.services.errors import ServiceError


class Command(BaseCommand):
    """A command whose refusals are sentences, without a traceback."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except (BuildError, ServiceError, StudyError) as error:
            raise CommandError(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            if MigrationExecutor(connection).migration_plan(_newest()):
                msg = "The database is not up to date: run manage.py migrate, then this again."
                raise CommandError(msg) from error
            raise


def _newest() -> list[tuple[str, str]]:
    leaves: list[tuple[str, str]] = MigrationExecutor(connection).loader.graph.leaf_nodes()
    return leaves


class StudyCommand(Command):
    """A command for one study; ``--study`` may be left out when there is only one."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--study", help="the study's slug; may be left out when there is only one")

    def study(self, options: dict[str, Any]) -> Study:
        return only_study(options["study"])
