select row_to_json(shown)::text
  from (select i.id, i.version,
               to_char(i.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
               to_char(i.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as updated_at,
               i.number, i.currency, i.issue_date, coalesce(i.supply_date, i.issue_date) as supply_date,
               coalesce(i.due_date, greatest(i.issue_date, current_date) + coalesce(i.due_days, 0))
                   as due_date,
               i.payment_terms, i.lines, i.discount, i.taxes, i.salesperson_id, i.notes, i.terms,
               i.branch_id, i.work_cycle_id, i.external_id, i.created_by,
               case when i.status in ('issued', 'partially_paid') and coalesce(i.due_date,
                        greatest(i.issue_date, current_date) + coalesce(i.due_days, 0)) < current_date
                    then 'overdue' else i.status end as status,
               i.client_id, '/v1/clients/' || i.client_id as url,
               (i.shipping_minor * 0.01)::text as shipping,
               (i.deposit_minor * 0.01)::text as deposit,
               (i.subtotal_minor * 0.01)::text as subtotal,
               (i.discount_minor * 0.01)::text as discount_total,
               (i.tax_minor * 0.01)::text as tax_total,
               (i.rounding_minor * 0.01)::text as rounding,
               (i.total_minor * 0.01)::text as total,
               to_char(i.issued_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as issued_at,
               i.subscription_id, i.period_from, i.period_to, i.estimate_id, i.order_id,
               i.seller, i.buyer, i.exchange_rate, i.exchange_rate_source, i.exchange_rate_on,
               i.home_currency, i.lines_left,
               (i.home_total_minor * 0.01)::text as home_total,
               (i.home_tax_minor * 0.01)::text as home_tax_total,
               case when i.chain_place is not null then json_build_object(
                   'place', i.chain_place, 'hash', i.content_hash,
                   'previous_hash', i.previous_hash) end as chain,
               (i.paid_minor * 0.01)::text as paid,
               (i.credited_minor * 0.01)::text as credited,
               (i.written_off_minor * 0.01)::text as written_off,
               ((i.total_minor - i.paid_minor - i.credited_minor - i.written_off_minor) * 0.01)::text
                   as balance
          from invoices i
         where i.tenant_id = $1 and i.client_id = $2
         order by i.created_at desc, i.id desc limit $3) shown
