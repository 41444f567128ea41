-- Clients, folders and the timeline. Frozen: a change is a new file.
create extension if not exists pg_trgm;
create extension if not exists btree_gin;

-- What a client is found by, in four parts: names, phone digits, e-mail addresses, the rest. Folding
-- takes out every space, so that «عبد الله» and «عبدالله» are one; it costs most of the insert, so the
-- keys that come folded are not folded again. Immutable, as array_to_string() of texts is in truth.
create function client_text(
    name text, business_name text, phone_keys text[], email_keys text[], code_key text,
    tax_number text, registration_number text, tags text[]
) returns text language plpgsql immutable parallel safe as $$
declare
    more text := coalesce(E'\x1e' || tax_number, '') || coalesce(E'\x1e' || registration_number, '')
        || coalesce(E'\x1e' || array_to_string(nullif(tags, '{}'), E'\x1e'), '');
begin
    if more <> '' then
        more := public.fold_compact(more);
    end if;
    return public.fold_compact(name || coalesce(E'\x1e' || business_name, ''))
        || E'\x1f' || array_to_string(phone_keys, E'\x1e')
        || E'\x1f' || array_to_string(email_keys, E'\x1e')
        || E'\x1f' || code_key || more;
end $$;

create table categories (
    tenant_id uuid not null,
    id uuid not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name jsonb not null,
    color text not null,
    constraint pk_categories primary key (tenant_id, id)
);

create table client_activity (
    tenant_id uuid not null,
    client_id uuid not null,
    last_activity_at timestamptz not null,
    constraint pk_client_activity primary key (tenant_id, client_id)
);
create index ix_client_activity_at on client_activity (tenant_id, last_activity_at);

create table folders (
    tenant_id uuid not null,
    id uuid not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name jsonb not null,
    parent_id uuid,
    "order" integer not null,
    constraint pk_folders primary key (tenant_id, id),
    constraint fk_folders_tenant_id_parent_id foreign key (tenant_id, parent_id) references folders (tenant_id, id)
);

create table follow_up_statuses (
    tenant_id uuid not null,
    id uuid not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name jsonb not null,
    color text not null,
    kind text not null,
    requires_follow_up_after_hours integer,
    constraint pk_follow_up_statuses primary key (tenant_id, id)
);

create table serials (
    tenant_id uuid not null,
    next bigint not null,
    constraint pk_serials primary key (tenant_id)
);

create table tags (
    tenant_id uuid not null,
    id uuid not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text not null,
    key text not null,
    color text not null,
    constraint pk_tags primary key (tenant_id, id),
    constraint uq_tags__name unique (tenant_id, key)
);

create table timeline (
    tenant_id uuid not null,
    client_id uuid not null,
    at timestamptz not null,
    id uuid not null,
    event text not null,
    actor text not null,
    summary jsonb not null,
    source jsonb not null,
    data jsonb not null,
    permission text not null,
    constraint pk_timeline primary key (tenant_id, client_id, at, id)
);

create table timeline_rebuilt (
    tenant_id uuid not null,
    client_id uuid not null,
    at timestamptz not null,
    id uuid not null,
    event text not null,
    actor text not null,
    summary jsonb not null,
    source jsonb not null,
    data jsonb not null,
    permission text not null,
    constraint pk_timeline_rebuilt primary key (tenant_id, client_id, at, id)
);

create table statuses (
    tenant_id uuid not null,
    id uuid not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    folder_id uuid not null,
    name jsonb not null,
    color text not null,
    "order" integer not null,
    is_default boolean not null,
    is_closed boolean not null,
    constraint pk_statuses primary key (tenant_id, id),
    constraint fk_statuses_tenant_id_folder_id foreign key (tenant_id, folder_id) references folders (tenant_id, id) on delete cascade,
    constraint uq_statuses__folder_status unique (tenant_id, folder_id, id)
);
create unique index uq_statuses__default on statuses (tenant_id, folder_id) where is_default;

create table clients (
    tenant_id uuid not null,
    id uuid not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    serial integer not null,
    code text not null,
    kind text not null,
    type text not null,
    name text not null,
    business_name text,
    folder_id uuid not null,
    status_id uuid not null,
    pinned_status_id uuid,
    follow_up_status_id uuid,
    category_id uuid,
    tags text[] not null,
    phones jsonb not null,
    emails jsonb not null,
    addresses jsonb not null,
    links jsonb not null,
    staff jsonb not null,
    availability jsonb,
    country_code text,
    currency text,
    language text,
    tax_number text,
    registration_number text,
    gender text,
    birth_date date,
    source text not null,
    external_id text,
    is_archived boolean not null,
    code_key text not null,
    phone_keys text[] not null,
    email_keys text[] not null,
    staff_ids uuid[] not null,
    editor_ids uuid[] not null,
    created_digest bytea,
    folded text generated always as (client_text(
        name, business_name, phone_keys, email_keys, code_key, tax_number, registration_number, tags
    )) stored,
    constraint pk_clients primary key (tenant_id, id),
    constraint uq_clients__code unique (tenant_id, code_key),
    constraint uq_clients__serial unique (tenant_id, serial),
    constraint fk_clients_status foreign key (tenant_id, folder_id, status_id) references statuses (tenant_id, folder_id, id),
    constraint fk_clients_tenant_id_category_id foreign key (tenant_id, category_id) references categories (tenant_id, id),
    constraint fk_clients_pinned foreign key (tenant_id, pinned_status_id) references follow_up_statuses (tenant_id, id),
    constraint fk_clients_follow_up foreign key (tenant_id, follow_up_status_id) references follow_up_statuses (tenant_id, id)
);
create index ix_clients_created on clients (tenant_id, created_at, id);
create index ix_clients_name on clients (tenant_id, name, id);
create index ix_clients_place on clients (tenant_id, folder_id, status_id) where not is_archived;
-- A create now and then pays for putting what is pending into the tree: 4 MB of it, the default, take
-- a tenth of a second.
create index ix_clients_search on clients using gin (tenant_id, folded gin_trgm_ops, tags, staff_ids)
    with (gin_pending_list_limit = 1024);
create index ix_clients_updated on clients (tenant_id, updated_at, id);

-- The tenant's clients for lists and searches. A row-level security policy is a barrier: LIKE and &&
-- are not leakproof, so PostgreSQL would test each row of the tenant instead of using their index.
-- A view runs with its owner's rights, whom the policies do not bind; its own condition takes their
-- place, and the check option holds it for writes (docs/decisions).
create view tenant_clients as
    select
        tenant_id, id, version, created_at, updated_at, serial, code, kind, type, name, business_name,
        folder_id, status_id, pinned_status_id, follow_up_status_id, category_id, tags, phones,
        emails, addresses, links, staff, availability, country_code, currency, language, tax_number,
        registration_number, gender, birth_date, source, external_id, is_archived, code_key,
        phone_keys, email_keys, staff_ids, editor_ids, created_digest, folded
      from clients
     where tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    with cascaded check option;

-- For services that start with an empty copy of all clients, and for maintenance.
create function tenants_after(in_id uuid, in_limit integer)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct f.tenant_id from public.folders f where f.tenant_id > in_id
     order by f.tenant_id limit in_limit
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenants_after(uuid, integer) from public;
    execute format('grant execute on function tenants_after(uuid, integer) to %I, %I', app, worker);
end $$;
