"""How clients stand: who is asked for, and how many at once."""

from typing import Final

from chassis.errors import Invalid, NotFound

MOST_ASKED: Final = 500
MOST_BELOW: Final = 10_000


class ClientNotFound(NotFound):
    """No such client, or one that the caller does not see."""

    code = "client_not_found"
    detail = "There is no such client."


class TooManyIds(Invalid):
    """More than one question may name."""

    code = "too_many_ids"
    detail = "At most {most} ids may be named at a time."


class TooManyBelow(Invalid):
    """More than are summed up."""

    code = "too_many_clients_below"
    detail = "More than {most} clients stand below this one."
