-- What must find the company before there is one. Frozen: a change is a new file.

-- A stranger comes with the token of a link.
create function file_share_of_token(in_hash bytea)
returns table (tenant_id uuid, id uuid, author text)
language sql stable security definer set search_path = pg_catalog, public rows 1 as $$
    select s.tenant_id, s.id, s.author from public.file_shares s where s.token_hash = in_hash
$$;

-- Whose files come near their date, or past it: each company then looks by its own day.
create function tenants_with_due_files(in_day date, in_soon date)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct f.tenant_id from public.files f
     where f.expires_on is not null and f.expiry_told < 2 and not f.is_archived
       and f.expires_on <= in_soon and (f.expiry_told < 1 or f.expires_on < in_day)
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function file_share_of_token(bytea), tenants_with_due_files(date, date)
        from public;
    execute format('grant execute on function file_share_of_token(bytea) to %I', app);
    execute format(
        'grant execute on function tenants_with_due_files(date, date) to %I, %I', app, worker);
end $$;
