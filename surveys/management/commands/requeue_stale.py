from __future__ import annotations

from typing import Any

from django.utils import timezone

from surveys.management.commands._base import Command as OurCommand
from surveys.services import jobs


class Command(OurCommand):
    help = "Queue jobs again whose worker died; manage.py worker does so by itself every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = jobs.requeue_stale(now=timezone.now())
        for job in changed:
            self.stdout.write(f"{job.study.slug}: the job's worker died; now it is {job.state}.")
        if not changed:
            self.stdout.write("No job has lost its worker.")
