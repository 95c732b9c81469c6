from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.urls import reverse

from surveys.management.commands._base import StudyCommand
from surveys.management.files import contents, new_private_file, settle
from surveys.models import Posting, Survey
from surveys.panels import generic
from surveys.panels.base import Panel, PanelError
from surveys.selectors import statements
from surveys.selectors.studies import only_survey
from surveys.services import identities, ordering, panels, publishing, recruiting
from surveys.services.errors import ServiceError
from surveys.services.ordering import Order

LINKS = (Posting.Link.INVITATION.value, Posting.Link.OPEN.value)


class Command(StudyCommand):
    help = "Publish a planned survey and write its links to a file that only you can read."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--survey", help="the survey's slug; may be left out when there is only one")
        parser.add_argument("--link", choices=LINKS, help="default: what the study file says")
        parser.add_argument("--count", type=int, help="number of invitations; default: one for each place")
        parser.add_argument("--people", type=Path, help="CSV file: an invitation for each label in it, none twice")
        parser.add_argument(
            "--panel",
            help="mturk: advertise there; or a TOML file that describes a panel: one link for its people",
        )
        parser.add_argument("--environment", default="", help="of mturk: sandbox (default) or production")
        parser.add_argument("--places", type=int, help="places to advertise at mturk; default: all that are not yet")
        parser.add_argument("--most", type=int, help="places in one posting, as the prices say; 0: all in one")
        parser.add_argument("--price", default="", help="what it costs in all; real money needs it")
        parser.add_argument("--at-most", default="", metavar="AMOUNT", help="what the study may spend at panels in all")
        parser.add_argument("--prices", action="store_true", help="say what each way costs, and publish nothing")
        parser.add_argument("--simulated", action="store_true", help="whoever comes by these links is a program")
        parser.add_argument(
            "--below-floor", action="store_true", help="publish although an hour brings less than panel.hourly_floor"
        )
        parser.add_argument("--out", type=Path, help="CSV file for the links; must not exist yet")
        parser.add_argument("--base-url", default=settings.SITE_URL, help="address of the site, for the links")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = only_survey(self.study(options), options["survey"])
        if options["panel"] in panels.SPOKEN:
            self._advertise(survey, options)
            return
        if options["out"] is None:
            raise CommandError("Say --out: the file for the links.")
        panel = _panel(options)
        link = Posting.Link.PANEL if panel else options["link"] or survey.study.definition["panel"]["links"]
        people = _people(options)
        count = survey.places.count() if options["count"] is None else options["count"]
        with new_private_file(options["out"]) as file, transaction.atomic():
            published = publishing.publish(
                survey=survey,
                link=link,
                invitations=count,
                simulated=options["simulated"],
                people=people,
                below_floor=options["below_floor"],
                panel=panel,
            )
            _write_links(file, published.keys, options["base_url"].rstrip("/"), people, panel)
        self.stdout.write(f"Survey {survey.slug} is open. Its links ({len(published.keys)}) are in {options['out']}.")
        self.stdout.write("Keep the file safe: the database holds only hashes of them, so they can't be shown again.")
        if link == Posting.Link.OPEN:
            self.stdout.write(self.style.WARNING("With an open link, repeated participation can't be excluded."))

    def _advertise(self, survey: Survey, options: dict[str, Any]) -> None:
        """Advertise places at a panel that can be spoken to; run again, it goes on where it was."""
        if options["link"] or options["people"] or options["count"] is not None or options["out"]:
            raise CommandError("A panel has no links of yours: leave out --link, --people, --count and --out.")
        panel = panels.connect(options["panel"], options["environment"])
        for line in statements.prices(survey, panel):
            self.stdout.write(line)
        if options["prices"]:
            return
        self.stdout.write(f"People will be led to {options['base_url'].rstrip('/')}/join/…")
        wanted = Order(
            by="command",
            places=options["places"],
            most=options["most"],
            typed=options["price"],
            at_most=options["at_most"],
            below_floor=options["below_floor"],
        )
        ordering.check(survey=survey, panel=panel, wanted=wanted)
        _look_at_site(self, options["base_url"])
        _ask_account(panel)
        recruitment = ordering.order(survey=survey, panel=panel, wanted=wanted)
        try:
            recruiting.advertise(recruitment=recruitment, panel=panel)
        except ServiceError as error:
            raise CommandError(
                f"{error} The survey is published and its money is set aside; what was made stays. Mend this and run "
                "the same command: it goes on where it was."
            ) from error
        self.stdout.write(statements.in_words(recruitment))
        self.stdout.write("Advertised. Leave manage.py worker running, or run manage.py sync_panels now and then.")


def _look_at_site(command: Command, address: str) -> None:
    """Warn where nobody answers at the address that people will be led to."""
    import httpx

    try:
        httpx.get(f"{address.rstrip('/')}/withdraw/", timeout=5, trust_env=False).raise_for_status()
    except httpx.HTTPError as error:
        words = f"Nothing of this site answers there now ({error}). Is SITE_URL right, and is the site running?"
        command.stderr.write(command.style.WARNING(words))


def _ask_account(panel: Panel) -> None:
    """Ask for the balance before anything is sealed: also the way to see that keys and address work."""
    try:
        panel.funds()
    except PanelError as error:
        raise CommandError(f"{error} Nothing was published.") from error


def _panel(options: dict[str, Any]) -> generic.Description | None:
    if options["panel"] is None:
        return None
    if options["link"] or options["people"] or options["count"] is not None:
        raise CommandError("--panel makes one link for all its people: leave out --link, --people and --count.")
    try:
        return generic.read_file(contents(Path(options["panel"])))
    except generic.DescriptionError as error:
        raise CommandError(str(error)) from error


def _people(options: dict[str, Any]) -> list[str]:
    if options["people"] is None:
        return []
    if options["count"] is not None:
        raise CommandError("Give --people or --count: the file says how many invitations there are.")
    return identities.read_people(contents(options["people"]))


def _write_links(
    file: TextIO, keys: tuple[str, ...], base_url: str, people: list[str], panel: generic.Description | None
) -> None:
    """Write a link a line, beside the label of whom it is for: nothing else knows that."""
    writer = csv.writer(file)
    writer.writerow(["number", *(["person"] if people else []), "url"])
    for number, key in enumerate(keys, 1):
        url = base_url + reverse("join", args=[key])
        writer.writerow([number, *people[number - 1 : number], generic.address(url, panel) if panel else url])
    settle(file)
