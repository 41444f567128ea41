-- Who pays for clients; those remembered are asked for once more. Frozen: a change is a new file.
ALTER TABLE client_refs ADD COLUMN bill_to_id UUID;
DELETE FROM refs_snapshots WHERE name = 'clients';
