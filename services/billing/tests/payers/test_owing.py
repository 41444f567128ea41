"""Who owes a document, as a rule of what it names, what is seen and who pays for whom."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from billing.documents.rules import ClientNeeded, PayerHidden
from billing.documents.use_cases.owing import Known
from chassis.errors import Failure
from refs.about import Subject, UnknownClient
from refs.writing import FolderNotWritable

IDS = [UUID(int=number) for number in range(1, 5)]
ONE = st.sampled_from(IDS)
OPEN = st.none() | ONE


def subject(client_id: UUID) -> Subject:
    return Subject(client_id, UUID(int=9), [], "SAR", "ar", None, None)


@given(
    hidden=st.sets(ONE), locked=st.sets(ONE), payers=st.dictionaries(ONE, OPEN),
    client_id=OPEN, about=st.just("open") | OPEN,
)  # fmt: skip
def test_nobody_owes_or_is_named_whom_the_caller_may_not(
    hidden: set[UUID], locked: set[UUID], payers: dict[UUID, UUID | None],
    client_id: UUID | None, about: UUID | str | None,
) -> None:  # fmt: skip
    """CL-64, GW-02: who owes can be changed by the caller, whom it is about is seen; one level."""
    seen = {one: UnknownClient() if one in hidden else subject(one) for one in IDS}
    changeable = {one: FolderNotWritable() if one in locked - hidden else seen[one] for one in IDS}
    paying = {one: payer for one, payer in payers.items() if payer != one}
    named_payer = paying.get(client_id) if client_id else None
    values = {"client_id": client_id} | ({} if about == "open" else {"for_client_id": about})
    try:
        owed = Known(seen, changeable, paying).owing(values)
    except Failure as failure:
        is_hidden = isinstance(failure, PayerHidden)
        assert not is_hidden or (about == "open" and named_payer in hidden)
        assert isinstance(failure, ClientNeeded) == (client_id is None)
        return
    columns = owed.columns
    named = {one for one in columns.values() if one is not None}
    assert not named & hidden and columns["client_id"] not in locked
    assert columns["client_id"] != columns["for_client_id"] or client_id is None
    if about != "open":
        assert columns["client_id"] == client_id
        assert columns["for_client_id"] == (about if about != client_id else None)
    elif client_id is not None:
        payer = paying.get(client_id)
        assert columns == {
            "client_id": payer or client_id, "for_client_id": client_id if payer else None,
        }  # fmt: skip
