-- Equality and overlap in one constraint. Frozen: a change is a new file.
create extension if not exists btree_gist;
