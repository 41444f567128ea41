-- Sign-in providers: found before the tenant is known. Frozen: a change is a new file.

-- The link that begins a sign-in names the provider; the sign-in itself goes on in its tenant.
create function tenant_of_oidc_provider(in_id uuid)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 1 as $$
    select p.tenant_id from public.oidc_providers p where p.id = in_id and p.is_enabled
$$;

-- As before, and steps of sign-ins that hold no longer anyway.
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
    ), taken as (
        delete from public.oidc_sign_ins o where o.expires_at < in_before returning 1
    )
    select (select count(*) from gone) + (select count(*) from uninvited)
         + (select count(*) from unread) + (select count(*) from answered)
         + (select count(*) from taken)
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenant_of_oidc_provider(uuid) from public;
    execute format('grant execute on function tenant_of_oidc_provider(uuid) to %I, %I', app, worker);
end $$;
