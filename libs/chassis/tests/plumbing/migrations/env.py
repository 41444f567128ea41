"""Run by Alembic; the chassis does it all."""

from chassis.migrations import run_env

run_env()
