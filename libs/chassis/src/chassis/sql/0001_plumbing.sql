-- What every service's database holds besides its own tables. Frozen: a change is a new file.
create table outbox (
    position bigint generated always as identity,
    id uuid not null,
    tenant_id uuid not null,
    ordering_key text not null,
    slot smallint not null generated always as (abs(hashtext(ordering_key) % 16)) stored,
    subject text not null,
    event text not null,
    created_at timestamptz not null,
    sent_at timestamptz,
    primary key (position, created_at)
) partition by range (created_at);
create index ix_outbox_unsent on outbox (position) where sent_at is null;
create table outbox_default partition of outbox default;

-- By the event's own time, so that every copy of an event meets the same partition's key.
create table inbox (
    event_at timestamptz not null,
    event_id uuid not null,
    consumer text not null,
    primary key (event_id, consumer, event_at)
) partition by range (event_at);
create table inbox_default partition of inbox default;

create table dead_letters (
    id uuid primary key,
    tenant_id uuid,
    consumer text not null,
    event_id uuid not null,
    event text not null,
    deliveries integer not null,
    error text not null,
    failed_at timestamptz not null default now(),
    replayed_at timestamptz,
    constraint uq_dead_letters unique (consumer, event_id)
);

create table audit_log (
    tenant_id uuid not null,
    id uuid not null,
    at timestamptz not null,
    actor text not null,
    action text not null,
    entity text not null,
    entity_id uuid not null,
    changes jsonb not null,
    request_id text,
    trace_id text,
    primary key (tenant_id, id)
);
create index ix_audit_log_entity on audit_log (tenant_id, entity_id, id);

create table idempotency_keys (
    tenant_id uuid not null,
    scope bytea not null,
    digest bytea not null,
    status integer,
    headers jsonb,
    body bytea,
    created_at timestamptz not null default now(),
    primary key (tenant_id, scope)
);
create index ix_idempotency_keys_age on idempotency_keys (created_at);

-- One month's partition of a table, made ahead of time by a daily job and by every migration.
-- A month whose rows are in the default partition already stays there.
create function ensure_partition(parent text, month date) returns void
language plpgsql security definer set search_path = pg_catalog, public set lock_timeout = '3s' as $$
declare
    first date := date_trunc('month', month);
    beyond date := first + interval '1 month';
    name text := format('%s_%s', parent, to_char(first, 'YYYYMM'));
    is_late boolean;
begin
    if parent not in ('outbox', 'inbox') then
        raise exception 'not a partitioned table of the chassis: %', parent;
    end if;
    if to_regclass(format('public.%I', name)) is not null then
        return;
    end if;
    execute format('select exists (select from public.%1$I where %2$I >= %3$L and %2$I < %4$L)',
                   parent || '_default',
                   case parent when 'outbox' then 'created_at' else 'event_at' end,
                   first, beyond) into is_late;
    if not is_late then
        execute format('create table public.%I partition of public.%I for values from (%L) to (%L)',
                       name, parent, first, beyond);
    end if;
end $$;

-- Inbox rows are kept longer than the stream keeps events (35 days), then dropped by partition.
create function drop_old_inbox(before date) returns integer
language plpgsql security definer set search_path = pg_catalog, public set lock_timeout = '3s' as $$
declare
    part text;
    dropped integer := 0;
begin
    for part in select relname from pg_inherits join pg_class on pg_class.oid = inhrelid
                 where inhparent = 'public.inbox'::regclass and relname ~ '^inbox_[0-9]{6}$'
    loop
        if right(part, 6) < to_char(before, 'YYYYMM') then
            execute format('drop table public.%I', part);
            dropped := dropped + 1;
        end if;
    end loop;
    delete from public.inbox_default where event_at < before;
    return dropped;
end $$;
