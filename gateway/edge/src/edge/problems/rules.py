"""What the gateway itself refuses, in the words of all refusals."""

from typing import Final

from chassis.errors import Failure, NotFound, TooLarge, TooMany, Unavailable


class NoAnswer(Failure):
    """502: the service that should have answered is not there."""

    status, grpc_status, title = 502, "UNAVAILABLE", "A part of the system gave no answer."
    code = "bad_gateway"
    detail = "A part of the system gave no answer; try again."


class TooLate(Failure):
    """504: the service that should have answered took too long."""

    status, grpc_status, title = 504, "DEADLINE_EXCEEDED", "A part of the system took too long."
    code = "gateway_timeout"
    detail = "A part of the system took too long to answer; look whether it was done, try again."


OF_STATUS: Final[dict[int, type[Failure]]] = {
    404: NotFound, 413: TooLarge, 429: TooMany, 502: NoAnswer, 503: Unavailable, 504: TooLate,
}  # fmt: skip
