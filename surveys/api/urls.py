"""The read-only API's addresses."""

from __future__ import annotations

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from surveys.api import views

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("studies/", views.Studies.as_view(), name="api-studies"),
    path("studies/<slug:slug>/", views.OneStudy.as_view(), name="api-study"),
    path("studies/<slug:slug>/stimuli/", views.Stimuli.as_view(), name="api-stimuli"),
    path("studies/<slug:slug>/responses/", views.Responses.as_view(), name="api-responses"),
    re_path(r"^(?P<rest>[\s\S]+)/$", views.Nothing.as_view()),  # line breaks too, which <path:rest> leaves out
]
