"""What is asked about photos."""

from typing import Literal

from pydantic import BaseModel

from chassis.shapes import Shape
from clients.clients.schemas.records import ClientView


class PhotoFields(Shape):
    """Nothing is said beside a photo."""


class PhotographedView(ClientView):
    """The client with another picture at its `photo_url`."""


class PhotoQuery(BaseModel):
    """The side of the square, in pixels."""

    size: Literal["128", "512"] = "512"
