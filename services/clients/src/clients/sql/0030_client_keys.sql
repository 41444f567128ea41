-- What a client is known by exactly, and who else is known by the same. Frozen: a change is a new file.
create table client_keys (
    tenant_id uuid not null,
    key text not null,
    reason text not null,
    client_id uuid not null,
    constraint pk_client_keys primary key (tenant_id, key, reason, client_id)
);

-- One SELECT and no SET, so that PostgreSQL plans it as a part of whatever asks it.
create function client_keys_of(
    phone_keys text[], email_keys text[], tax_number text, registration_number text
) returns table (key text, reason text) language sql immutable parallel safe rows 2 as $$
    select one, 'phone' from unnest(phone_keys) as one
    union all select one, 'email' from unnest(email_keys) as one
    union all select public.fold_compact(tax_number), 'tax_number' where tax_number is not null
    union all select public.fold_compact(registration_number), 'registration_number'
               where registration_number is not null
$$;

create function keep_client_keys() returns trigger language plpgsql
   set plan_cache_mode = force_generic_plan as $$
begin
    if tg_op <> 'INSERT' then
        delete from public.client_keys k
         using public.client_keys_of(
            old.phone_keys, old.email_keys, old.tax_number, old.registration_number) was
         where k.tenant_id = old.tenant_id and k.key = was.key and k.reason = was.reason
           and k.client_id = old.id;
    end if;
    if tg_op <> 'DELETE' and not new.is_archived and new.merged_into is null then
        insert into public.client_keys (tenant_id, key, reason, client_id)
        select new.tenant_id, has.key, has.reason, new.id
          from public.client_keys_of(
            new.phone_keys, new.email_keys, new.tax_number, new.registration_number) has
            on conflict do nothing;
    end if;
    return null;
end $$;

create function is_no_duplicate(tenant uuid, one uuid, other uuid) returns boolean
language sql stable as $$
    select exists (
        select from public.duplicates d
         where d.tenant_id = $1 and d.first_client_id = least($2, $3)
           and d.second_client_id = greatest($2, $3) and d.is_dismissed)
$$;

create trigger keep_client_keys
 after insert or delete or update of phone_keys, email_keys, tax_number, registration_number,
       is_archived, merged_into
    on clients for each row execute function keep_client_keys();

insert into client_keys (tenant_id, key, reason, client_id)
select c.tenant_id, has.key, has.reason, c.id
  from clients c,
       client_keys_of(c.phone_keys, c.email_keys, c.tax_number, c.registration_number) has
 where not c.is_archived and c.merged_into is null
    on conflict do nothing;

-- The others that are known by the same, and what the finder found besides. Each look-up is by a
-- whole key and ends after `most` holders: more than those tell nothing. `hides` has folders and
-- reasons; `prints`, of a client that is just being written, what is not beside it yet.
-- A procedure, whose plans are kept: as a part of the query around it, it would take that one
-- milliseconds to plan.
create function alike_clients(
    tenant uuid, id uuid, folder_id uuid, phone_keys text[], email_keys text[], tax_number text,
    registration_number text, national_id text, birth_date date, prints bytea[], hides text[],
    most integer
) returns table (client_id uuid, reason text) language plpgsql stable rows 2
  set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    if $4 <> '{}' or $5 <> '{}' or $6 is not null or $7 is not null then
        return query
        select holder.client_id, mine.reason
          from public.client_keys_of($4, $5, $6, $7) mine
         cross join lateral (
            select array_agg(few.client_id) as ids
              from (select k.client_id from public.client_keys k
                     where k.tenant_id = $1 and k.key = mine.key and k.reason = mine.reason
                       and k.client_id <> $2 limit $12 + 1) few
            having count(*) <= $12) held
         cross join lateral unnest(held.ids) as holder(client_id)
         where $3::text || ':' || mine.reason <> all ($11)
           and not public.is_no_duplicate($1, $2, holder.client_id);
    end if;
    if $8 is not null and $3::text || ':id_number' <> all ($11) then
        return query
        select holder.client_id, 'id_number'
          from (select s.fingerprint from public.client_secrets s
                 where s.tenant_id = $1 and s.client_id = $2 and s.name = 'national_id'
                union select unnest($10)) mine
         cross join lateral (
            select array_agg(few.client_id) as ids
              from (select s.client_id from public.client_secrets s
                     where s.tenant_id = $1 and s.name = 'national_id'
                       and s.fingerprint = mine.fingerprint and s.client_id <> $2
                     limit $12 + 1) few
            having count(*) <= $12) held
         cross join lateral unnest(held.ids) as holder(client_id)
         where not public.is_no_duplicate($1, $2, holder.client_id);
    end if;
    if $10 is not null then
        return;
    end if;
    return query
    select pair.client_id, told.reason
      from (select d.second_client_id as client_id, d.reasons from public.duplicates d
             where d.tenant_id = $1 and d.first_client_id = $2 and not d.is_dismissed
            union all
            select d.first_client_id, d.reasons from public.duplicates d
             where d.tenant_id = $1 and d.second_client_id = $2 and not d.is_dismissed) pair
      join public.clients o on o.tenant_id = $1 and o.id = pair.client_id
     cross join lateral unnest(pair.reasons) as told(reason)
     where $3::text || ':' || told.reason <> all ($11)
       and case told.reason when 'phone' then o.phone_keys && $4
                            when 'email' then o.email_keys && $5
                            when 'birth_date' then o.birth_date = $9 else true end;
end $$;
