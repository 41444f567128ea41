"""Messages, as the timeline puts them."""

from typing import Final

from clients.timeline.rules.lines.shape import Lines

LINES: Final[Lines] = {
    "comms.message.queued": ("رسالة في انتظار الإرسال", "Message queued"),
    "comms.message.sent": ("أُرسلت رسالة", "Message sent"),
    "comms.message.delivered": ("وصلت الرسالة", "Message delivered"),
    "comms.message.opened": ("فُتحت الرسالة", "Message opened"),
    "comms.message.clicked": ("نُقر رابط في الرسالة", "Link in message clicked"),
    "comms.message.failed": ("تعذّر إرسال الرسالة", "Message could not be sent"),
    "comms.message.received": ("وردت رسالة", "Message received"),
}
