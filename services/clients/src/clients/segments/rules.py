"""Segments: a list of clients saved by what it asks for, one's own or shared with everybody."""

from chassis.errors import Forbidden, Invalid, NotFound
from chassis.folding import fold_compact


class SegmentNotFound(NotFound):
    """No such segment, or somebody else's own."""

    code = "segment_not_found"
    detail = "There is no such segment."


class SharingNotAllowed(Forbidden):
    """What everybody uses is kept by who manages clients."""

    code = "sharing_not_allowed"
    detail = "Only managers may share segments and change shared ones."


class UnknownFilter(Invalid):
    """The list of clients has no such parameter."""

    code = "unknown_field"
    detail = "There is no such field."


class SensitiveFilter(Invalid):
    """A sensitive value would stand there for all who read the segment."""

    code = "sensitive"
    detail = "A segment does not keep sensitive values."


def check_sharing(*shared: bool, is_manager: bool) -> None:
    """Raises SharingNotAllowed where it is or becomes shared."""
    if any(shared) and not is_manager:
        raise SharingNotAllowed()


def key_of(name: str) -> str:
    """The form in which two spellings of a name are equal."""
    return fold_compact(name)
