"""Events door of runs: every event may start a flow."""

from automation.flows.use_cases.book import Book
from automation.runs.use_cases.start import start_runs
from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork


def consumers(book: Book) -> Consumers:
    """The consumers of a process; they share what it remembers of flows."""
    made = Consumers("automation-runs")

    async def starts_flows(work: UnitOfWork, event: Event) -> bool:
        return bool(await book.starting_on(work, event.type))

    @made.on(">", wanted=starts_flows)
    async def on_event(work: UnitOfWork, event: Event) -> None:
        await start_runs(work, book, event)

    return made
