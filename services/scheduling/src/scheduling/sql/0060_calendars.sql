-- What must find the company before there is one. Frozen: a change is a new file.

-- A calendar elsewhere comes with the token of a feed.
create function calendar_of_token(in_hash bytea)
returns table (tenant_id uuid, id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 1 as $$
    select f.tenant_id, f.id from public.calendar_feeds f where f.token_hash = in_hash
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
begin
    revoke all on function calendar_of_token(bytea) from public;
    execute format('grant execute on function calendar_of_token(bytea) to %I', app);
end $$;
