"""Where participants come from: postings, and the invitations that belong to them."""

from __future__ import annotations

from django.db import models

from surveys.models.survey import Survey


class Claims(models.Model):
    """How often something was used to claim a place in the present minute: the rate limit's memory."""

    claims_since = models.DateTimeField(null=True)
    claims = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class Posting(Claims):
    """What a panel advertises. Its key is kept as a hash: whoever reads the database can't join with it."""

    class Link(models.TextChoices):
        INVITATION = "invitation"
        OPEN = "open"
        PANEL = "panel"

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="postings")
    panel = models.CharField(max_length=63, default="direct")
    link = models.CharField(max_length=20, choices=Link)
    key_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - NULL: invitations have the keys
    description = models.JSONField(default=dict)  # of a panel of links; holds its secret codes
    simulated = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.survey} {self.panel} {self.link}"


class Identity(models.Model):
    """Somebody who can be told apart: a keyed hash of what a panel or an experimenter calls them, never the name."""

    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.digest[:8]


class Invitation(Claims):
    """A personal link: random, stored hashed, always leading back to its one assignment."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="invitations")
    number = models.PositiveIntegerField()
    key_hash = models.CharField(max_length=64, unique=True)
    identity = models.ForeignKey(Identity, null=True, on_delete=models.SET_NULL, related_name="invitations")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["posting", "number"], name="invitation_once_per_posting"),)

    def __str__(self) -> str:
        return f"invitation {self.number}"
