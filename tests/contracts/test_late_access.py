"""Every service asks clients while changes of access come late, whoever wrote it."""

from collections.abc import Iterator
from typing import Any

from chassis.repository import Repository
from refs import lag
from tests.rpcs import every_rpc, plan_of

# Clients owns who sees what; edge shows of clients what the services' own pages say.
_ASK_NOBODY = {"clients", "edge"}


def test_whatever_is_kept_about_clients_is_read_and_changed_by_who_sees_them_now() -> None:
    """GW-02: in a service that is added, too."""
    plans = {name: plan_of(name) for name in {rpc.service for rpc in every_rpc()} - _ASK_NOBODY}
    keepers = [
        one for one in _below(Repository)
        if one.__module__.partition(".")[0] in plans and one.__dict__.get("scope") is not None
        and "client_id" in one.table.c
    ]  # fmt: skip
    assert {one.__name__ for one in keepers} >= {"MessageRepository", "RunRepository"}
    assert [one.__name__ for one in keepers if not issubclass(one, lag.AboutClients)] == []
    named = {one.__module__.partition(".")[0] for one in keepers}
    assert [name for name in named if lag.watch not in plans[name].on_start] == []


def _below(kind: Any) -> Iterator[Any]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
