"""What can be done with packages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.money import Money
from chassis.work import UnitOfWork
from memberships.credit_types import use_cases as credit_types
from memberships.credit_types.rules import amount_of, written
from memberships.packages import rules
from memberships.packages.repository import PackageRepository
from memberships.packages.tables import Package
from refs.home import home

Json = dict[str, Any]


async def create_package(work: UnitOfWork, values: Json) -> Package:
    """Add a package."""
    rules.check_kind(values["kind"], values["period"], values["credits"])
    fee = values.pop("joining_fee")
    currency = values["currency"] = values["currency"] or (await home(work)).currency
    values["price_minor"] = rules.price_minor(values.pop("price"), currency, "price")
    values["joining_fee_minor"] = fee and rules.price_minor(fee, currency, "joining_fee")
    values["credits"] = await _counted(work, values["credits"], [])
    made, _ = await PackageRepository(work).add_once(**values)
    return made


async def update_package(work: UnitOfWork, package_id: UUID, changes: Json) -> Package:
    """Change a package, for what is sold from now on, or put it away."""
    packages = PackageRepository(work)
    known = await packages.get_for_update(package_id)
    period, credits = changes.get("period", known.period), changes.get("credits", known.credits)
    rules.check_kind(known.kind, period, credits)
    if "credits" in changes:
        changes["credits"] = await _counted(work, credits, known.credits)
    return await packages.update(known, **changes | _prices(known, changes))


async def delete_package(work: UnitOfWork, package_id: UUID) -> None:
    """Remove a package that was never sold."""
    packages = PackageRepository(work)
    await packages.delete(await packages.get_for_update(package_id))


async def package_to_sell(work: UnitOfWork, package_id: UUID, kind: rules.Kind) -> Package:
    """A package of this kind that is sold now; raises UnknownPackage and PackageInactive."""
    found = await PackageRepository(work).find(package_id)
    if found is None or found.kind != kind:
        raise rules.UnknownPackage(field="package_id")
    if not found.is_active:
        raise rules.PackageInactive(field="package_id")
    return found


def _prices(known: Package, changes: Json) -> Json:
    """The columns of the prices as they are then; takes `price` and `joining_fee` out."""
    currency = changes.get("currency", known.currency)
    fee = known.joining_fee_minor
    price = changes.pop("price", Money(known.price_minor, known.currency).format())
    known_fee = None if fee is None else Money(fee, known.currency).format()
    fee_text = changes.pop("joining_fee", known_fee)
    return {
        "price_minor": rules.price_minor(price, currency, "price"),
        "joining_fee_minor": fee_text and rules.price_minor(fee_text, currency, "joining_fee"),
    }


async def _counted(work: UnitOfWork, given: Sequence[Json], kept: Sequence[Json]) -> list[Json]:
    """Credits as they are kept: with amounts as their types write them."""
    named = {
        f"credits.{place}.credit_type_id": UUID(str(one["credit_type_id"]))
        for place, one in enumerate(given)
    }
    known = [UUID(one["credit_type_id"]) for one in kept]
    decimals = await credit_types.types_to_count(work, named, known=known)
    return [
        _kept(one, decimals[type_id], f"credits.{place}.amount")
        for place, (one, type_id) in enumerate(zip(given, named.values(), strict=True))
    ]


def _kept(credit: Json, decimals: int, field: str) -> Json:
    amount = written(amount_of(credit["amount"], decimals, field), decimals)
    return credit | {"credit_type_id": str(credit["credit_type_id"]), "amount": amount}
