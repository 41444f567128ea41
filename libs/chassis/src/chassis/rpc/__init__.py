"""Questions between services: gRPC with a signed caller, deadlines and careful retries."""
