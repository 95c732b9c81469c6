"""The style sheets that every page needs."""

from __future__ import annotations

from typing import cast

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from surveys.web.assets import CollectedFiles

register = template.Library()


@register.simple_tag
def style_sheets() -> SafeString:
    """Link the style sheets of every page."""
    files = cast(CollectedFiles, staticfiles_storage)
    return format_html_join(
        "\n  ", '<link rel="stylesheet" href="{}">', ((files.url(name),) for name in files.sheets())
    )
