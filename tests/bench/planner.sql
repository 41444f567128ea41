select row_to_json(shown)::text
  from (select a.id, a.version,
               to_char(a.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
               to_char(a.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as updated_at,
               a.staff_ids, a.resource_ids,
               to_char(a.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as starts_at,
               to_char(a.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as ends_at,
               a.action_id, a.title, a.location, a.note, a.status, a.reminders, a.reminds_client,
               a.series_id,
               to_char(a.link_expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                   as link_expires_at,
               a.viewed_at, a.message_id, a.mail_failure, a.confirmed_at, a.confirmed_by, a.done_at,
               a.cancelled_at, a.cancel_reason, a.created_by, a.client_id,
               '/v1/clients/' || a.client_id as url,
               (extract(epoch from a.ends_at - a.starts_at) / 60)::int as duration_minutes,
               case when a.linked_id is not null
                    then json_build_object('type', a.linked_type, 'id', a.linked_id) end as linked,
               to_char(a.occurrence, 'YYYY-MM-DD"T"HH24:MI:SS') as occurrence,
               s.rule as recurrence, s.skips_holidays as skip_holidays, s.timezone,
               a.is_shared as shared_with_client
          from appointments a
          left join appointment_series s on s.tenant_id = a.tenant_id and s.id = a.series_id
         where a.tenant_id = $1 and a.ends_at >= $2 and a.starts_at >= $2 - interval '14 days'
           and a.starts_at < $3
           and exists (select 1 from appointment_subjects p
                        where p.tenant_id = a.tenant_id and p.appointment_id = a.id
                          and p.subject_id = any($4))
         order by a.starts_at, a.id limit $5) shown
