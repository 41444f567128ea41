"""Splitting a payment neither makes nor loses a minor unit."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.invoices.rules import InvoiceNotOwed, OverAllocated, Status, settled
from billing.payments import rules
from billing.payments.rules import MOST_ALLOCATIONS, Share

AMOUNTS = st.integers(min_value=0, max_value=10**12)


@dataclass(frozen=True)
class Owed:
    """An invoice, as far as it is paid."""

    id: UUID
    total_minor: int
    paid_minor: int

    @property
    def balance_minor(self) -> int:
        return self.total_minor - self.paid_minor


INVOICES = st.builds(
    lambda key, paid, balance: Owed(key, paid + balance, paid),
    st.uuids(), AMOUNTS, st.integers(min_value=1, max_value=10**12),
)  # fmt: skip
UNIQUE = st.lists(INVOICES, unique_by=lambda one: one.id, max_size=12)


@given(AMOUNTS, st.lists(AMOUNTS, max_size=20))
def test_an_amount_is_spread_in_order_as_far_as_it_goes(amount: int, owed: list[int]) -> None:
    """BI-09"""
    shares = rules.spread(amount, list(enumerate(owed)))
    parts = {share.of: share.amount_minor for share in shares}
    assert sum(parts.values()) == min(amount, sum(owed))
    assert all(0 < part <= owed[place] for place, part in parts.items())
    if (last := max(parts, default=-1)) >= 0:
        assert all(parts.get(place, 0) == one for place, one in enumerate(owed[:last]))


@given(UNIQUE, UNIQUE, AMOUNTS, st.data())
def test_what_is_asked_for_and_what_is_spread_come_to_the_payment(
    named: list[Owed], others: list[Owed], left: int, data: st.DataObject
) -> None:
    """BI-09: never more than a balance, each invoice once, nothing lost."""
    asked = [Share(one, data.draw(st.integers(1, one.balance_minor))) for one in named]
    names = {one.id for one in named}
    owed = data.draw(st.permutations([*named, *(one for one in others if one.id not in names)]))
    shares = rules.and_then(asked, left, owed)
    assert len({share.of.id for share in shares}) == len(shares)
    assert all(0 < share.amount_minor <= share.of.balance_minor for share in shares)
    before = sum(share.amount_minor for share in asked)
    spare = sum(one.balance_minor for one in owed) - before
    assert sum(share.amount_minor for share in shares) == before + min(left, spare)
    after = {share.of.id: share.amount_minor for share in shares}
    assert all(after[share.of.id] >= share.amount_minor for share in asked)


def test_a_payment_is_spread_over_so_many_invoices_at_most() -> None:
    owed = [Owed(UUID(int=place), 5, 0) for place in range(MOST_ALLOCATIONS + 5)]
    asked = [Share(owed[-1], 2)]
    shares = rules.and_then(asked, 10**6, owed)
    assert len(shares) == MOST_ALLOCATIONS
    rules.check_number([one.of.id for one in shares])
    with pytest.raises(rules.TooManyAllocations):
        rules.check_number([one.id for one in owed])


@given(AMOUNTS, AMOUNTS)
def test_an_invoice_stands_by_what_is_paid_of_it(total: int, paid: int) -> None:
    """BI-11"""
    if paid > total:
        with pytest.raises(OverAllocated):
            settled(Status.ISSUED, total, paid=paid)
        return
    found = settled(Status.ISSUED, total, paid=paid)
    assert (found is Status.PAID) == (paid == total)
    assert (found is Status.ISSUED) == (paid == 0 < total)
    with pytest.raises(InvoiceNotOwed):
        settled(Status.DRAFT, total, paid=paid)
