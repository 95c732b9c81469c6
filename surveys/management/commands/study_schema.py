from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from surveys.management.commands._base import Command as Base
from surveys.study_file import StudyFile

PATH = settings.BASE_DIR / "schemas" / "study.json"


def document() -> str:
    """Return the JSON Schema of study files, as its file holds it."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | StudyFile.model_json_schema()
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


class Command(Base):
    help = "Write schemas/study.json, the JSON Schema of study files, from the code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is not current")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            if not PATH.exists() or PATH.read_text(encoding="utf-8") != document():
                msg = f"{PATH.name} is not current: run manage.py study_schema and commit it."
                raise CommandError(msg)
            self.stdout.write(f"{PATH.name} is current.")
        else:
            PATH.write_text(document(), encoding="utf-8")
            self.stdout.write(self.style.SUCCESS(f"Written: schemas/{PATH.name}"))
