from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.urls import reverse

from surveys.management.commands._base import Command as Base
from surveys.services import staff_links


class Command(Base):
    help = "Print an address that lets a member of staff in: once, within 24 hours, without a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", default="admin", help="whom it lets in; default: admin")
        parser.add_argument("--create", action="store_true", help="make this user if missing; owns ownerless studies")
        parser.add_argument("--payments", action="store_true", help="they may see panels' ids, approve and pay")
        parser.add_argument("--base-url", default=settings.SITE_URL, help="address of the site, for the link")

    def handle(self, *args: Any, **options: Any) -> None:
        user = staff_links.find_staff(username=options["user"], create=options["create"], payments=options["payments"])
        path = reverse("enter", args=[staff_links.make_link(user)])
        self.stdout.write(options["base_url"].rstrip("/") + path)
