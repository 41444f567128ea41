-- Custom fields. Frozen: a change is a new file.
create table custom_fields (
    tenant_id uuid not null,
    id uuid not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    key text not null,
    label jsonb not null,
    type text not null,
    required boolean not null,
    "unique" boolean not null,
    searchable boolean not null,
    options jsonb not null,
    folder_ids uuid[] not null,
    "group" text,
    "order" integer not null,
    "default" jsonb,
    currency text,
    is_archived boolean not null,
    constraint pk_custom_fields primary key (tenant_id, id),
    constraint uq_custom_fields__key unique (tenant_id, key)
);

create table client_positions (
    tenant_id uuid not null,
    client_id uuid not null,
    field_id uuid not null,
    position bigint not null,
    constraint pk_client_positions primary key (tenant_id, client_id, field_id)
);
create index ix_client_positions_range on client_positions (tenant_id, field_id, position, client_id);

create table client_unique_values (
    tenant_id uuid not null,
    field_id uuid not null,
    value_key bytea not null,
    client_id uuid not null,
    constraint pk_client_unique_values primary key (tenant_id, field_id, value_key)
);
create index ix_client_unique_values_client on client_unique_values (tenant_id, client_id);

alter table clients
    add column custom_fields jsonb not null default '{}',
    add column custom_text text;
-- Clients without values are not in it, so that they do not pay for it.
create index ix_clients_custom on clients using gin (tenant_id, custom_fields jsonb_path_ops)
    where custom_fields <> '{}';

-- As before, with the values of searchable fields among the rest.
create function client_text(
    name text, business_name text, phone_keys text[], email_keys text[], code_key text,
    tax_number text, registration_number text, tags text[], custom_text text
) returns text language plpgsql immutable parallel safe as $$
declare
    more text := coalesce(E'\x1e' || tax_number, '') || coalesce(E'\x1e' || registration_number, '')
        || coalesce(E'\x1e' || array_to_string(nullif(tags, '{}'), E'\x1e'), '')
        || coalesce(E'\x1e' || custom_text, '');
begin
    if more <> '' then
        more := public.fold_compact(more);
    end if;
    return public.fold_compact(name || coalesce(E'\x1e' || business_name, ''))
        || E'\x1f' || array_to_string(phone_keys, E'\x1e')
        || E'\x1f' || array_to_string(email_keys, E'\x1e')
        || E'\x1f' || code_key || more;
end $$;
alter table clients alter column folded set expression as (client_text(
    name, business_name, phone_keys, email_keys, code_key, tax_number, registration_number, tags,
    custom_text
));
drop function client_text(text, text, text[], text[], text, text, text, text[]);

create or replace view tenant_clients as
    select
        tenant_id, id, version, created_at, updated_at, serial, code, kind, type, name, business_name,
        folder_id, status_id, pinned_status_id, follow_up_status_id, category_id, tags, phones,
        emails, addresses, links, staff, availability, country_code, currency, language, tax_number,
        registration_number, gender, birth_date, source, external_id, is_archived, code_key,
        phone_keys, email_keys, staff_ids, editor_ids, created_digest, folded, custom_fields,
        custom_text
      from clients
     where tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    with cascaded check option;
