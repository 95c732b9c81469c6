"""Publish a tiny survey where DATABASE_URL says; print its links' keys: python -m tests.races.make_survey 48."""

from __future__ import annotations

import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.surveys import factories

    study = factories.make_study(originals=8, methods=4)
    places = int(sys.argv[1])
    _, published = factories.make_published_survey(study, raters=places // 4, invitations=places)
    print("\n".join(published.keys))


if __name__ == "__main__":
    main()
