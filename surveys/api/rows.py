"""Serializers of the tables' rows, made from the tables' one schema: the API's columns are the export's columns."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from analysis import schemas
from surveys.models import Answer, Stimulus
from surveys.selectors import tables

FIELDS: dict[str, type[serializers.Field[Any, Any, Any, Any]]] = {
    "string": serializers.CharField,
    "object": serializers.CharField,
    "integer": serializers.IntegerField,
    "number": serializers.FloatField,
    "boolean": serializers.BooleanField,
    "datetime": serializers.DateTimeField,
}


def _fields(table: str) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    return {column["name"]: _field(column) for column in schemas.load(table).document["fields"]}


def _in_order(table: str, row: tables.Row) -> tables.Row:
    return {name: row[name] for name in schemas.load(table).columns}


def _field(column: dict[str, Any]) -> serializers.Field[Any, Any, Any, Any]:
    required = column.get("constraints", {}).get("required", False)
    return FIELDS[column["type"]](read_only=True, allow_null=not required, help_text=column["description"])


class StimulusSerializer(serializers.Serializer[Stimulus]):
    """A row of the stimuli table."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return _fields("stimuli")

    def to_representation(self, instance: Stimulus) -> dict[str, Any]:
        return _in_order("stimuli", tables.stimulus_row(self.context["study"], instance))


class ResponseSerializer(serializers.Serializer[Answer]):
    """A row of the responses table."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return _fields("responses")

    def to_representation(self, instance: Answer) -> dict[str, Any]:
        return _in_order("responses", tables.response_row(self.context["study"], instance))
