from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from compression.commands.spending import add_limits
from surveys.management.commands._base import StudyCommand
from surveys.models import Stimulus, Study
from surveys.services import costs, jobs, spending, stimuli


class Command(StudyCommand):
    help = "Make a study's stimuli and the pictures shown of them; what is there already is not made again."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--dry-run", action="store_true", help="only say what paid calls would cost; nothing is made")
        how.add_argument("--background", action="store_true", help="leave it to manage.py worker")
        add_limits(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        study = self.study(options)
        terms = spending.Terms(
            options["max_cost"], options["max_calls"], options["retry_failed"], options["repeat_possibly_billed"]
        )
        if options["dry_run"]:
            self.stdout.write(costs.estimate(study, options["prices"]).text())
        elif options["background"]:
            self._leave_to_a_worker(study, terms, options)
        else:
            self._make(study, terms, options["prices"])

    def _leave_to_a_worker(self, study: Study, terms: spending.Terms, options: dict[str, Any]) -> None:
        if options["prices"]:
            msg = "--prices is not for the background: set TWICETOLD_PRICES where the worker runs."
            raise CommandError(msg)
        jobs.start(study=study, by="manage.py generate_stimuli", terms=terms)
        self.stdout.write("Queued. A worker makes the stimuli (manage.py worker); the desk shows how far it is.")

    def _make(self, study: Study, terms: spending.Terms, prices: Path | None) -> None:
        jobs.require_none(study)
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        caller = spending.caller(study, terms, prices)
        reused = made = 0
        with Progress(*columns, console=console) as progress:
            tasks: dict[str, Any] = {}
            for event in stimuli.generate(study=study, caller=caller, retry_failed=terms.retry_failed):
                if event.kind not in tasks:
                    tasks[event.kind] = progress.add_task(f"{event.kind}", total=event.total)
                progress.update(tasks[event.kind], completed=event.done, total=event.total)
                reused, made = reused + event.reused, made + (not event.reused)
                failed = event.stimulus is not None and event.stimulus.state == "failed"
                if event.message and (failed or event.stimulus is None):
                    progress.console.print(f"{event.label}: {event.message}", markup=False)
        self._report(study, made, reused)

    def _report(self, study: Study, made: int, reused: int) -> None:
        rows = Stimulus.objects.filter(original__study=study, current=True).select_related("original", "method")
        for row in rows.exclude(state=Stimulus.State.READY).order_by("original__position", "method__position"):
            self.stdout.write(f"{row.name}: {row.state} - {row.reason}")
        ready = rows.filter(state=Stimulus.State.READY).count()
        self.stdout.write(f"{ready} of {rows.count()} stimuli ready ({made} steps done, {reused} found done already).")
        if failed := rows.filter(state=Stimulus.State.FAILED).count():
            msg = f"{failed} stimuli failed: mend what is named above and run this again."
            raise CommandError(msg)
