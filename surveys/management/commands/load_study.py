from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, CommandParser

from surveys.management.commands._base import Command as Base
from surveys.services import studies


class Command(Base):
    help = "Check a study file and load it, all or nothing; loaded again, only what changed is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the study file (study.toml)")
        parser.add_argument("--files", type=Path, help="folder of the study's files; default: the study file's folder")
        parser.add_argument("--owner", help="user name of the staff member who will own a new study")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = None
        if name := options["owner"]:
            owner = get_user_model().objects.filter(username=name, is_staff=True).first()
            if owner is None:
                msg = f"There is no staff member {name!r}: manage.py staff_link --user {name} --create makes one."
                raise CommandError(msg)
        loaded = studies.load(path=options["path"], files=options["files"], owner=owner)
        for condition in loaded.conditions:
            self.stdout.write(self.style.WARNING(f"note: {condition}"))
        for change in loaded.changes:
            self.stdout.write(change)
        study = loaded.study
        self.stdout.write(
            self.style.SUCCESS(
                f"Study {study.slug}: {study.originals.count()} originals, {study.methods.count()} methods, "
                f"{len(loaded.changes)} changes."
            )
        )
