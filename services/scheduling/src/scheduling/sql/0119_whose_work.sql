-- Whose tasks, and whose follow-ups at no time, there are. Frozen: a change is a new file.

-- Who does a task; 00000000-0000-0000-0000-000000000000 where that is nobody.
create function doing_task(assignee_ids uuid[]) returns setof uuid
language sql immutable parallel safe rows 2 as $$
    select distinct one
      from unnest(case when assignee_ids = '{}' then array[uuid '00000000-0000-0000-0000-000000000000']
                       else assignee_ids end) as one
$$;

create function keep_task_assignees() returns trigger language plpgsql
   set plan_cache_mode = force_generic_plan as $$
begin
    if tg_op = 'UPDATE' then
        delete from public.task_assignees a where a.tenant_id = old.tenant_id and a.task_id = old.id;
    end if;
    insert into public.task_assignees (tenant_id, task_id, user_id, by_due, is_live)
    select new.tenant_id, new.id, one, new.by_due, new.state in ('open', 'in_progress')
      from public.doing_task(new.assignee_ids) as one;
    return null;
end $$;

insert into task_assignees (tenant_id, task_id, user_id, by_due, is_live)
select t.tenant_id, t.id, one, t.by_due, t.state in ('open', 'in_progress')
  from tasks t, doing_task(t.assignee_ids) as one;

create trigger keep_task_assignees
 after insert or update of assignee_ids, state, due_at, priority
    on tasks for each row execute function keep_task_assignees();

-- Who follows a client up: its staff, else who made it, where that is a user.
create function following_up(staff_ids uuid[], created_by text) returns setof uuid
language sql immutable parallel safe rows 2 as $$
    select distinct one
      from unnest(case when staff_ids <> '{}' then staff_ids
                       when created_by like 'user:%' then array[substr(created_by, 6)::uuid]
                  end) as one
$$;

create function keep_follow_up_staff() returns trigger language plpgsql
   set plan_cache_mode = force_generic_plan as $$
begin
    if tg_op = 'UPDATE' then
        delete from public.follow_up_staff s
         where s.tenant_id = old.tenant_id and s.follow_up_id = old.id;
    end if;
    if new.appointment_id is null and new.state in ('pending', 'open') then
        insert into public.follow_up_staff (tenant_id, follow_up_id, user_id, created_at)
        select new.tenant_id, new.id, one, new.created_at
          from public.following_up(new.staff_ids, new.created_by) as one;
    end if;
    return null;
end $$;

insert into follow_up_staff (tenant_id, follow_up_id, user_id, created_at)
select f.tenant_id, f.id, one, f.created_at
  from follow_ups f, following_up(f.staff_ids, f.created_by) as one
 where f.appointment_id is null and f.state in ('pending', 'open');

create trigger keep_follow_up_staff
 after insert or update of staff_ids, state, appointment_id
    on follow_ups for each row execute function keep_follow_up_staff();
