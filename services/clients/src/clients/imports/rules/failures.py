"""What is refused about imports of clients."""

from chassis.errors import Invalid


class NameMissing(Invalid):
    """New clients need a name."""

    code = "name_not_mapped"
    detail = "Say which column holds the name."
