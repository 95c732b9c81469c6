"""What the API says of a study."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from surveys.models import Category, Method, Study, Survey


class CategorySerializer(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ("slug", "title")


class MethodSerializer(serializers.ModelSerializer[Method]):
    class Meta:
        model = Method
        fields = ("slug", "title", "family")


class SurveySerializer(serializers.ModelSerializer[Survey]):
    instrument = serializers.CharField(source="instrument.sha256", help_text="SHA-256 of the instrument")
    design = serializers.DictField(child=serializers.JSONField(), help_text="The balance proof; empty before planning")

    class Meta:
        model = Survey
        fields = ("slug", "instrument", "raters", "state", "published_at", "preregistration_sha256", "design")


class StudySerializer(serializers.ModelSerializer[Study]):
    """A study with its categories, methods and surveys; methods and categories are in study order."""

    conditions: Any = serializers.ListField(child=serializers.CharField(), help_text="What the study lacks, in words")
    categories = CategorySerializer(many=True)
    methods = MethodSerializer(many=True)
    surveys = SurveySerializer(many=True)

    class Meta:
        model = Study
        fields = (
            "slug",
            "title",
            "description",
            "simulated",
            "listed",
            "results_public",
            "seed",
            "area_px",
            "conditions",
            "created_at",
            "categories",
            "methods",
            "surveys",
        )
        read_only_fields = fields
