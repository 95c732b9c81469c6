from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from surveys.management.commands._base import StudyCommand
from surveys.models import Recruitment
from surveys.selectors import recruiting as found
from surveys.selectors import statements
from surveys.selectors.studies import only_survey
from surveys.services import panels
from surveys.services.panel_actions import ACTIONS, Asked, act


class Command(StudyCommand):
    help = "Act on what a survey advertises at a panel: look, approve, pay, reject, add places, pause, stop, close."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("action", choices=tuple(ACTIONS))
        parser.add_argument("--survey", help="the survey's slug; may be left out when there is only one")
        parser.add_argument("--recruitment", type=int, metavar="N", help="which one, where a survey has several")
        parser.add_argument("--work", action="append", default=[], help="the panel's id of a submission; repeatable")
        parser.add_argument("--assignment", default="", help="the code of an assignment of ours, to compensate")
        parser.add_argument("--amount", default="", help="of a bonus or a compensation, such as 0.75")
        parser.add_argument("--reason", default="", help="what the person reads")
        parser.add_argument("--category", default="", help="of a rejection, where the panel has categories")
        parser.add_argument("--places", type=int, help="how many to add; default: all that are not advertised")
        parser.add_argument(
            "--call", type=int, default=0, metavar="N", help="of which nobody knows whether it happened"
        )
        parser.add_argument("--price", default="", help="what further places cost in all; real money needs it")
        parser.add_argument("--leave-unpaid", action="store_true", help="close although finished people are not paid")
        parser.add_argument("--at-most", default="", metavar="AMOUNT", help="what the study may spend at panels in all")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = only_survey(self.study(options), options["survey"])
        rows = found.of_survey(survey)
        if options["action"] == "status" and options["recruitment"] is None and rows:
            self.stdout.write("\n".join(f"Recruitment {row.pk}: {statements.in_words(row)}" for row in rows))
            return
        row = _only(rows, options["recruitment"])
        asked = Asked(
            works=tuple(options["work"]),
            assignment=options["assignment"],
            amount=options["amount"],
            reason=options["reason"],
            category=options["category"],
            places=options["places"],
            call=options["call"],
            price=options["price"],
            at_most=options["at_most"],
            leave_unpaid=options["leave_unpaid"],
            by="command",
        )
        said = act(action=options["action"], recruitment=row, panel=panels.of(row), asked=asked)
        if said:
            self.stdout.write(said)
        row.refresh_from_db()
        self.stdout.write(statements.in_words(row))


def _only(rows: list[Recruitment], number: int | None) -> Recruitment:
    if not rows:
        raise CommandError("This survey is advertised at no panel: run manage.py publish --panel mturk first.")
    if number is not None:
        rows = [row for row in rows if row.pk == number]
    if len(rows) == 1:
        return rows[0]
    live = [row for row in rows if row.state != Recruitment.State.CLOSED]
    if number is None and len(live) == 1:
        return live[0]
    known = ", ".join(f"{row.pk} ({row.panel} {row.environment}, {row.state})" for row in rows)
    raise CommandError(f"Say which with --recruitment: {known or 'there is none of this number'}.")
