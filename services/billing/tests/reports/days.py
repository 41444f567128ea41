"""Things done on other days than today."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from services.billing.tests.factories import Person


@contextmanager
def on_day(person: Person, day: str) -> Iterator[None]:
    """At noon of a day: what is done in here is done then."""
    moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(person.service.context.database, "clock", lambda: moment)
        yield
