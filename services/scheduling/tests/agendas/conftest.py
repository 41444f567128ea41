"""Whom the follow-ups of these tests ask."""

from services.scheduling.tests.follow_ups.conftest import clients

__all__ = ["clients"]
