"""What billing knows periods by."""

from typing import Final

WITHDRAWN: Final = "أُلغيت العضوية · The membership was cancelled"


def cause(membership_id: object, number: int) -> str:
    """What billing knows a period by."""
    return f"membership:{membership_id}:period:{number}"
