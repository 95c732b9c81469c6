from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import CommandError, CommandParser

from surveys.management.commands._base import StudyCommand
from surveys.models import Assignment, Recruitment
from surveys.panels.base import Panel
from surveys.selectors import recruiting as found
from surveys.selectors import statements
from surveys.selectors.studies import only_survey
from surveys.services import ordering, panels, paying, recruiting
from surveys.services.ordering import Order

ACTIONS = (
    "status", "approve", "reject", "unreject", "bonus", "compensate", "extend", "pause", "resume", "stop", "close",
)  # fmt: skip


class Command(StudyCommand):
    help = "Act on what a survey advertises at a panel: look, approve, pay, reject, add places, pause, stop, close."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("action", choices=ACTIONS)
        parser.add_argument("--survey", help="the survey's slug; may be left out when there is only one")
        parser.add_argument("--recruitment", type=int, metavar="N", help="which one, where a survey has several")
        parser.add_argument("--work", action="append", default=[], help="the panel's id of a submission; repeatable")
        parser.add_argument("--assignment", help="the code of an assignment of ours, to compensate")
        parser.add_argument("--amount", help="of a bonus or a compensation, such as 0.75")
        parser.add_argument("--reason", default="", help="what the person reads")
        parser.add_argument("--category", default="", help="of a rejection, where the panel has categories")
        parser.add_argument("--places", type=int, help="how many to add; default: all that are not advertised")
        parser.add_argument("--price", default="", help="what further places cost in all; real money needs it")
        parser.add_argument("--at-most", default="", metavar="AMOUNT", help="what the study may spend at panels in all")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = only_survey(self.study(options), options["survey"])
        row = _only(found.of_survey(survey), options["recruitment"])
        panel = panels.of(row)
        said = getattr(self, f"_{options['action']}")(row, panel, options)
        if said:
            self.stdout.write(said)
        row.refresh_from_db()
        self.stdout.write(statements.in_words(row))

    def _status(self, row: Recruitment, panel: Panel, options: dict[str, Any]) -> str:
        return ""

    def _approve(self, row: Recruitment, panel: Panel, options: dict[str, Any]) -> str:
        done = paying.approve(recruitment=row, panel=panel, works=options["work"] or None, feedback=options["reason"])
        for trouble in done.troubles:
            self.stderr.write(trouble)
        return f"Approved: {done.done}."

    def _reject(self, row: Recruitment, panel: Panel, options: dict[str, Any]) -> str:
        done = paying.reject(
            recruitment=row,
            panel=panel,
            works=_needed(options["work"], "--work"),
            reason=options["reason"],
            category=options["category"],
        )
        return f"Rejected: {done.done}."

    def _unreject(self, row: Recruitment, panel: Panel, options: dict[str, Any]) -> str:
        for work in _needed(options["work"], "--work"):
            paying.unreject(recruitment=row, panel=panel, work=work, reason=options["reason"])
        return "Paid after all."

    def _bonus(self, row: Recruitment, panel: Panel, options: dict[str, Any]) -> str:
        for work in _needed(options["work"], "--work"):
            paying.bonus(
                recruitment=row, panel=panel, work=work, amount=_amount(options["amount"]), reason=options["reason"]
            )
        return "Paid."

    def _compensate(self, row: Recruitment, panel: Panel, options: dict[str, Any]) -> str:
        code = _needed(options["assignment"], "--assignment")
        assignment = Assignment.objects.filter(code=code, posting=row.link).first()
        if assignment is None:
            raise CommandError(f"Nobody who came by this panel has the assignment {code}.")
        amount = _amount(options["amount"] or row.reward)
        made = paying.compensate(
            recruitment=row, panel=panel, assignment=assignment, amount=amount, reason=options["reason"]
        )
        return f"They find it at {made.url}; approve it when they have handed it in." if made else "Paid."

    def _extend(self, row: Recruitment, panel: Panel, options: dict[str, Any]) -> str:
        wanted = Order("command", options["places"], typed=options["price"], at_most=options["at_most"])
        ordering.order_more(recruitment=row, panel=panel, wanted=wanted)
        recruiting.advertise(recruitment=row, panel=panel)
        return "Advertised."

    def _pause(self, row: Recruitment, panel: Panel, options: dict[str, Any]) -> str:
        recruiting.pause(recruitment=row, panel=panel)
        return "Paused: nobody new comes."

    def _resume(self, row: Recruitment, panel: Panel, options: dict[str, Any]) -> str:
        recruiting.resume(recruitment=row, panel=panel)
        return "Open again."

    def _stop(self, row: Recruitment, panel: Panel, options: dict[str, Any]) -> str:
        recruiting.stop(recruitment=row, panel=panel)
        return "Stopped: nobody new comes. Who is at it may finish, and is paid."

    def _close(self, row: Recruitment, panel: Panel, options: dict[str, Any]) -> str:
        waiting = paying.close(recruitment=row, panel=panel)
        if not waiting:
            return "Closed: all is decided, and what was set aside and not needed is free again."
        lines = [f"{step.posting} waits: {step.waiting_for}." for step in waiting[:20]]
        return "\n".join([*lines, f"{len(waiting)} still to close: run this again later."])


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


def _needed(value: Any, option: str) -> Any:
    if not value:
        raise CommandError(f"Say {option}.")
    return value


def _amount(text: str | None) -> Decimal:
    try:
        return Decimal(_needed(text, "--amount"))
    except InvalidOperation as error:
        raise CommandError(f"“{text}” is no amount: write it as in 0.75.") from error
