"""What billing knows periods by."""

from typing import Final

WITHDRAWN: Final = "أُلغيت العضوية · The membership was cancelled"


def cause(membership_id: object, number: int) -> str:
    """What billing knows a period by."""
    return f"membership:{membership_id}:period:{number}"


def charge_cause(membership_id: object, number: int, times: int) -> str:
    """What credit knows it by; some were charged anew, by another name, when paid again."""
    again = f":{times}" if times > 1 else ""
    return f"{cause(membership_id, number)}{again}"
