"""One-time links that let a member of staff in without a password."""

from __future__ import annotations

from django.contrib.auth.models import Permission, User
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from surveys.models import Study
from surveys.services.errors import ServiceError

HOURS = 24
_SALT = "surveys.staff_link"


def make_link(user: User) -> str:
    """Return a token that lets this user in once, within a day; any login of theirs ends it."""
    return signing.dumps([user.pk, _fingerprint(user)], salt=_SALT)


def user_for(token: str) -> User | None:
    """Return whom a token lets in; None when it is not ours, too old, or used."""
    try:
        pk, fingerprint = signing.loads(token, salt=_SALT, max_age=HOURS * 3600)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk, is_active=True, is_staff=True).first()
    return user if user and constant_time_compare(_fingerprint(user), fingerprint) else None


@transaction.atomic
def use_link(*, token: str) -> User | None:
    """Return whom a token lets in and end it, so that of two at the same time only one gets in."""
    user = user_for(token)
    if user is None:
        return None
    unused = User.objects.filter(pk=user.pk, last_login=user.last_login)
    return user if unused.update(last_login=timezone.now()) else None


def _fingerprint(user: User) -> str:
    """Hash what changes when the user logs in or gets another password."""
    last_login = user.last_login.isoformat() if user.last_login else ""
    return salted_hmac(_SALT, f"{user.pk}{user.password}{last_login}", algorithm="sha256").hexdigest()


@transaction.atomic
def find_staff(*, username: str, create: bool = False, payments: bool = False) -> User:
    """Return the member of staff of this name; with ``create``, make one who then owns every study without an owner.

    With ``payments`` they may from now on see what panels call people, approve and pay.

    Raises
    ------
    ServiceError
        There is nobody of this name who may see the desk.
    """
    user = User.objects.filter(username=username).first()
    if user is None and create:
        user = User.objects.create_superuser(username)
    if user is None:
        msg = f"There is no user {username!r}: add --create to make this member of staff."
        raise ServiceError(msg)
    if not (user.is_active and user.is_staff):
        msg = f"{username!r} is no active member of staff: choose another name with --user."
        raise ServiceError(msg)
    if payments:
        user.user_permissions.add(Permission.objects.get(codename="pay_people", content_type__app_label="surveys"))
    if create:
        Study.objects.filter(owner=None).update(owner=user)
    return user
