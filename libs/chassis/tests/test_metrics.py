"""Metrics: counted under route templates, shown in Prometheus's text format."""

from prometheus_client.parser import text_string_to_metric_families

from chassis import metrics


def sample(name: str, **labels: str) -> float | None:
    for family in text_string_to_metric_families(metrics.render().decode()):
        for found in family.samples:
            if found.name == name and labels.items() <= found.labels.items():
                return found.value
    return None


def test_request_is_counted_and_timed_under_its_route() -> None:
    labels = {"method": "GET", "route": "/v1/things/{id}", "status": "200"}
    metrics.request("GET", "/v1/things/{id}", 200, 0.003)
    metrics.request("GET", "/v1/things/{id}", 200, 0.2)
    name = "http_server_request_duration_seconds"
    assert sample(f"{name}_count", **labels) == 2
    assert sample(f"{name}_bucket", le="0.005", **labels) == 1


def test_lag_and_process_are_shown() -> None:
    metrics.OUTBOX_PENDING.set(7)
    metrics.CONSUMED.labels("clients-timeline-on_any", "done").inc()
    assert sample("outbox_pending_events") == 7
    assert sample("consumer_events_total", outcome="done") == 1
    assert sample("process_resident_memory_bytes")
