-- Who pays for a client. Frozen: a change is a new file.
alter table clients add column bill_to_id uuid;
alter table clients add constraint fk_clients_bill_to
    foreign key (tenant_id, bill_to_id) references clients (tenant_id, id);

create or replace view tenant_clients as
    select
        tenant_id, id, version, created_at, updated_at, serial, code, kind, type, name, business_name,
        folder_id, status_id, pinned_status_id, follow_up_status_id, category_id, tags, phones,
        emails, addresses, links, staff, availability, country_code, currency, language, tax_number,
        registration_number, gender, birth_date, source, external_id, is_archived, code_key,
        phone_keys, email_keys, staff_ids, editor_ids, created_digest, folded, custom_fields,
        custom_text, national_id, bill_to_id
      from clients
     where tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    with cascaded check option;
