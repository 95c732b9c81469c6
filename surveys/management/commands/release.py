from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from surveys.management.commands._base import StudyCommand
from surveys.models import Release, Study
from surveys.selectors.releases import reconstructions, tally
from surveys.services import releases

VERDICTS = {
    "stimulus": Release.Verdict.RELEASED,
    "reject": Release.Verdict.REJECTED,
    "undo": Release.Verdict.WITHDRAWN,
}


class Command(StudyCommand):
    help = "Release or reject reconstructions, as the desk's contact sheet does; publishing needs a verdict on each."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        choice = parser.add_mutually_exclusive_group(required=True)
        choice.add_argument("--all", action="store_true", help="release every picture that waits for a verdict")
        choice.add_argument("--stimulus", action="append", default=[], help="release this one; may be repeated")
        choice.add_argument("--reject", action="append", default=[], help="reject this one; may be repeated")
        choice.add_argument("--undo", action="append", default=[], help="take the verdict back; may be repeated")
        parser.add_argument("--reason", default="", help="why it is rejected; required with --reject")
        parser.add_argument("--by", default="manage.py release", help="who has looked at them")

    def handle(self, *args: Any, **options: Any) -> None:
        study = self.study(options)
        if options["reason"] and not options["reject"]:
            msg = "--reason goes with --reject."
            raise CommandError(msg)
        verdict, seen = _asked(study, options)
        said = {"verdict": verdict, "by": options["by"], "reason": options["reason"]}
        changed = releases.judge(study=study, seen=seen, **said) if seen else 0
        counted = tally(study)
        words = f"{changed} {verdict} by {options['by']}." if changed else "Nothing had to be changed."
        self.stdout.write(
            f"{words} Of {counted.total} reconstructions {counted.released} are released, "
            f"{counted.rejected} rejected, {counted.waiting} waiting."
        )


def _asked(study: Study, options: dict[str, Any]) -> tuple[str, list[str]]:
    """Return the verdict that the options ask for, and the pictures it is on."""
    if options["all"]:
        return Release.Verdict.RELEASED, [each.seen for each in reconstructions(study, state="waiting")]
    name = next(name for name in VERDICTS if options[name])
    return VERDICTS[name], releases.names(study, options[name])
