"""Who sees a client and may not change them changes nothing that is about them."""

from typing import Any

import pytest

from services.memberships.tests.credit.world import (
    ADJUSTMENTS,
    CHARGES,
    HOLDS,
    SHARES,
    TRANSFERS,
    USAGES,
    Wallet,
    day,
    transfer,
)
from services.memberships.tests.factories import (
    Json,
    Person,
    make_credit_package,
    make_order,
    make_package,
    remember_client,
)

RIGHTS = ("memberships:read", "memberships:write", "memberships:delete")
REFUSED = (403, "folder_not_writable")
ORDERS, MEMBERSHIPS, CHECK_INS = "/v1/package-orders", "/v1/memberships", "/v1/check-ins"
Tries = list[tuple[str, str, Any]]


async def watched(
    owner: Person, person: Person, client_id: str, role: str = "watcher", *, version: int = 2
) -> None:  # fmt: skip
    staff = [{"user_id": str(person.caller.user_id), "role": role}]
    await remember_client(owner, id=client_id, version=version, staff=staff)


async def of_credit(owner: Person, wallet: Wallet) -> Tries:
    """All that is done with what there is of credit, and what makes some."""
    lot, used, held = await wallet.charge("9"), await wallet.use("1"), await wallet.hold("1")
    charge, hold = f"{CHARGES}/{lot['id']}", f"{HOLDS}/{held['id']}"
    return [
        *(("POST", path, wallet.body("1", **more)) for path, more in (
            (CHARGES, {}), (USAGES, {}), (HOLDS, {}), (ADJUSTMENTS, {"reason": "x"}),
        )),
        *(("POST", f"{charge}/{verb}", None) for verb in ("stop", "resume", "refund")),
        ("POST", f"{charge}/extend", {"expires_on": day(9)}),
        ("POST", f"{USAGES}/{used['id']}/reverse", None),
        ("POST", f"{hold}/consume", {}), ("POST", f"{hold}/release", None),
    ]  # fmt: skip


async def of_memberships(owner: Person, client: Json) -> Tries:
    """The same of memberships, orders and visits."""
    package = (await make_package(owner, price="0.00"))["id"]
    sold = (await owner.post(MEMBERSHIPS, client | {"package_id": package}))["id"]
    order = await make_order(owner, **client)
    credit = (await make_credit_package(owner))["id"]
    one = f"{MEMBERSHIPS}/{sold}"
    freeze = {"from": "2990-01-01", "to": "2990-01-02"}
    frozen = await owner.post(f"{one}/freezes", freeze)
    visit = await owner.post(CHECK_INS, client)
    return [
        ("POST", MEMBERSHIPS, client | {"package_id": package}),
        ("POST", ORDERS, client | {"package_id": credit}), ("POST", CHECK_INS, client),
        ("POST", f"{CHECK_INS}/{visit['id']}/undo", None),
        ("POST", f"{ORDERS}/{order['id']}/cancel", None),
        ("PATCH", one, {"note": "x"}), ("POST", f"{one}/freezes", freeze),
        ("PATCH", f"{one}/freezes/{frozen['id']}", {"extend": True}),
        ("DELETE", f"{one}/freezes/{frozen['id']}", None),
        *(("POST", f"{one}/{verb}", None) for verb in (
            "suspend", "resume", "cancel", "reinstate", "renew",
        )),
        ("POST", f"{one}/change", {"package_id": package, "at": "period_end"}),
    ]  # fmt: skip


async def test_a_watcher_changes_nothing(owner: Person) -> None:
    """GW-02, ME-16: seen and not to be changed is 403, not seen 404."""
    wallet = await Wallet.make(owner)
    client = {"client_id": wallet.client_id}
    tries = [*await of_credit(owner, wallet), *await of_memberships(owner, client)]
    async with owner.colleague(*RIGHTS, visibility="assigned") as person:
        for method, path, body in tries:
            missing, _ = await person.refused(method, path, body)
            assert missing in (404, 422), path
        await watched(owner, person, wallet.client_id)
        for method, path, body in tries:
            assert await person.refused(method, path, body) == REFUSED, path
    assert await wallet.usable() == "7"


@pytest.mark.usefixtures("linked")
async def test_of_two_clients_both_are_to_be_changed(owner: Person) -> None:
    """GW-02, CL-65, ME-16: who gives and who is given."""
    wallet = await Wallet.make(owner)
    other = await wallet.other()
    await wallet.charge("9")
    share = {"client_id": wallet.client_id, "with_client_id": other.client_id}
    shared = f"{SHARES}/{(await owner.post(SHARES, share))['id']}"
    tries = [("POST", TRANSFERS, transfer(wallet, other, "1")), ("DELETE", shared, None)]
    for at, (one, two) in enumerate(((wallet, other), (other, wallet))):
        async with owner.colleague(*RIGHTS, visibility="assigned") as person:
            for known, role in ((one, "owner"), (two, "watcher")):
                await watched(owner, person, known.client_id, role, version=2 + at)
            for method, path, body in tries:
                assert await person.refused(method, path, body) == REFUSED, path
    assert await wallet.usable() == "9"
