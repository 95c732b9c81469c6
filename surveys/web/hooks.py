"""What panels post to us: proven, then no more than a reason to look there."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from surveys.panels.base import PanelRefused
from surveys.panels.prolific import webhook
from surveys.services import attending
from surveys.web.responses import private


@csrf_exempt  # the signature is what a forged request lacks; no cookie is involved
@private
@require_POST
def prolific(request: HttpRequest) -> JsonResponse:
    """Take a signed word that a submission has changed, and ask a worker to look; posted again, it changes nothing."""
    if int(request.headers.get("Content-Length") or 0) > webhook.MOST_BYTES:
        return JsonResponse({"error": "That is too much to be an event."}, status=413)
    try:
        change = webhook.receive(request.headers, request.body, settings.PROLIFIC_WEBHOOK_SECRET, now=time.time())
    except PanelRefused as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    looked = attending.look_for("prolific", change.submission, change.study)
    return JsonResponse({"looking": looked}, status=202)
