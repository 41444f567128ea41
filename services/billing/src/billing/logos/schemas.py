"""Shapes of logos."""

from datetime import datetime

from chassis.shapes import Shape, View


class LogoFields(Shape):
    """Nothing is said beside a logo."""


class LogoView(View):
    """The company's logo as it is printed: a PNG of so many pixels and bytes."""

    version: int
    updated_at: datetime
    width: int
    height: int
    size: int
