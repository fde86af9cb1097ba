"""Shapes of communities and cells sent on the page of coverage, for its map."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from fournets.audit.services import record
from fournets.home import home
from fournets.language import Refusal
from fournets.places.services import import_geojson
from fournets.web.access import needs, reader_of
from fournets.web.acts import act

MOST_BYTES = 20 * 1024**2


@needs("intake.take")
@require_POST
def shapes_page(request: HttpRequest) -> HttpResponse:
    """Takes in a GeoJSON of the reader's own area; the map shows it at once."""
    reader, sent, now = reader_of(request), request.FILES.get("shapes"), timezone.localtime()

    def take() -> None:
        if sent is None or not sent.size:
            raise Refusal("nothing_sent")
        if sent.size > MOST_BYTES:
            raise Refusal("geojson_large", megabytes=MOST_BYTES // 1024**2)
        with TemporaryDirectory(dir=home(), prefix="shapes-") as folder:
            path = Path(folder) / PurePosixPath(str(sent.name)).name
            path.write_bytes(sent.read())
            count = import_geojson(path, on=now.date(), within=reader.area_code)
        details = {"places": count}
        record(act="shapes_sent", actor=reader.login, area_code=reader.area_code, at=now, details=details)

    return act(request, reverse("coverage"), "shapes_taken", take)
