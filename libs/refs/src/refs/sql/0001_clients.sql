-- What a service remembers of clients. Frozen: a change is a new file.
CREATE TABLE client_refs (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    version INTEGER NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    code TEXT DEFAULT '' NOT NULL,
    folder_id UUID NOT NULL,
    staff_ids UUID[] DEFAULT '{}' NOT NULL,
    editor_ids UUID[] DEFAULT '{}' NOT NULL,
    tags TEXT[] DEFAULT '{}' NOT NULL,
    category_id UUID,
    language TEXT DEFAULT '' NOT NULL,
    currency TEXT DEFAULT '' NOT NULL,
    primary_email TEXT DEFAULT '' NOT NULL,
    primary_phone TEXT DEFAULT '' NOT NULL,
    parent_id UUID,
    archived BOOLEAN DEFAULT 'false' NOT NULL,
    merged_into UUID,
    CONSTRAINT pk_client_refs PRIMARY KEY (tenant_id, id)
);
