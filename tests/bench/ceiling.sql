-- What the ceiling asks of PostgreSQL: by hand, and with the same answers as the product's.

-- read
select row_to_json(shown)::text, shown.version
  from (select c.id, c.version,
               to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
               to_char(c.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as updated_at,
               '/v1/clients/' || c.id as url, c.serial, c.code, c.kind, c.type, c.name,
               c.business_name, c.folder_id, c.status_id, c.pinned_status_id,
               c.follow_up_status_id, c.category_id, c.tags, c.phones, c.emails, c.addresses,
               c.country_code, c.currency, c.language, c.links, c.tax_number,
               c.registration_number, c.national_id, c.gender, c.birth_date, c.staff,
               c.availability, c.source, c.external_id, c.custom_fields, c.bill_to_id,
               c.credit_limit, c.credit_days, c.opening_balance, c.invoicing_method,
               c.barcode,
               null::uuid as merged_into,
               c.is_archived as archived,
               to_char(a.last_activity_at at time zone 'UTC',
                       'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as last_activity_at,
               to_char(a.last_contact_at at time zone 'UTC',
                       'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as last_contact_at,
               extract(day from now() - a.last_contact_at)::int as days_since_contact,
               coalesce(a.balances ->> c.currency, a.balances ->> a.balance_currency) as balance_due,
               case when a.balances ->> c.currency is not null then c.currency
                    else a.balance_currency end as balance_currency,
               (select to_char(min(v) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                  from unnest(a.appointments) v where v > now()) as next_appointment_at,
               (select coalesce(sum(greatest(n.count - coalesce(s.count, 0), 0)), 0)
                  from client_news n
                  left join client_seen s on s.tenant_id = n.tenant_id
                        and s.client_id = n.client_id and s.user_id = $3
                        and s.permission = n.permission
                 where n.tenant_id = c.tenant_id
                   and n.client_id = any(array(select m.id from clients m
                        where m.tenant_id = c.tenant_id and m.merged_into = c.id) || c.id)) as unread,
               '/v1/clients/' || c.id || '/photo' as photo_url,
               coalesce((select json_agg(json_build_object('id', other.id, 'name', other.name,
                            'code', other.code, 'url', '/v1/clients/' || other.id,
                            'reasons', other.reasons))
                  from (select o.id, o.name, o.code,
                               array_agg(distinct f.reason order by f.reason) as reasons
                          from alike_clients($1, c.id, c.folder_id, c.phone_keys, c.email_keys,
                                   c.tax_number, c.registration_number, c.national_id,
                                   c.birth_date, null, '{}', 20) f
                          join clients o on o.tenant_id = $1 and o.id = f.client_id
                         where o.merged_into is null and not o.is_archived
                         group by o.id, o.name, o.code
                         order by count(distinct f.reason) desc, o.id limit 5) other
               ), '[]') as possible_duplicates
          from clients c
          left join client_activity a on a.tenant_id = c.tenant_id and a.client_id = c.id
         where c.tenant_id = $1 and c.id = $2) shown;

-- search
select row_to_json(shown)::text, page.updated_at, page.id
  from (select * from tenant_clients
         where folded like $1
         order by updated_at desc, id desc limit $2) page
  left join lateral (select * from client_activity a
                      where a.tenant_id = page.tenant_id and a.client_id = page.id
                     offset 0) a on true,
       lateral (select page.id, page.version,
               to_char(page.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
               to_char(page.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as updated_at,
               '/v1/clients/' || page.id as url, page.serial, page.code, page.kind, page.type,
               page.name, page.business_name, page.folder_id, page.status_id,
               page.pinned_status_id, page.follow_up_status_id, page.category_id, page.tags,
               page.phones, page.emails, page.addresses, page.country_code, page.currency,
               page.language, page.links, page.tax_number, page.registration_number,
               page.national_id, page.gender, page.birth_date, page.staff, page.availability,
               page.source, page.external_id, page.custom_fields, page.bill_to_id,
               page.credit_limit, page.credit_days, page.opening_balance, page.invoicing_method,
               page.barcode,
               null::uuid as merged_into,
               page.is_archived as archived,
               to_char(a.last_activity_at at time zone 'UTC',
                       'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as last_activity_at,
               to_char(a.last_contact_at at time zone 'UTC',
                       'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as last_contact_at,
               extract(day from now() - a.last_contact_at)::int as days_since_contact,
               coalesce(a.balances ->> page.currency, a.balances ->> a.balance_currency) as balance_due,
               case when a.balances ->> page.currency is not null then page.currency
                    else a.balance_currency end as balance_currency,
               (select to_char(min(v) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                  from unnest(a.appointments) v where v > now()) as next_appointment_at,
               (select coalesce(sum(greatest(n.count - coalesce(s.count, 0), 0)), 0)
                  from client_news n
                  left join client_seen s on s.tenant_id = n.tenant_id
                        and s.client_id = n.client_id and s.user_id = $3
                        and s.permission = n.permission
                 where n.tenant_id = page.tenant_id
                   and n.client_id = any(array(select m.id from clients m
                        where m.tenant_id = page.tenant_id and m.merged_into = page.id) || page.id)) as unread,
               '/v1/clients/' || page.id || '/photo' as photo_url
       ) shown
 order by page.updated_at desc, page.id desc;

-- timeline
select row_to_json(shown)::text, shown.at, shown.id
  from (select id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
               event, actor, summary, source, data, client_id, '/v1/clients/' || client_id as url
          from timeline t
         where tenant_id = $1 and client_id = $2 and permission = any($3)
           and exists (select from clients c
                        where c.tenant_id = $1 and c.id = $2
                          and ($4::uuid is null or $4 = any(c.staff_ids)))
         order by t.at desc, id desc limit $5) shown;

-- create
with made as (
    insert into clients (
        tenant_id, id, version, created_at, updated_at, serial, code, code_key, kind, type, name,
        business_name, folder_id, status_id, tags, phones, phone_keys, emails, email_keys,
        addresses, links, staff, staff_ids, editor_ids, source, is_archived)
    values ($1, $2, 1, now(), now(), $5, $6, lower($6), $7, 'individual', $8, $9, $3, $4,
            '{}', $10, $11, $12, $13, '[]', '[]', '[]', '{}', '{}', 'ui', false)
    returning *
), shown as (
    select row_to_json(shown)::text as body
      from (select c.id, c.version,
               to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
               to_char(c.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as updated_at,
               '/v1/clients/' || c.id as url, c.serial, c.code, c.kind, c.type, c.name,
               c.business_name, c.folder_id, c.status_id, c.pinned_status_id,
               c.follow_up_status_id, c.category_id, c.tags, c.phones, c.emails, c.addresses,
               c.country_code, c.currency, c.language, c.links, c.tax_number,
               c.registration_number, c.national_id, c.gender, c.birth_date, c.staff,
               c.availability, c.source, c.external_id, c.custom_fields, c.bill_to_id,
               c.credit_limit, c.credit_days, c.opening_balance, c.invoicing_method,
               c.barcode,
               null::uuid as merged_into,
               c.is_archived as archived, null::text as last_activity_at,
               null::text as last_contact_at, null::int as days_since_contact,
               null::text as balance_due, null::text as balance_currency,
               null::text as next_appointment_at,
               0 as unread,
               '/v1/clients/' || c.id || '/photo' as photo_url,
               coalesce((select json_agg(json_build_object('id', other.id, 'name', other.name,
                            'code', other.code, 'url', '/v1/clients/' || other.id,
                            'reasons', other.reasons))
                  from (select o.id, o.name, o.code,
                               array_agg(distinct f.reason order by f.reason) as reasons
                          from alike_clients($1, c.id, c.folder_id, c.phone_keys, c.email_keys,
                                   c.tax_number, c.registration_number, c.national_id,
                                   c.birth_date, '{}', '{}', 20) f
                          join clients o on o.tenant_id = $1 and o.id = f.client_id
                         where o.merged_into is null and not o.is_archived
                         group by o.id, o.name, o.code
                         order by count(distinct f.reason) desc, o.id limit 5) other
               ), '[]') as possible_duplicates
              from made c) shown
), published as (
    insert into outbox (id, tenant_id, ordering_key, subject, event, created_at)
    select $14::uuid, $1, $2::uuid::text, 'events.clients.client.created.' || $1::uuid::text,
           '{"specversion":"1.0","id":"' || $14::uuid::text
           || '","type":"clients.client.created","source":"/services/clients","subject":"'
           || $2::uuid::text || '","time":"' || now()::text
           || '","datacontenttype":"application/json","tenantid":"' || $1::uuid::text
           || '","clientid":"' || $2::uuid::text || '","actor":"' || $15::text
           || '","version":1,"depth":0,"data":{"client":' || body || '}}', now()
      from shown
), audited as (
    insert into audit_log (tenant_id, id, at, actor, action, entity, entity_id, changes)
    select $1, $16::uuid, now(), $15::text, 'created', 'clients', $2, body::jsonb from shown
), kept as (
    insert into idempotency_keys (tenant_id, scope, digest, status, headers, body)
    select $1, $17, $18, 201, $19, convert_to(body, 'UTF8') from shown
)
select body from shown;
