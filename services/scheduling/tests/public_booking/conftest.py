"""A company on a day of its own, and those whom bookings ask."""

from services.scheduling.tests.staffed import clock as clock
from services.scheduling.tests.staffed import others as others
