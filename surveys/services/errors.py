"""What services refuse, in words that say what to do next."""

from __future__ import annotations


class ServiceError(Exception):
    """Something can't be done; the message is for the person who asked."""


class NoPlaceError(ServiceError):
    """Every place is held or filled."""


class TooManyClaimsError(ServiceError):
    """The link was used to claim too often within a minute."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many tries with this link. Please try again in {seconds} seconds.")
        self.seconds = seconds


class ClosedError(ServiceError):
    """The survey takes no new participants."""


class PausedError(ServiceError):
    """The survey takes nobody new for the moment."""


class AlreadyError(ServiceError):
    """The person has taken part by another link."""


class NotEligibleError(ServiceError):
    """The person has taken part in a study that excludes this one."""


class AnswerError(ServiceError):
    """An answer can't be taken as it was sent."""


class ConflictError(ServiceError):
    """The request meets a state in which it can't be done."""


class UnavailableError(ServiceError):
    """Something outside does not answer at the moment; trying again helps."""
