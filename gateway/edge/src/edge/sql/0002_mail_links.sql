-- Addresses are checked and forgotten passwords replaced by mailed links. Frozen: a change is a new file.
alter table vault.identities add column email_verified_at timestamptz;

-- The token of a mail finds its tenant by its hash.
create function tenant_of_mail_link(in_hash bytea)
returns table (tenant_id uuid, mail_link_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 1 as $$
    select l.tenant_id, l.id from public.mail_links l where l.token_hash = in_hash
$$;

-- Whom a forgotten password is written about: the person in the company they used last.
create function person_of_email(in_email text)
returns table (tenant_id uuid, user_id uuid, tenant_name text)
language sql stable security definer set search_path = pg_catalog, public rows 1 as $$
    select u.tenant_id, u.id, t.name
      from vault.identities i
      join public.users u on u.identity_id = i.id and u.is_active
      join public.tenants t on t.tenant_id = u.tenant_id
     where i.email = in_email
     order by (select max(s.last_used_at) from public.sessions s
                where s.tenant_id = u.tenant_id and s.user_id = u.id) desc nulls last, u.created_at
     limit 1
$$;

-- Within a unit of work: only identities that have a user in its tenant are within reach.
create function identity_of(in_user uuid)
returns table (password_changed_at timestamptz, email_verified_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public rows 1 as $$
    select i.password_changed_at, i.email_verified_at from vault.identities i
      join public.users u on u.identity_id = i.id
     where u.tenant_id = public.current_tenant() and u.id = in_user
$$;

-- Nothing where the password is another by now than the one the link was made for: of two links
-- used at once, the second waits for the first and then finds another.
create function reset_password_of(in_user uuid, in_hash text, in_known timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, public as $$
    update vault.identities i
       set password_hash = in_hash, password_changed_at = clock_timestamp(),
           email_verified_at = coalesce(i.email_verified_at, now())
      from public.users u
     where u.identity_id = i.id and u.tenant_id = public.current_tenant() and u.id = in_user
       and i.password_changed_at = in_known
    returning true
$$;

create function verify_address_of(in_user uuid) returns boolean
language sql security definer set search_path = pg_catalog, public as $$
    update vault.identities i set email_verified_at = coalesce(i.email_verified_at, now())
      from public.users u
     where u.identity_id = i.id and u.tenant_id = public.current_tenant() and u.id = in_user
    returning true
$$;

-- As before, and links that nobody can use any more.
create or replace function forget_sessions(in_before timestamptz) returns table (forgotten bigint)
language sql security definer set search_path = pg_catalog, public as $$
    with gone as (
        delete from public.sessions s where s.expires_at < in_before or s.ended_at < in_before
        returning 1
    ), uninvited as (
        delete from public.invitations v where v.expires_at < in_before returning 1
    ), unread as (
        delete from public.mail_links l where l.expires_at < in_before returning 1
    )
    select (select count(*) from gone) + (select count(*) from uninvited)
         + (select count(*) from unread)
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
    signature regprocedure;
begin
    for signature in
        select p.oid::regprocedure from pg_proc p
          join pg_namespace n on n.oid = p.pronamespace
         where n.nspname = 'public' and p.proname in (
            'tenant_of_mail_link', 'person_of_email', 'identity_of', 'reset_password_of',
            'verify_address_of')
    loop
        execute format('revoke all on function %s from public', signature);
        execute format('grant execute on function %s to %I, %I', signature, app, worker);
    end loop;
end $$;
