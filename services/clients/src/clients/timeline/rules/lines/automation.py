"""What flows do, as the timeline puts it."""

from typing import Final

from clients.timeline.rules.lines.shape import Lines

LINES: Final[Lines] = {
    "automation.run.started": ("بدأت أتمتة", "Automation started"),
    "automation.run.completed": ("اكتملت أتمتة", "Automation completed"),
    "automation.run.failed": ("تعذّرت أتمتة", "Automation failed"),
}
