-- Passkeys: found before the tenant is known. Frozen: a change is a new file.

-- A device shows a passkey by its id; that it has the private half is proved afterwards.
create function tenant_of_passkey(in_credential bytea)
returns table (tenant_id uuid, user_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 1 as $$
    select p.tenant_id, p.user_id from public.passkeys p where p.credential_id = in_credential
$$;

-- As before, and challenges that hold no longer anyway.
create or replace function forget_sessions(in_before timestamptz) returns table (forgotten bigint)
language sql security definer set search_path = pg_catalog, public as $$
    with gone as (
        delete from public.sessions s where s.expires_at < in_before or s.ended_at < in_before
        returning 1
    ), uninvited as (
        delete from public.invitations v where v.expires_at < in_before returning 1
    ), unread as (
        delete from public.mail_links l where l.expires_at < in_before returning 1
    ), answered as (
        delete from public.passkey_challenges c where c.expires_at < in_before returning 1
    )
    select (select count(*) from gone) + (select count(*) from uninvited)
         + (select count(*) from unread) + (select count(*) from answered)
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenant_of_passkey(bytea) from public;
    execute format('grant execute on function tenant_of_passkey(bytea) to %I, %I', app, worker);
end $$;
