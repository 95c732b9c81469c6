"""What some panels call their parameters, so that only codes have to be filled in.

Names as the panels' own documentation and their users give them, November 2026; look them up before a launch, and say
them in a description of your own where they have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from surveys.panels.generic.description import Parameters

PRESETS: Mapping[str, Parameters] = MappingProxyType(
    {
        "prolific": Parameters(person="PROLIFIC_PID", assignment="SESSION_ID", posting="STUDY_ID"),
        "connect": Parameters(person="participantId", assignment="assignmentId", posting="projectId"),
        "sona": Parameters(person="survey_code"),
    }
)

PLACEHOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "PROLIFIC_PID": "{{%PROLIFIC_PID%}}",
        "SESSION_ID": "{{%SESSION_ID%}}",
        "STUDY_ID": "{{%STUDY_ID%}}",
        "survey_code": "%SURVEY_CODE%",
    }
)
"""What has to stand in the address that is entered at the panel, for the panel to fill in."""
