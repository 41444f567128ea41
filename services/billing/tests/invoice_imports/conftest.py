"""Whom the rows of open invoices name, and what does the work of an import."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any
from uuid import UUID

import pytest

from billing.invoice_imports import schedules
from billing.invoice_imports.use_cases import importing
from billing.peers import Peers
from billing.proof.schedules import prove
from services.billing.tests.factories import Person
from services.billing.tests.importing import Imports, table
from services.billing.tests.invoices.making import remember_client

IMPORTS = "/v1/invoices/imports"
HEADINGS = ("رمز العميل", "رقم الفاتورة", "التاريخ", "تاريخ الاستحقاق", "الإجمالي", "المدفوع")
Named = dict[tuple[str, str], UUID | None]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several of them, also with a few rows."""
    monkeypatch.setattr(importing, "CHUNK", 3)


@pytest.fixture
def imports(monkeypatch: pytest.MonkeyPatch) -> Imports:
    return Imports(IMPORTS, schedules.jobs, monkeypatch)


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Named:
    """Whom keys name, as clients says."""
    known: Named = {}

    async def find(_: Any, by: Any, keys: Collection[tuple[str, str]]) -> Named:
        assert len(keys) <= 500 and not by.has_begun
        return {key: known[key] for key in keys if key in known}

    monkeypatch.setattr(Peers, "find_clients", find)
    return known


Client = Callable[..., Awaitable[str]]


@pytest.fixture
def client(owner: Person, named: Named) -> Client:
    """A client with this code."""

    async def made(code: str, **values: Any) -> str:
        found = await remember_client(owner, **values)
        named["code", code] = found
        return str(found)

    return made


def rows(*some: tuple[str, ...]) -> bytes:
    return table(*some, headings=HEADINGS)


async def proved(owner: Person) -> bool:
    return await prove(owner.service.context, owner.caller.tenant_id) is None
