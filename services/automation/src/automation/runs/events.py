"""What others hear of runs."""

from diwan.automation.v1 import events_pb2

from automation.runs.tables import Run
from chassis.events import Event, event


def run_changed(verb: str, run: Run) -> Event:
    """automation.run.started, completed, failed or cancelled."""
    payload = events_pb2.RunChanged(
        run_id=str(run.id), flow_id=str(run.flow_id), flow_name=run.flow_name, status=run.status,
        failure=run.reason or "",
    )  # fmt: skip
    return event(f"automation.run.{verb}", payload, run.id, run.version, client_id=run.client_id)
