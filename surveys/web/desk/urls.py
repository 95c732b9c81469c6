"""The experimenter's pages."""

from __future__ import annotations

from django.urls import path

from surveys.web.desk import studies

app_name = "desk"

urlpatterns = [
    path("", studies.studies, name="studies"),
]
