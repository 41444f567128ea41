"""What is refused about erasing a client."""

from collections.abc import Iterable

from chassis.errors import Conflict, Invalid
from chassis.folding import fold_compact


class NotConfirmed(Invalid):
    """The body names somebody else than the path does."""

    code = "not_confirmed"
    detail = "This is neither the name nor the code of the client to be erased."


class ChangedMeanwhile(Conflict):
    """Another client was merged into this one, or parted from it, at this very moment."""

    code = "changed_meanwhile"
    detail = "This client was merged or separated just now; look again and repeat."


def check_confirmed(confirm: str | None, names: Iterable[str]) -> None:
    """Raises NotConfirmed; who confirms nothing has asked whom they meant themselves."""
    if confirm is not None and fold_compact(confirm) not in {fold_compact(name) for name in names}:
        raise NotConfirmed(field="confirm")
