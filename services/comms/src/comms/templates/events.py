"""What others hear of templates."""

from typing import Literal

from diwan.comms.v1 import events_pb2

from chassis.events import Event, event
from comms.templates.tables import Template


def template_changed(kind: Literal["created", "updated", "deleted"], template: Template) -> Event:
    """comms.template.created, updated, deleted."""
    payload = events_pb2.TemplateChanged(template_id=str(template.id), name=template.name)
    return event(f"comms.template.{kind}", payload, template.id, template.version)
