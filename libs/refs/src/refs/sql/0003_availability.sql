-- When clients want to be written to; those remembered are asked for once more. Frozen: a change is
-- a new file.
ALTER TABLE client_refs ADD COLUMN availability JSONB;
DELETE FROM refs_snapshots WHERE name = 'clients';
