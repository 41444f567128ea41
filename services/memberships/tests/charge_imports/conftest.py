"""Whom the rows of files name, and what does the work of an import of credit."""

import pytest

from memberships.charge_imports import schedules
from memberships.charge_imports.use_cases import importing
from services.memberships.tests.importing import Imports, table

IMPORTS = "/v1/credit-charges/imports"
HEADINGS = ("رمز العميل", "نوع الرصيد", "المتبقي", "تاريخ البداية", "تاريخ الانتهاء", "المعرف")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several of them, also with a few rows."""
    monkeypatch.setattr(importing, "CHUNK", 3)


@pytest.fixture
def imports(monkeypatch: pytest.MonkeyPatch) -> Imports:
    return Imports(IMPORTS, schedules.jobs, monkeypatch)


def rows(*some: tuple[str, ...]) -> bytes:
    return table(*some, headings=HEADINGS)
