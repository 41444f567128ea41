"""What can be done with policies."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from chassis.money import Money
from chassis.work import UnitOfWork
from clients.client_links.repository import ClientLinkRepository
from clients.clients.repository.rows import ClientRepository
from clients.clients.rules.failures import NotAnAmount, UnknownClient
from clients.clients.use_cases.checks import client_to_write
from clients.clients.use_cases.columns import home_currency
from clients.files.use_cases.changing import check_files
from clients.insurance import events, rules
from clients.insurance.repository.policies import PolicyRepository
from clients.insurance.tables import Policy
from clients.insurance.use_cases.providers import check_provider
from clients.layouts.use_cases import folders_with
from refs.home import today

_LIMITS: Final = ("co_pay_limit", "annual_limit")
_PERCENTS: Final = ("coverage_percent", "co_pay_percent")


async def add_policy(work: UnitOfWork, values: dict[str, Any]) -> Policy:
    """Write down a policy of a client whose folder shows insurance."""
    client = await client_to_write(work, values["client_id"])
    await _check_on(work, client.folder_id)
    currency = values["currency"] or client.currency or await home_currency(work)
    made = values | {"client_id": client.id, "currency": currency}
    made["starts_on"] = made["starts_on"] or await today(work)
    if not made["id"] or await PolicyRepository(work).find(made["id"]) is None:
        await check_provider(work, made["provider_id"])
    made["holder_id"] = await _holder(work, client.id, made["holder_id"])
    await check_files(work, client.id, made["file_ids"])
    rules.check_period(made["starts_on"], made["ends_on"])
    policy, is_new = await PolicyRepository(work).add_once(**_columns(made, currency))
    if is_new:
        work.publish(events.policy_changed("added", policy))
    return policy


async def update_policy(work: UnitOfWork, policy_id: UUID, changes: dict[str, Any]) -> Policy:
    """Change a policy."""
    policy = await _for_change(work, policy_id)
    if changes.get("provider_id", policy.provider_id) != policy.provider_id:
        await check_provider(work, changes["provider_id"])
    if "holder_id" in changes:
        changes["holder_id"] = await _holder(work, policy.client_id, changes["holder_id"])
    more = [one for one in changes.get("file_ids", ()) if one not in policy.file_ids]
    await check_files(work, policy.client_id, more)
    starts_on = changes.get("starts_on", policy.starts_on)
    rules.check_period(starts_on, changes.get("ends_on", policy.ends_on))
    return await _change(work, policy, _columns(changes, policy.currency))


async def delete_policy(work: UnitOfWork, policy_id: UUID) -> None:
    """Remove a policy on which nothing was claimed."""
    policy = await _for_change(work, policy_id)
    await PolicyRepository(work).delete(policy)
    work.publish(events.policy_changed("deleted", policy))


async def hold_no_more(work: UnitOfWork, client_ids: Sequence[UUID]) -> None:
    """Policies of others that these clients held are those others' own: for who erases them."""
    while some := await PolicyRepository(work).held_by(client_ids):
        for policy in some:
            await _change(work, policy, {"holder_id": None})


def minor(name: str, text: str | None, currency: str) -> int | None:
    """An amount in minor units; raises NotAnAmount."""
    try:
        return None if text is None else Money.parse(text, currency).amount_minor
    except ValueError:
        raise NotAnAmount(field=name, currency=currency) from None


async def _for_change(work: UnitOfWork, policy_id: UUID) -> Policy:
    policy = await PolicyRepository(work).get_for_update(policy_id)
    await client_to_write(work, policy.client_id)
    return policy


async def _change(work: UnitOfWork, policy: Policy, changes: dict[str, Any]) -> Policy:
    changed = await PolicyRepository(work).update(policy, **changes)
    if changed is not policy:
        names = [name for name in changes if getattr(changed, name) != getattr(policy, name)]
        work.publish(events.policy_changed("updated", changed, changed=names))
    return changed


async def _check_on(work: UnitOfWork, folder_id: UUID) -> None:
    if folder_id in await folders_with(work, rules.SECTION):
        return
    # Switched on by another process a moment ago, perhaps.
    if folder_id not in await folders_with(work, rules.SECTION, fresh=True):
        raise rules.InsuranceOff()


async def _holder(work: UnitOfWork, client_id: UUID, holder_id: UUID | None) -> UUID | None:
    if holder_id is None:
        return None
    holder = await ClientRepository(work).find(holder_id)
    if holder is None:
        raise UnknownClient(field="holder_id")
    insured = await ClientRepository(work).survivor(client_id) or client_id
    if holder.id == insured:
        return None
    if not await ClientLinkRepository(work).are_linked(holder.id, insured):
        raise rules.HolderNotLinked(field="holder_id")
    return holder.id


def _columns(values: dict[str, Any], currency: str) -> dict[str, Any]:
    made = {name: value for name, value in values.items() if name not in _LIMITS}
    for name in _LIMITS:
        if name in values:
            made[f"{name}_minor"] = minor(name, values[name], currency)
    return made | {n: rules.percent(n, values[n]) for n in _PERCENTS if n in values}
