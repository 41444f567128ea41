-- Sensitive values. Frozen: a change is a new file.
create table client_secrets (
    tenant_id uuid not null,
    client_id uuid not null,
    name text not null,
    sealed bytea not null,
    fingerprint bytea not null,
    constraint pk_client_secrets primary key (tenant_id, client_id, name)
);
create index ix_client_secrets_fingerprint
    on client_secrets (tenant_id, name, fingerprint, client_id);

alter table custom_fields
    add column sensitive boolean not null default false,
    add column format text;
alter table custom_fields alter column sensitive drop default;

-- As it is shown: its last characters.
alter table clients add column national_id text;

create or replace view tenant_clients as
    select
        tenant_id, id, version, created_at, updated_at, serial, code, kind, type, name, business_name,
        folder_id, status_id, pinned_status_id, follow_up_status_id, category_id, tags, phones,
        emails, addresses, links, staff, availability, country_code, currency, language, tax_number,
        registration_number, gender, birth_date, source, external_id, is_archived, code_key,
        phone_keys, email_keys, staff_ids, editor_ids, created_digest, folded, custom_fields,
        custom_text, national_id
      from clients
     where tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    with cascaded check option;
