"""A study's results for its owner, and all its tables to take away."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from surveys.models import Study
from surveys.services.exporting import export
from surveys.web.desk.access import own_study, staff_only
from surveys.web.desk.page import study_page
from surveys.web.site.results import context, table_file


@staff_only
@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the report's figures and tables as they stand now."""
    study = own_study(request, slug)
    return study_page(request, study, "results", "results", **context(request, study))


@staff_only
@require_safe
def shown_table(request: HttpRequest, slug: str) -> HttpResponse:
    """Return exactly the rows that the page shows."""
    return table_file(own_study(request, slug), request.GET)


@staff_only
@require_safe
def tables(request: HttpRequest, slug: str) -> FileResponse:
    """Return the study's tables and datapackage.json as a zip file; people appear under pseudonyms only."""
    study = own_study(request, slug)
    return FileResponse(_zipped(study), as_attachment=True, filename=f"{study.slug}-tables.zip")


def _zipped(study: Study) -> tempfile.SpooledTemporaryFile[bytes]:
    file = tempfile.SpooledTemporaryFile(max_size=8_000_000)  # noqa: SIM115 - the response closes it
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        export(study=study, out=Path(folder))
        for path in sorted(Path(folder).iterdir()):
            archive.write(path, f"{study.slug}/{path.name}")
    file.seek(0)
    return file
