-- What reports share out. Frozen: a change is a new file.

-- A document by its lines: what each has of its figures, so that all of them make the document.
-- The engine's figures are shared, none is made: of a tax group by the nets of its lines, of what
-- the document is worth at home by those shares. What is shared is rounded from the start of a
-- document on, so nothing is lost. `in_unit` is the currency's smallest: 0.01.
create function document_parts(
    in_lines jsonb, in_taxes jsonb, in_unit numeric, in_net bigint, in_tax bigint,
    in_rounding bigint, in_home_net bigint, in_home_tax bigint, in_home_rounding bigint
) returns table (
    product_id uuid, category text, rate text, net bigint, tax bigint, rounding bigint,
    home_net bigint, home_tax bigint, home_rounding bigint
) language sql immutable parallel safe rows 4 as $$
    with lines as (
        select place, (line ->> 'product_id')::uuid as product_id,
               line -> 'tax' ->> 'category' as category,
               (line -> 'tax' ->> 'rate')::numeric as rate, (line ->> 'net')::numeric as net
          from jsonb_array_elements(in_lines) with ordinality as l (line, place)
    ), groups as (
        select t ->> 'category' as category, (t ->> 'rate')::numeric as rate,
               (t ->> 'taxable')::numeric / in_unit as net, (t ->> 'amount')::numeric / in_unit as tax
          from jsonb_array_elements(in_taxes) t
        union all
        -- What has no tax is the rest.
        select null, null, in_net - coalesce(sum((t ->> 'taxable')::numeric), 0) / in_unit, 0
          from jsonb_array_elements(in_taxes) t
    ), weighed as (
        select l.*, g.net as group_net, g.tax as group_tax,
               case when sum(l.net) over (partition by l.category, l.rate) = 0 then 1
                    else l.net end as weight
          from lines l join groups g
            on l.category is not distinct from g.category and l.rate is not distinct from g.rate
    ), placed as (
        select *, sum(weight) over (partition by category, rate order by place) as upto,
               sum(weight) over (partition by category, rate) as whole
          from weighed
    ), shared as (
        select place, product_id, category, rate,
               round(group_net * upto / whole)
                 - round(group_net * (upto - weight) / whole) as net,
               round(group_tax * upto / whole)
                 - round(group_tax * (upto - weight) / whole) as tax
          from placed
    ), steps as (
        select *, case when in_net = 0 then count(*) over () else in_net end as nets,
               case when in_net = 0 then place else sum(net) over (order by place) end as net_upto,
               case when in_net = 0 then 1 else net end as net_step,
               case when in_tax = 0 then count(*) over () else in_tax end as taxes,
               case when in_tax = 0 then place else sum(tax) over (order by place) end as tax_upto,
               case when in_tax = 0 then 1 else tax end as tax_step
          from shared
    )
    select product_id, category, trim_scale(rate)::text, net::bigint, tax::bigint,
           (round(in_rounding * net_upto / nets)
             - round(in_rounding * (net_upto - net_step) / nets))::bigint,
           (round(in_home_net * net_upto / nets)
             - round(in_home_net * (net_upto - net_step) / nets))::bigint,
           (round(in_home_tax * tax_upto / taxes)
             - round(in_home_tax * (tax_upto - tax_step) / taxes))::bigint,
           (round(in_home_rounding * net_upto / nets)
             - round(in_home_rounding * (net_upto - net_step) / nets))::bigint
      from steps
$$;
