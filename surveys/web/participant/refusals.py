"""Why somebody can't take part now, or here, or at all: truthful pages; none of them stores anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.web.responses import message


def unknown(request: HttpRequest) -> HttpResponse:
    """Say that a link is not ours."""
    return message(
        request,
        title=_("We don't know this link"),
        happened=_("The link is not one of ours, or it was not copied whole."),
        safe=_("Nothing was stored."),
        todo=_("Copy the whole link from your invitation and open it again."),
        status=404,
    )


def nameless(request: HttpRequest, panel: str) -> HttpResponse:
    """Say that a panel's link came without who came."""
    return message(
        request,
        title=_("This address does not say who you are"),
        happened=_(
            "People come here by way of “%(panel)s”, which puts an id on the address. It is not there, or not whole."
        )
        % {"panel": panel},
        safe=_("Nothing was stored."),
        todo=_("Go back to where you found this study and open it from there."),
        status=400,
    )


def not_ours(request: HttpRequest, panel: str) -> HttpResponse:
    """Say that what somebody took at a panel is nothing that we advertise there."""
    return message(
        request,
        title=_("We don't know this task"),
        happened=_("The address names something at “%(panel)s” that is not, or not any more, one of ours.")
        % {"panel": panel},
        safe=_("Nothing was stored."),
        todo=_("Return it at “%(panel)s”, so that nothing counts against you, and look there for another one.")
        % {"panel": panel},
        status=404,
    )


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    """Ask for patience with a link that is used by many at once."""
    response = message(
        request,
        title=_("Please wait a moment"),
        happened=_("This link was used very often within a minute."),
        safe=_("Nothing is lost."),
        todo=ngettext("Try again in %(n)d second.", "Try again in %(n)d seconds.", seconds) % {"n": seconds},
        status=429,
        back_url=request.get_full_path(),
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def full(request: HttpRequest, minutes: int | None) -> HttpResponse:
    """Say that every place is held, and when the first of them may become free; None when nobody can tell."""
    hint = _("A place becomes free when somebody gives theirs back or stays away.")
    if minutes is None:
        when = _("Please try this link again later.")
    else:
        when = ngettext(
            "That may be in %(n)d minute: try this link again then.",
            "That may be in %(n)d minutes: try this link again then.",
            minutes,
        ) % {"n": minutes}
    response = message(
        request,
        title=_("Every place is taken"),
        happened=_("All places of this survey are taken at the moment."),
        safe=_("You have not missed anything, and nothing about you was stored."),
        todo=f"{hint} {when}",
        status=409,
        back_url=request.get_full_path(),
    )
    if minutes is not None:
        response.headers["Retry-After"] = str(minutes * 60)
    return response


def paused(request: HttpRequest) -> HttpResponse:
    """Say that nobody new is taken in just now."""
    return message(
        request,
        title=_("This survey is paused"),
        happened=_("Nobody new can start just now. It will go on later."),
        safe=_("You have not missed anything, and nothing about you was stored."),
        todo=_("Please try this link again later."),
        status=409,
        back_url=request.get_full_path(),
    )


def unfit(request: HttpRequest, reason: str, rules: Mapping[str, Any]) -> HttpResponse:
    """Say politely what a device lacks, before a place is taken."""
    return message(
        request,
        title=_("This device doesn't suit these pictures"),
        happened=_unfit(reason, rules),
        safe=_("No place was taken, and nothing about you or your device was stored."),
        todo=_("Your link stays good: open it again when that is so."),
        status=409,
        back_url=request.get_full_path(),
    )


def _unfit(reason: str, rules: Mapping[str, Any]) -> str:
    if reason == "window":
        width, height = rules.get("min_width", 0), rules.get("min_height", 0)
        sizes = {"width": width, "height": height}
        if not height:
            return _("The window has to be at least %(width)d pixels wide. Make it larger, or turn the device.") % sizes
        if not width:
            return _("The window has to be at least %(height)d pixels high. Make it larger, or turn it.") % sizes
        return (
            _(
                "The window has to be at least %(width)d pixels wide and %(height)d high. Make it larger, or turn the "
                "device."
            )
            % sizes
        )
    if reason == "kind":
        kinds = {"computer": _("a computer"), "tablet": _("a tablet"), "phone": _("a phone"), "other": _("others")}
        allowed = ", ".join(kinds[kind] for kind in rules["kinds"])
        return _("This survey can be taken with: %(allowed)s.") % {"allowed": allowed}
    names = ", ".join(_("others") if name == "other" else name.capitalize() for name in rules["browsers"])
    return _("This survey can be taken with these browsers: %(names)s.") % {"names": names}


def already(request: HttpRequest) -> HttpResponse:
    """Say that somebody has taken part by another link."""
    return message(
        request,
        title=_("You have taken part already"),
        happened=_("You have taken part in this study with another link, and each person takes part once."),
        safe=_("What you answered then is safe. Nothing was stored now."),
        todo=_(
            "Thank you! If you had not finished, open the link that you began with: it leads back to where you were."
        ),
        status=410,
    )


def not_eligible(request: HttpRequest) -> HttpResponse:
    """Say that somebody has taken part in a study that excludes this one."""
    return message(
        request,
        title=_("This study is not for you this time"),
        happened=_("You have taken part in a study that is too much like this one: you would know what is coming."),
        safe=_("You did nothing wrong, and nothing was stored now."),
        todo=_("Thank you for coming. You can close this page."),
        status=410,
    )


def closed(request: HttpRequest) -> HttpResponse:
    """Say that a survey takes no new answers."""
    return _over(request, _("This survey is closed"), _("It takes no new answers."))


def complete(request: HttpRequest) -> HttpResponse:
    """Say that every place is filled."""
    happened = _("Enough people have taken part, and every place is filled.")
    return _over(request, _("This survey has all its answers"), happened)


def _over(request: HttpRequest, title: str, happened: str) -> HttpResponse:
    return message(
        request,
        title=title,
        happened=happened,
        safe=_("Nothing about you was stored."),
        todo=_("Thank you for coming. You can close this page."),
        status=410,
    )
