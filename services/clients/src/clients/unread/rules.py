"""Which of the things that happen to a client are news to whoever did not do them."""

from typing import Final

# Steps on the way of what somebody here has begun; what comes of it (a failure, an answer, an
# opened message) is news again.
STEPS: Final = frozenset({
    "comms.message.queued", "comms.message.sent", "comms.message.delivered",
    "comms.message.cancelled", "automation.run.started", "automation.run.completed",
    "automation.run.cancelled",
})  # fmt: skip


def is_news(kind: str) -> bool:
    """Whether an event counts as unread for others than its maker."""
    return kind not in STEPS
