"""Marks the tests that touch a database, so that they can be run on each of them."""

import pytest

TOUCHING = {"db", "transactional_db", "live_server", "django_db_setup", "database_url"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & TOUCHING:
            item.add_marker("database")
        if "published_study" in fixtures:
            item.add_marker("published")


def pytest_report_header() -> str:
    from django.conf import settings

    return f"database: {settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}"
