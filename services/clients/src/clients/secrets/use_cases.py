"""Sensitive values of clients: sealed when written, found by a keyed hash, shown by an action."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from chassis.work import UnitOfWork
from clients.secrets.repository import SecretRepository


async def differing(work: UnitOfWork, client_id: UUID, given: Mapping[str, str]) -> dict[str, str]:
    """Those of the values that the client does not have already."""
    if not given:
        return {}
    stored = await SecretRepository(work).read(client_id, list(given))
    return {
        name: value for name, value in given.items()
        if name not in stored or stored[name][1] not in fingerprints(work, name, value)
    }  # fmt: skip


async def write_secrets(work: UnitOfWork, client_id: UUID, given: Mapping[str, str]) -> None:
    """Seal values and keep them; the client's row has only what may be shown."""
    if not given:
        return
    await SecretRepository(work).write(client_id, {
        name: (
            work.crypto.seal(work.tenant_id, value.encode(), _place(client_id, name)),
            fingerprint(work, name, value),
        )
        for name, value in given.items()
    })  # fmt: skip


async def remove_secrets(work: UnitOfWork, client_id: UUID, names: Collection[str]) -> None:
    """Forget values that were taken away."""
    if names:
        await SecretRepository(work).remove(client_id, list(names))


async def reveal_secrets(work: UnitOfWork, client_id: UUID, names: Iterable[str]) -> dict[str, str]:
    """The values in clear, as far as the client has them; leaves a trace of who read which."""
    stored = await SecretRepository(work).read(client_id, list(names))
    work.audit("revealed", "clients", client_id, {"fields": sorted(stored)}, client_id)
    return {
        name: work.crypto.open(work.tenant_id, token, _place(client_id, name)).decode()
        for name, (token, _) in stored.items()
    }  # fmt: skip


async def opened(work: UnitOfWork, client_id: UUID, names: Iterable[str]) -> dict[str, str]:
    """The values in clear, to be sealed again for another place; nobody is shown them."""
    stored = await SecretRepository(work).read(client_id, list(names))
    return {
        name: work.crypto.open(work.tenant_id, token, _place(client_id, name)).decode()
        for name, (token, _) in stored.items()
    }  # fmt: skip


async def put_aside(work: UnitOfWork, client_id: UUID, names: Iterable[str], mark: str) -> None:
    """Keep what a client has under these names beside it, where nobody looks for it."""
    found = await opened(work, client_id, names)
    await write_secrets(work, client_id, {f"{mark}.{name}": v for name, v in found.items()})


async def take_back(
    work: UnitOfWork, client_id: UUID, names: Collection[str], mark: str
) -> dict[str, str]:
    """What was put aside under these names, in clear; it is no longer there."""
    aside = await opened(work, client_id, [f"{mark}.{name}" for name in names])
    await remove_secrets(work, client_id, list(aside))
    return {name.removeprefix(f"{mark}."): value for name, value in aside.items()}


async def holders(work: UnitOfWork, names: Collection[str], value: str) -> tuple[UUID, ...]:
    """The clients who have the whole value in any of these fields."""
    prints = [one for name in names for one in fingerprints(work, name, value)]
    return await SecretRepository(work).holders(list(names), prints)


async def reseal(
    work: UnitOfWork, after: tuple[UUID, str]
) -> tuple[dict[tuple[UUID, str], str], tuple[UUID, str] | None]:
    """Put some values under the current key: those that were not, and where to go on."""
    found = await SecretRepository(work).after(*after)
    resealed: dict[tuple[UUID, str], str] = {}
    for client_id, name, token in found:
        if work.crypto.needs_reseal(token):
            value = work.crypto.open(work.tenant_id, token, _place(client_id, name)).decode()
            await write_secrets(work, client_id, {name: value})
            resealed[client_id, name] = value
    return resealed, found[-1][:2] if found else None


def fingerprint(work: UnitOfWork, name: str, value: str) -> bytes:
    """What a value is found by, under the current key."""
    return work.crypto.fingerprint(work.tenant_id, _marked(name, value))


def fingerprints(work: UnitOfWork, name: str, value: str) -> list[bytes]:
    """What it may be found by while keys rotate: a fingerprint under each of them."""
    return work.crypto.fingerprints(work.tenant_id, _marked(name, value))


def _marked(name: str, value: str) -> str:
    # With the name, so that nobody sees that two different fields hold one value.
    return f"{name}\n{value}"


def _place(client_id: UUID, name: str) -> str:
    return f"clients.{client_id}.{name}"
