-- The view has the table's columns of its time; the new ones come last.
create or replace view tenant_clients as
    select
        tenant_id, id, version, created_at, updated_at, serial, code, kind, type, name, business_name,
        folder_id, status_id, pinned_status_id, follow_up_status_id, category_id, tags, phones,
        emails, addresses, links, staff, availability, country_code, currency, language, tax_number,
        registration_number, gender, birth_date, source, external_id, is_archived, code_key,
        phone_keys, email_keys, staff_ids, editor_ids, created_digest, folded, custom_fields,
        custom_text, national_id, bill_to_id, merged_into, credit_limit,
        credit_days, opening_balance, invoicing_method, barcode
      from clients
     where tenant_id = nullif(current_setting('app.tenant', true), '')::uuid and merged_into is null
    with cascaded check option;
