-- Merged clients: they keep their row, and another one answers for them. Frozen: a change is a new
-- file.
alter table clients add column merged_into uuid;
alter table clients add constraint fk_clients_merged_into
    foreign key (tenant_id, merged_into) references clients (tenant_id, id);
create index ix_clients_merged on clients (tenant_id, merged_into) where merged_into is not null;
drop index ix_clients_place;
create index ix_clients_place on clients (tenant_id, folder_id, status_id)
    where not is_archived and merged_into is null;

create or replace view tenant_clients as
    select
        tenant_id, id, version, created_at, updated_at, serial, code, kind, type, name, business_name,
        folder_id, status_id, pinned_status_id, follow_up_status_id, category_id, tags, phones,
        emails, addresses, links, staff, availability, country_code, currency, language, tax_number,
        registration_number, gender, birth_date, source, external_id, is_archived, code_key,
        phone_keys, email_keys, staff_ids, editor_ids, created_digest, folded, custom_fields,
        custom_text, national_id, bill_to_id, merged_into
      from clients
     where tenant_id = nullif(current_setting('app.tenant', true), '')::uuid and merged_into is null
    with cascaded check option;

create table merges (
    tenant_id uuid not null,
    id uuid not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    from_client_id uuid not null,
    into_client_id uuid not null,
    chosen jsonb not null,
    before jsonb not null,
    after jsonb not null,
    taken text[] not null,
    merged_by text not null,
    undone_at timestamptz,
    constraint pk_merges primary key (tenant_id, id),
    constraint fk_merges_from foreign key (tenant_id, from_client_id) references clients (tenant_id, id),
    constraint fk_merges_into foreign key (tenant_id, into_client_id) references clients (tenant_id, id)
);
create unique index uq_merges__from on merges (tenant_id, from_client_id) where undone_at is null;
create index ix_merges_into on merges (tenant_id, into_client_id, created_at, id);
create index ix_merges_created on merges (tenant_id, created_at, id);
