-- A family is given a key once and keeps it: the keys of numbers, and a ledger of what became of keys that are no more.

CREATE TABLE family_numbers (publication_number VARCHAR NOT NULL, family_key INTEGER NOT NULL, is_harvested BOOLEAN NOT NULL, is_listed BOOLEAN NOT NULL);
COMMENT ON TABLE family_numbers IS 'Every publication number that occurs (harvested, listed as a family member, or at the other end of a citation) with its family: a merge reads here which key a family has, so that it keeps it. 号码与专利族';
COMMENT ON COLUMN family_numbers.publication_number IS 'Canonical CC-NUMBER-KIND; the far end of a citation may lack the kind.';
COMMENT ON COLUMN family_numbers.family_key IS 'Key of its family.';
COMMENT ON COLUMN family_numbers.is_harvested IS 'A source has a record of it.';
COMMENT ON COLUMN family_numbers.is_listed IS 'A record lists it among the members of its family.';

CREATE TABLE family_key_changes (family_key INTEGER NOT NULL, family_id VARCHAR, change VARCHAR NOT NULL, into_key INTEGER, into_id VARCHAR, numbers INTEGER NOT NULL, run_id INTEGER);
COMMENT ON TABLE family_key_changes IS 'Where numbers went that changed their family: which keys were retired and which families split. A retired key is never given again. 专利族键的变更';
COMMENT ON COLUMN family_key_changes.family_key IS 'Key they had.';
COMMENT ON COLUMN family_key_changes.family_id IS 'The family''s id then.';
COMMENT ON COLUMN family_key_changes.change IS 'joined (the key is retired, the other family goes on), split (the family goes on without these numbers) or gone (the key is retired: no number of the family occurs any more).';
COMMENT ON COLUMN family_key_changes.into_key IS 'Key they have since; NULL: gone.';
COMMENT ON COLUMN family_key_changes.into_id IS 'That family''s id when they came.';
COMMENT ON COLUMN family_key_changes.numbers IS 'How many numbers went that way.';
COMMENT ON COLUMN family_key_changes.run_id IS 'Latest run of the ledger when it was merged.';

-- families keep the keys they have; what is seeded here is completed by the next merge
INSERT INTO family_numbers SELECT publication_number, min(family_key), true, false FROM publications GROUP BY publication_number;
INSERT INTO family_numbers
SELECT e.publication_number, min(e.family_key), false, false FROM (
    SELECT cited_publication AS publication_number, cited_family_key AS family_key FROM citations
    UNION ALL SELECT citing_publication, citing_family_key FROM citations
) AS e
WHERE e.publication_number NOT IN (SELECT p.publication_number FROM publications AS p)
GROUP BY e.publication_number;

COMMENT ON COLUMN publications.family_key IS 'Family; given once and kept (family_key_changes).';
COMMENT ON COLUMN families.family_key IS 'Key: given once and kept. When families join, one key goes on; when one splits, one part keeps it (family_key_changes).';
COMMENT ON COLUMN run_families.family_key IS 'Family, by the key it had when the run was made.';
