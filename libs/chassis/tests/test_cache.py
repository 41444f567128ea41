"""What a process remembers of its tenants: apart by tenant and database, not for long."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.cache import TenantCache


class _Database:
    """Stands for a process's connections: only its identity matters."""


@dataclass
class _Work:
    database: Any
    tenant_id: UUID = field(default_factory=uuid4)
    after: list[Callable[[], None]] = field(default_factory=list)

    def after_commit(self, call: Callable[[], None]) -> None:
        self.after.append(call)


def test_tenants_and_databases_are_kept_apart() -> None:
    cache: TenantCache[str] = TenantCache(seconds=60)
    database = _Database()
    one: Any = _Work(database)
    other: Any = _Work(database)
    elsewhere: Any = _Work(_Database(), one.tenant_id)
    assert cache.put(one, "a") == "a"
    assert cache.get(one) == "a"
    assert cache.get(other) is None
    assert cache.get(elsewhere) is None


def test_what_is_forgotten_goes_at_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    cache: TenantCache[str] = TenantCache(seconds=60)
    work: Any = _Work(_Database())
    cache.put(work, "a")
    cache.forget(work)
    assert cache.get(work) == "a"
    work.after[0]()
    assert cache.get(work) is None
    cache.put(work, "b")
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert cache.get(work) is None


def test_no_more_than_so_many_are_kept() -> None:
    cache: TenantCache[int] = TenantCache(seconds=60, most=2)
    database = _Database()
    works: list[Any] = [_Work(database) for _ in range(3)]
    for n, work in enumerate(works):
        cache.put(work, n)
    assert [cache.get(work) for work in works] == [None, 1, 2]
