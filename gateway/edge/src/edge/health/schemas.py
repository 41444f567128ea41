"""Shapes of health."""

from chassis.shapes import View


class HealthView(View):
    """`services` says of each whether it is ready; empty where only the edge itself is asked."""

    ready: bool
    services: dict[str, bool] = {}
