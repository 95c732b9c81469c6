"""Read one's own studies, their stimuli and the answers that count.

Send ``Authorization: Token KEY``; ``manage.py drf_create_token USER`` prints a member of staff's key. Without a key,
or with a wrong one, the answer is 401; whoever is no staff gets 403; somebody else's study is 404, as if there were
none.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import generics, serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from surveys.api.rows import ResponseSerializer, StimulusSerializer
from surveys.api.studies import StudySerializer
from surveys.models import Answer, Stimulus, Study
from surveys.selectors import tables
from surveys.selectors.studies import own_studies

ErrorSerializer = inline_serializer("Error", {"detail": serializers.CharField()})
REFUSED = {
    401: OpenApiResponse(ErrorSerializer, "No token, or a wrong one"),
    403: OpenApiResponse(ErrorSerializer, "Not a member of staff"),
}
NOT_FOUND = {404: OpenApiResponse(ErrorSerializer, "No such study of yours")}


AS_FINISHED = ("assignment__submitted_at", "assignment_id", "item__position", "question", "revision")


class Pages(LimitOffsetPagination):
    """Up to 1,000 rows at a time."""

    max_limit = 1000


class OfOneStudy:
    """What the views below one study share: they answer 404 for a study that is not this user's."""

    kwargs: dict[str, Any]
    request: Any

    @cached_property
    def study(self) -> Study:
        found: Study = get_object_or_404(own_studies(self.request.user), slug=self.kwargs["slug"])
        return found


def described_studies(user: Any) -> QuerySet[Study]:
    """Return the studies a user owns, with all that their description needs."""
    return own_studies(user).prefetch_related("categories", "methods", "surveys__instrument")


@extend_schema(summary="Your studies", responses={200: StudySerializer(many=True), **REFUSED})
class Studies(generics.ListAPIView[Study]):
    """The studies you own, by slug."""

    serializer_class = StudySerializer
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Study]:
        return described_studies(self.request.user)


@extend_schema(summary="One study", responses={200: StudySerializer, **REFUSED, **NOT_FOUND})
class OneStudy(generics.RetrieveAPIView[Study]):
    """A study you own."""

    serializer_class = StudySerializer
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Study]:
        return described_studies(self.request.user)


@extend_schema(summary="A study's stimuli", responses={200: StimulusSerializer(many=True), **REFUSED, **NOT_FOUND})
class Stimuli(OfOneStudy, generics.ListAPIView[Stimulus]):
    """The stimuli table, in study order; ``null`` = unknown."""

    serializer_class = StimulusSerializer
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Stimulus]:
        return tables.stimuli_in_order(self.study)

    def get_serializer_context(self) -> dict[str, Any]:
        return super().get_serializer_context() | {"study": self.study}


@extend_schema(summary="The answers that count", responses={200: ResponseSerializer(many=True), **REFUSED, **NOT_FOUND})
class Responses(OfOneStudy, generics.ListAPIView[Answer]):
    """The responses table: a row per stimulus, question and participant (a pseudonym); ``null`` = unknown.

    Whoever finished first comes first, so that a study that grows gets its new rows at the end.
    """

    serializer_class = ResponseSerializer
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Answer]:
        return tables.counted_answers(self.study).order_by(*AS_FINISHED)

    def get_serializer_context(self) -> dict[str, Any]:
        return super().get_serializer_context() | {"study": self.study}


@extend_schema(exclude=True)
class Nothing(APIView):
    """Every other address: refused like the rest, in JSON."""

    def get(self, request: Request, rest: str) -> NoReturn:
        raise NotFound
