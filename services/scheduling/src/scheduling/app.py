"""What scheduling consists of."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from background.jobs import tables as job_tables
from chassis.context import Context
from chassis.i18n import register
from chassis.rpc.declare import Servicer
from chassis.service import Service
from papers.printing import open_printer
from refs import consumers, erasures, lag, snapshot, tables
from refs.audits import AuditLog, check_client
from refs.rights import key_rights, rights
from refs.visibility import about_visible_client
from scheduling.actions.consumers import consumers as action_consumers
from scheduling.actions.routes import routes as actions
from scheduling.agendas.servicer import Agendas
from scheduling.appointments.consumers import consumers as appointment_consumers
from scheduling.appointments.routes import routes as appointments
from scheduling.appointments.routes import series as appointment_series
from scheduling.appointments.schedules import jobs as appointment_jobs
from scheduling.appointments.servicer import Appointments
from scheduling.appointments.use_cases.forgetting import forget_appointments
from scheduling.availability.routes import leaves, of_staff, overrides
from scheduling.booking_services.routes import routes as booking_services
from scheduling.bookings.consumers import consumers as booking_consumers
from scheduling.bookings.routes import routes as bookings
from scheduling.bookings.schedules import jobs as booking_jobs
from scheduling.bookings.use_cases.changing import forget_bookings
from scheduling.caldav import routes as caldav
from scheduling.calendar_imports import schedules as calendar_import_schedules
from scheduling.calendar_imports.routes import routes as calendar_imports
from scheduling.calendar_imports.use_cases.undoing import forget_calendar_imports
from scheduling.calendar_windows.routes import routes as calendar
from scheduling.calendars.routes import routes as calendars
from scheduling.calendars.use_cases.feeds import forget_calendars
from scheduling.checklist_templates.routes import routes as checklist_templates
from scheduling.checklists.consumers import consumers as checklist_consumers
from scheduling.checklists.routes import routes as checklists
from scheduling.checklists.use_cases.beginning import forget_checklists
from scheduling.defaults.routes import routes as scheduling_settings
from scheduling.follow_ups.consumers import consumers as follow_up_consumers
from scheduling.follow_ups.routes import routes as follow_ups
from scheduling.follow_ups.schedules import jobs as follow_up_jobs
from scheduling.follow_ups.use_cases.making import forget_follow_ups
from scheduling.holidays.routes import routes as holidays
from scheduling.metadata import METADATA
from scheduling.peers import Peers
from scheduling.public_appointments.routes import routes as public_appointments
from scheduling.public_booking import routes as public_booking
from scheduling.reminder_rules.routes import routes as reminder_rules
from scheduling.reminders.consumers import consumers as reminder_consumers
from scheduling.reminders.routes import routes as reminders
from scheduling.reminders.schedules import jobs as reminder_jobs
from scheduling.reminders.use_cases.forgetting import forget_reminders
from scheduling.resources.routes import routes as resources
from scheduling.settings import Settings
from scheduling.slots.routes import routes as slots
from scheduling.tasks.consumers import consumers as task_consumers
from scheduling.tasks.routes import routes as tasks
from scheduling.tasks.schedules import jobs as task_jobs
from scheduling.tasks.servicer import Tasks
from scheduling.tasks.use_cases.making import forget_tasks
from scheduling.time_entries.routes import routes as time_entries
from scheduling.time_entries.use_cases.working import forget_time
from scheduling.time_invoices import routes as time_invoices
from scheduling.time_invoices.consumers import consumers as time_invoice_consumers
from scheduling.time_invoices.schedules import jobs as time_invoice_jobs
from scheduling.time_invoices.use_cases import forget_time_invoices
from scheduling.work_cycle_papers.routes import routes as work_cycle_papers
from scheduling.work_cycle_types.routes import routes as work_cycle_types
from scheduling.work_cycles.consumers import consumers as work_cycle_consumers
from scheduling.work_cycles.routes import routes as work_cycles
from scheduling.work_cycles.use_cases.keeping import forget_cycles

MIGRATIONS: Final = Path(__file__).parents[2] / "migrations"
TABLES: Final = (METADATA, tables.people, tables.clients, job_tables.METADATA)


_ROUTERS: Final = (
    actions,
    appointment_series,
    appointments,
    booking_services,
    bookings,
    caldav.routes,
    caldav.well_known,
    calendar,
    # Before those with an id in the same place.
    calendar_imports,
    calendars,
    checklist_templates,
    checklists,
    follow_ups,
    holidays,
    leaves,
    of_staff,
    overrides,
    public_appointments,
    public_booking.of_bookings,
    public_booking.routes,
    reminder_rules,
    reminders,
    resources,
    scheduling_settings,
    slots,
    tasks,
    time_entries,
    time_invoices.of_entries,
    time_invoices.routes,
    work_cycle_papers,
    work_cycle_types,
    work_cycles,
)
_JOBS: Final = (
    appointment_jobs,
    booking_jobs,
    calendar_import_schedules.jobs,
    follow_up_jobs,
    reminder_jobs,
    task_jobs,
    time_invoice_jobs,
)
_HEARING: Final = (
    action_consumers,
    appointment_consumers,
    booking_consumers,
    checklist_consumers,
    follow_up_consumers,
    reminder_consumers,
    task_consumers,
    time_invoice_consumers,
    work_cycle_consumers,
)
_STARTING: Final = (
    snapshot.load_people,
    snapshot.load_folder_access,
    snapshot.load_clients,
    lag.watch,
    open_printer,
)
_SERVICERS: Final[tuple[Callable[[Context], Servicer], ...]] = (
    lambda _: AuditLog("scheduling", about_visible_client, check_client),
    Agendas,
    Appointments,
    Tasks,
)
# What each feature keeps of a client who is erased, or does not.
_FORGETTING: Final = (
    forget_appointments,
    forget_bookings,
    forget_calendar_imports,
    forget_calendars,
    forget_checklists,
    forget_follow_ups,
    forget_reminders,
    forget_tasks,
    forget_time,
    forget_time_invoices,
    forget_cycles,
)


def build(settings: Settings) -> Service:
    """The table of contents."""
    register("scheduling")
    return Service(
        settings=settings,
        metadata=TABLES,
        migrations=MIGRATIONS,
        rights=rights,
        key_rights=key_rights,
        routers=_ROUTERS,
        servicers=_SERVICERS,
        peers=Peers,
        jobs=[*_JOBS, erasures.jobs("scheduling")],
        consumers=[
            *_HEARING,
            consumers.people("scheduling"),
            consumers.folder_access("scheduling"),
            consumers.clients("scheduling"),
            erasures.consumers("scheduling", *_FORGETTING),
        ],
        system_look_ups=frozenset(
            {
                "appointment_of_link",
                "calendar_of_token",
                "tenants_with_due_reminders",
                "tenants_with_holds_over",
                "tenants_with_overdue_tasks",
                "tenants_with_pending_follow_ups",
                "tenants_with_pending_time_invoices",
                "tenants_with_reminders_left",
                "tenants_with_unsettled_bookings",
            }
        ),
        on_start=_STARTING,
    )
