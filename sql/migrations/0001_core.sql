-- Core of the warehouse: bookkeeping, what sources said, what was merged from it, what was measured.
-- Conventions: dates are calendar dates without zone; timestamps are UTC; NULL means unknown, never zero;
-- publication_number is canonical 'CC-NUMBER-KIND' (e.g. 'CN-101234567-A'); valid_to DATE '9999-12-31' means "still".

CREATE TABLE schema_migrations (
    version INTEGER NOT NULL, name VARCHAR NOT NULL, checksum VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL
);

-- ---------------------------------------------------------------- bookkeeping
CREATE TABLE sources (
    source VARCHAR NOT NULL, title VARCHAR NOT NULL, licence VARCHAR, is_synthetic BOOLEAN NOT NULL,
    merge_rank INTEGER NOT NULL, capabilities JSON NOT NULL
);
COMMENT ON TABLE sources IS 'One row per source of records (EPO OPS, Lens, a vendor''s export kind, bulk files, the simulated office).';
COMMENT ON COLUMN sources.source IS 'Key, e.g. epo_ops, lens, patsnap, lens_csv.';
COMMENT ON COLUMN sources.title IS 'Name for people.';
COMMENT ON COLUMN sources.licence IS 'Licence or terms under which the source''s records may be used.';
COMMENT ON COLUMN sources.is_synthetic IS 'True when the records were served by the simulated office: synthetic data, not real patents.';
COMMENT ON COLUMN sources.merge_rank IS 'Lower wins where two sources state the same field, unless capabilities rank the field itself.';
COMMENT ON COLUMN sources.capabilities IS 'source.toml [capabilities]: per indicator yes, partial or no; per field a merge rank.';

CREATE TABLE editions (
    edition_id INTEGER NOT NULL, kind VARCHAR NOT NULL, name VARCHAR NOT NULL, content_hash VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL, note VARCHAR
);
COMMENT ON TABLE editions IS 'Editions of the technology list and of the topic list: what was watched when. A changed query or status starts a new edition.';
COMMENT ON COLUMN editions.edition_id IS 'Number, rising.';
COMMENT ON COLUMN editions.kind IS 'technologies or topics.';
COMMENT ON COLUMN editions.name IS 'Name of the edition, e.g. 2026-11.';
COMMENT ON COLUMN editions.content_hash IS 'SHA-256 of the normalised content; equal content is the same edition.';
COMMENT ON COLUMN editions.created_at IS 'When this edition was first seen (UTC).';
COMMENT ON COLUMN editions.note IS 'Why it was made, e.g. proposal applied by list review.';

CREATE TABLE edition_items (
    edition_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, number INTEGER, name_zh VARCHAR NOT NULL, name_en VARCHAR NOT NULL,
    status VARCHAR NOT NULL, reason VARCHAR, query VARCHAR, query_hash VARCHAR, category VARCHAR, parent_id VARCHAR
);
COMMENT ON TABLE edition_items IS 'The technologies (or topics) of one edition with their queries.';
COMMENT ON COLUMN edition_items.edition_id IS 'The edition.';
COMMENT ON COLUMN edition_items.technology_id IS 'Kebab-case English id (lithography-machine) or topic id (ic-manufacturing-lithography).';
COMMENT ON COLUMN edition_items.number IS 'Number in the paper''s Table 2 (1..20); NULL where it has none.';
COMMENT ON COLUMN edition_items.name_zh IS 'Chinese name.';
COMMENT ON COLUMN edition_items.name_en IS 'English name.';
COMMENT ON COLUMN edition_items.status IS 'watched, candidate (kept, with a reason) or topic (IC search).';
COMMENT ON COLUMN edition_items.reason IS 'Why a candidate is not watched.';
COMMENT ON COLUMN edition_items.query IS 'The neutral query as written.';
COMMENT ON COLUMN edition_items.query_hash IS 'Hash of the parsed query''s canonical form; a series breaks where it changes.';
COMMENT ON COLUMN edition_items.category IS 'Topics: design, manufacturing, packaging-test.';
COMMENT ON COLUMN edition_items.parent_id IS 'Topics: the category''s id for a sub-topic.';

CREATE TABLE runs (
    run_id INTEGER NOT NULL, kind VARCHAR NOT NULL, state VARCHAR NOT NULL, step VARCHAR, slot TIMESTAMP, as_of DATE, settings JSON,
    settings_hash VARCHAR, edition_id INTEGER, topics_edition_id INTEGER, data_label VARCHAR, snapshot INTEGER, resumed INTEGER NOT NULL DEFAULT 0,
    started_at TIMESTAMP NOT NULL, finished_at TIMESTAMP, resume_after TIMESTAMP, message VARCHAR
);
COMMENT ON TABLE runs IS 'The run ledger: every refresh, import, placement, backfill, review; what is due is decided from here.';
COMMENT ON COLUMN runs.run_id IS 'Number, rising.';
COMMENT ON COLUMN runs.kind IS 'refresh, import, place, backfill, review, prune, deliver or heartbeat.';
COMMENT ON COLUMN runs.state IS 'running, parked (quota; resumes at resume_after), succeeded, failed.';
COMMENT ON COLUMN runs.step IS 'Last step reached: harvest, load, audit, measure, place, publish.';
COMMENT ON COLUMN runs.slot IS 'The schedule''s slot this run serves (UTC); NULL when a person started it.';
COMMENT ON COLUMN runs.as_of IS 'As-of date T of the placement.';
COMMENT ON COLUMN runs.settings IS 'The settings that determine the figures.';
COMMENT ON COLUMN runs.settings_hash IS 'Hash of settings: runs with the same hash are comparable.';
COMMENT ON COLUMN runs.edition_id IS 'Edition of the technology list.';
COMMENT ON COLUMN runs.topics_edition_id IS 'Edition of the topic list.';
COMMENT ON COLUMN runs.data_label IS 'real, synthetic or mixed: what the records behind the run are.';
COMMENT ON COLUMN runs.snapshot IS 'Version of the snapshot this run published.';
COMMENT ON COLUMN runs.resumed IS 'How often the run was resumed after being cut.';
COMMENT ON COLUMN runs.started_at IS 'Start (UTC).';
COMMENT ON COLUMN runs.finished_at IS 'End (UTC).';
COMMENT ON COLUMN runs.resume_after IS 'Parked runs: not before (UTC).';
COMMENT ON COLUMN runs.message IS 'One sentence: result, or why it failed or parked.';

CREATE TABLE slices (
    slice_id INTEGER NOT NULL, run_id INTEGER NOT NULL, source VARCHAR NOT NULL, technology_id VARCHAR NOT NULL, query_hash VARCHAR NOT NULL, purpose VARCHAR NOT NULL,
    published_from DATE, published_to DATE, office VARCHAR, compiled_query VARCHAR, expected INTEGER, received INTEGER, state VARCHAR NOT NULL, note VARCHAR
);
COMMENT ON TABLE slices IS 'The harvest plan: one row per slice of a query small enough to be retrieved whole, with what the service said and what came.';
COMMENT ON COLUMN slices.slice_id IS 'Number, rising.';
COMMENT ON COLUMN slices.run_id IS 'Run that planned it.';
COMMENT ON COLUMN slices.source IS 'Source asked.';
COMMENT ON COLUMN slices.technology_id IS 'Technology or topic the query belongs to.';
COMMENT ON COLUMN slices.query_hash IS 'The query''s hash.';
COMMENT ON COLUMN slices.purpose IS 'search, citing, claims, legal or family.';
COMMENT ON COLUMN slices.published_from IS 'First publication date of the slice (inclusive).';
COMMENT ON COLUMN slices.published_to IS 'Last publication date of the slice (inclusive).';
COMMENT ON COLUMN slices.office IS 'Publishing authority, where the slice was split by office.';
COMMENT ON COLUMN slices.compiled_query IS 'The query in the source''s language.';
COMMENT ON COLUMN slices.expected IS 'Total the service stated; NULL when unknown or at its ceiling.';
COMMENT ON COLUMN slices.received IS 'Distinct publications received.';
COMMENT ON COLUMN slices.state IS 'planned, done, differs (received is not expected), split.';
COMMENT ON COLUMN slices.note IS 'What differed, in words.';

CREATE TABLE pages (
    page_id INTEGER NOT NULL, run_id INTEGER NOT NULL, slice_id INTEGER, source VARCHAR NOT NULL, request_key VARCHAR NOT NULL, request JSON NOT NULL,
    status INTEGER, media_type VARCHAR, byte_count BIGINT, content_sha256 VARCHAR, path VARCHAR, received_at TIMESTAMP NOT NULL, service_date DATE,
    state VARCHAR NOT NULL, record_count INTEGER, reject_count INTEGER
);
COMMENT ON TABLE pages IS 'Each answer (or imported file) as received, with its request; the bytes lie compressed under landing/, addressed by content.';
COMMENT ON COLUMN pages.page_id IS 'Number, rising.';
COMMENT ON COLUMN pages.run_id IS 'Run that received it.';
COMMENT ON COLUMN pages.slice_id IS 'Slice of the plan; NULL for imported files.';
COMMENT ON COLUMN pages.source IS 'Source.';
COMMENT ON COLUMN pages.request_key IS 'Hash of the request without secrets: the same request is not sent twice within a run.';
COMMENT ON COLUMN pages.request IS 'Method, path, parameters, range and body, without credentials; for imports the file name and options.';
COMMENT ON COLUMN pages.status IS 'HTTP status.';
COMMENT ON COLUMN pages.media_type IS 'Media type stated.';
COMMENT ON COLUMN pages.byte_count IS 'Bytes received.';
COMMENT ON COLUMN pages.content_sha256 IS 'SHA-256 of the bytes.';
COMMENT ON COLUMN pages.path IS 'Where the bytes lie, relative to the workspace.';
COMMENT ON COLUMN pages.received_at IS 'When (UTC, this machine''s clock).';
COMMENT ON COLUMN pages.service_date IS 'Date of the answer by the service''s own clock (HTTP Date); bounds facts that carry no date.';
COMMENT ON COLUMN pages.state IS 'landed, loaded, refused.';
COMMENT ON COLUMN pages.record_count IS 'Records read from it.';
COMMENT ON COLUMN pages.reject_count IS 'Items refused from it.';

CREATE TABLE cursors (
    source VARCHAR NOT NULL, technology_id VARCHAR NOT NULL, query_hash VARCHAR NOT NULL, high_water DATE NOT NULL, run_id INTEGER NOT NULL, updated_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE cursors IS 'How far each query has been harvested, by publication date; moved in the same transaction as the data.';
COMMENT ON COLUMN cursors.source IS 'Source.';
COMMENT ON COLUMN cursors.technology_id IS 'Technology or topic.';
COMMENT ON COLUMN cursors.query_hash IS 'Query; a new query starts from the beginning.';
COMMENT ON COLUMN cursors.high_water IS 'Latest publication date received; the next run starts a lag window before it.';
COMMENT ON COLUMN cursors.run_id IS 'Run that moved it.';
COMMENT ON COLUMN cursors.updated_at IS 'When (UTC).';

CREATE TABLE rejects (
    reject_id INTEGER NOT NULL, run_id INTEGER NOT NULL, page_id INTEGER, source VARCHAR NOT NULL, file VARCHAR, row_no INTEGER, column_name VARCHAR,
    expected VARCHAR, found VARCHAR, reason VARCHAR NOT NULL, action VARCHAR NOT NULL, item VARCHAR
);
COMMENT ON TABLE rejects IS 'Items that could not be used, each kept with its reason: nothing is lost silently.';
COMMENT ON COLUMN rejects.reject_id IS 'Number, rising.';
COMMENT ON COLUMN rejects.run_id IS 'Run.';
COMMENT ON COLUMN rejects.page_id IS 'Landed page or file.';
COMMENT ON COLUMN rejects.source IS 'Source.';
COMMENT ON COLUMN rejects.file IS 'File name, for imports.';
COMMENT ON COLUMN rejects.row_no IS 'Row of the file, or ordinal of the record within the page (1 = first).';
COMMENT ON COLUMN rejects.column_name IS 'Column or field.';
COMMENT ON COLUMN rejects.expected IS 'What was expected.';
COMMENT ON COLUMN rejects.found IS 'What was there (shortened).';
COMMENT ON COLUMN rejects.reason IS 'One sentence.';
COMMENT ON COLUMN rejects.action IS 'record skipped (the whole item) or field emptied (the rest was used).';
COMMENT ON COLUMN rejects.item IS 'The offending item as received (shortened to 4000 characters).';

-- ---------------------------------------------------------------- what sources said
CREATE TABLE source_records (
    source VARCHAR NOT NULL, part VARCHAR NOT NULL, publication_number VARCHAR NOT NULL, authority VARCHAR NOT NULL, number VARCHAR NOT NULL, kind VARCHAR,
    publication_type VARCHAR, publication_date DATE, application_number VARCHAR, filing_date DATE, priority_date DATE,
    priorities STRUCT(number VARCHAR, "date" DATE)[], source_family_id VARCHAR, family_members VARCHAR[],
    titles STRUCT(lang VARCHAR, "text" VARCHAR)[], abstracts STRUCT(lang VARCHAR, "text" VARCHAR)[], claims_text VARCHAR, claim_count INTEGER,
    ipc VARCHAR[], cpc VARCHAR[], applicants STRUCT("sequence" INTEGER, "name" VARCHAR, country VARCHAR, address VARCHAR)[],
    cites STRUCT(publication_number VARCHAR, phase VARCHAR, category VARCHAR)[], cited_by STRUCT(publication_number VARCHAR, "date" DATE)[],
    citation_count INTEGER, citation_count_kind VARCHAR, legal_status VARCHAR, lapse_date DATE,
    legal_events STRUCT("date" DATE, code VARCHAR, category VARCHAR, description VARCHAR)[], is_pct BOOLEAN,
    page_id INTEGER NOT NULL, row_no INTEGER NOT NULL, run_id INTEGER NOT NULL, content_hash UBIGINT NOT NULL, valid_from TIMESTAMP NOT NULL, valid_to TIMESTAMP
);
COMMENT ON TABLE source_records IS 'One row per publication, source, part and version, as that source stated it; changed or withdrawn records keep their old version.';
COMMENT ON COLUMN source_records.source IS 'Source.';
COMMENT ON COLUMN source_records.part IS 'biblio, claims, legal, family or citing: which answer of the source stated it.';
COMMENT ON COLUMN source_records.publication_number IS 'Canonical CC-NUMBER-KIND.';
COMMENT ON COLUMN source_records.authority IS 'Publishing authority (WIPO ST.3).';
COMMENT ON COLUMN source_records.number IS 'Number without authority and kind.';
COMMENT ON COLUMN source_records.kind IS 'Kind code (ST.16).';
COMMENT ON COLUMN source_records.publication_type IS 'application, grant, utility_model, design or other.';
COMMENT ON COLUMN source_records.publication_date IS 'Publication date.';
COMMENT ON COLUMN source_records.application_number IS 'Canonical CC-NUMBER of the application.';
COMMENT ON COLUMN source_records.filing_date IS 'Filing date of the application.';
COMMENT ON COLUMN source_records.priority_date IS 'Earliest priority date as stated.';
COMMENT ON COLUMN source_records.priorities IS 'Priority claims: canonical CC-NUMBER and date.';
COMMENT ON COLUMN source_records.source_family_id IS 'The source''s simple-family id, prefixed with the scheme: docdb:12345.';
COMMENT ON COLUMN source_records.family_members IS 'Publications the source lists as simple-family members.';
COMMENT ON COLUMN source_records.titles IS 'Titles by language.';
COMMENT ON COLUMN source_records.abstracts IS 'Abstracts by language.';
COMMENT ON COLUMN source_records.claims_text IS 'Claims text in one language, where given.';
COMMENT ON COLUMN source_records.claim_count IS 'Number of claims (numbered claims in one language).';
COMMENT ON COLUMN source_records.ipc IS 'IPC symbols in the source''s order, first = main; form H01L21/02.';
COMMENT ON COLUMN source_records.cpc IS 'CPC symbols.';
COMMENT ON COLUMN source_records.applicants IS 'Applicants in order; country = residence as stated.';
COMMENT ON COLUMN source_records.cites IS 'Backward patent citations; NULL unknown, [] none.';
COMMENT ON COLUMN source_records.cited_by IS 'Complete list of citing publications as the source gives it; NULL unknown, [] none.';
COMMENT ON COLUMN source_records.citation_count IS 'Forward citation count as the source states it, on the page''s service_date.';
COMMENT ON COLUMN source_records.citation_count_kind IS 'publication or family: what the count counts for.';
COMMENT ON COLUMN source_records.legal_status IS 'active, pending or inactive.';
COMMENT ON COLUMN source_records.lapse_date IS 'Date from which it was no longer in force, where stated.';
COMMENT ON COLUMN source_records.legal_events IS 'Legal events; category litigation, invalidation, pledge, licence, assignment, lapse, grant or other; NULL unknown, [] none.';
COMMENT ON COLUMN source_records.is_pct IS 'WO publication, or a PCT application is stated; NULL unknown.';
COMMENT ON COLUMN source_records.page_id IS 'Page it was read from.';
COMMENT ON COLUMN source_records.row_no IS 'Row of the file or ordinal within the page (1 = first).';
COMMENT ON COLUMN source_records.run_id IS 'Run that loaded it.';
COMMENT ON COLUMN source_records.content_hash IS 'Hash of the stated content: an unchanged record makes no new version.';
COMMENT ON COLUMN source_records.valid_from IS 'When this version was received (UTC).';
COMMENT ON COLUMN source_records.valid_to IS 'When a later version replaced it (UTC); NULL = current.';

CREATE TABLE source_hits (
    source VARCHAR NOT NULL, technology_id VARCHAR NOT NULL, query_hash VARCHAR NOT NULL, publication_number VARCHAR NOT NULL, page_id INTEGER NOT NULL, row_no INTEGER NOT NULL, run_id INTEGER NOT NULL, last_run INTEGER NOT NULL, withdrawn_run INTEGER
);
COMMENT ON TABLE source_hits IS 'Which publication a source returned for which technology''s query (or a person imported onto which technology).';
COMMENT ON COLUMN source_hits.source IS 'Source.';
COMMENT ON COLUMN source_hits.technology_id IS 'Technology or topic.';
COMMENT ON COLUMN source_hits.query_hash IS 'Query; ''import'' when a person assigned the file.';
COMMENT ON COLUMN source_hits.publication_number IS 'Publication.';
COMMENT ON COLUMN source_hits.page_id IS 'Page.';
COMMENT ON COLUMN source_hits.row_no IS 'Ordinal within the page.';
COMMENT ON COLUMN source_hits.run_id IS 'Run that first saw it.';
COMMENT ON COLUMN source_hits.last_run IS 'Latest run in which the source returned it.';
COMMENT ON COLUMN source_hits.withdrawn_run IS 'Run in which the source no longer returned it; NULL = it still does.';

-- ---------------------------------------------------------------- merged: rebuilt from source_records by every load
CREATE TABLE publications (
    publication_number VARCHAR NOT NULL, country VARCHAR NOT NULL, number VARCHAR NOT NULL, kind VARCHAR, publication_type VARCHAR, publication_date DATE,
    application_number VARCHAR, filing_date DATE, priority_date DATE, title_zh VARCHAR, title_en VARCHAR, title VARCHAR, abstract VARCHAR, claim_count INTEGER, main_ipc VARCHAR,
    is_pct BOOLEAN, citation_count INTEGER, citation_count_kind VARCHAR, citation_count_source VARCHAR, citation_count_date DATE, cited_by_known BOOLEAN NOT NULL,
    legal_status VARCHAR, lapse_date DATE, has_legal_event BOOLEAN, family_key INTEGER NOT NULL, family_id VARCHAR NOT NULL, sources VARCHAR[] NOT NULL, field_source JSON NOT NULL, is_synthetic BOOLEAN NOT NULL
);
COMMENT ON TABLE publications IS 'One row per publication, merged field by field from the sources that state it.';
COMMENT ON COLUMN publications.publication_number IS 'Canonical CC-NUMBER-KIND, the key.';
COMMENT ON COLUMN publications.country IS 'Publishing authority.';
COMMENT ON COLUMN publications.number IS 'Number.';
COMMENT ON COLUMN publications.kind IS 'Kind code.';
COMMENT ON COLUMN publications.publication_type IS 'application, grant, utility_model, design or other.';
COMMENT ON COLUMN publications.publication_date IS 'Publication date.';
COMMENT ON COLUMN publications.application_number IS 'Application, canonical CC-NUMBER.';
COMMENT ON COLUMN publications.filing_date IS 'Filing date.';
COMMENT ON COLUMN publications.priority_date IS 'Earliest priority date.';
COMMENT ON COLUMN publications.title_zh IS 'Title in Chinese.';
COMMENT ON COLUMN publications.title_en IS 'Title in English.';
COMMENT ON COLUMN publications.title IS 'Title in whatever language is known (Chinese, else English, else any).';
COMMENT ON COLUMN publications.abstract IS 'Abstract (English, else Chinese, else any).';
COMMENT ON COLUMN publications.claim_count IS 'Number of claims; NULL unknown.';
COMMENT ON COLUMN publications.main_ipc IS 'First IPC symbol.';
COMMENT ON COLUMN publications.is_pct IS 'WO publication or PCT application stated.';
COMMENT ON COLUMN publications.citation_count IS 'Forward citations as a source counts them.';
COMMENT ON COLUMN publications.citation_count_kind IS 'publication or family.';
COMMENT ON COLUMN publications.citation_count_source IS 'Source of the count.';
COMMENT ON COLUMN publications.citation_count_date IS 'Date of the count by the service''s clock.';
COMMENT ON COLUMN publications.cited_by_known IS 'A source gave the complete list of citing publications (possibly empty).';
COMMENT ON COLUMN publications.legal_status IS 'active, pending or inactive.';
COMMENT ON COLUMN publications.lapse_date IS 'From when no longer in force.';
COMMENT ON COLUMN publications.has_legal_event IS 'Litigation, invalidation request, pledge, licence or assignment on record; NULL unknown.';
COMMENT ON COLUMN publications.family_key IS 'Family, dense integer of this build (joins families).';
COMMENT ON COLUMN publications.family_id IS 'Family, stable name.';
COMMENT ON COLUMN publications.sources IS 'Sources that state this publication.';
COMMENT ON COLUMN publications.field_source IS 'Source of each field, as JSON.';
COMMENT ON COLUMN publications.is_synthetic IS 'True when any source of it is synthetic.';

CREATE TABLE applicants (
    publication_number VARCHAR NOT NULL, family_key INTEGER NOT NULL, "sequence" INTEGER NOT NULL, "name" VARCHAR, folded_name VARCHAR, country VARCHAR, address VARCHAR, source VARCHAR NOT NULL
);
COMMENT ON TABLE applicants IS 'Applicants of each publication in order.';
COMMENT ON COLUMN applicants.publication_number IS 'Publication.';
COMMENT ON COLUMN applicants.family_key IS 'Family.';
COMMENT ON COLUMN applicants.sequence IS '1 = first applicant.';
COMMENT ON COLUMN applicants.name IS 'Name as stated.';
COMMENT ON COLUMN applicants.folded_name IS 'Name folded (case, width, legal form) for counting holders.';
COMMENT ON COLUMN applicants.country IS 'Residence as stated (ST.3); NULL unknown.';
COMMENT ON COLUMN applicants.address IS 'Address as stated.';
COMMENT ON COLUMN applicants.source IS 'Source.';

CREATE TABLE ipc (
    publication_number VARCHAR NOT NULL, family_key INTEGER NOT NULL, position INTEGER NOT NULL, symbol VARCHAR NOT NULL, subclass VARCHAR NOT NULL, mapped_subclass VARCHAR NOT NULL, source VARCHAR NOT NULL
);
COMMENT ON TABLE ipc IS 'IPC symbols of each publication in order.';
COMMENT ON COLUMN ipc.publication_number IS 'Publication.';
COMMENT ON COLUMN ipc.family_key IS 'Family.';
COMMENT ON COLUMN ipc.position IS '1 = main.';
COMMENT ON COLUMN ipc.symbol IS 'Symbol as stated, form H01L21/02.';
COMMENT ON COLUMN ipc.subclass IS 'First four characters as stated.';
COMMENT ON COLUMN ipc.mapped_subclass IS 'Subclass mapped to one IPC edition (H10 back to H01L and the like), METHODS §3.';
COMMENT ON COLUMN ipc.source IS 'Source.';

CREATE TABLE legal_events (
    publication_number VARCHAR NOT NULL, family_key INTEGER NOT NULL, event_date DATE, code VARCHAR, category VARCHAR NOT NULL, description VARCHAR, source VARCHAR NOT NULL
);
COMMENT ON TABLE legal_events IS 'Legal events of each publication.';
COMMENT ON COLUMN legal_events.publication_number IS 'Publication.';
COMMENT ON COLUMN legal_events.family_key IS 'Family.';
COMMENT ON COLUMN legal_events.event_date IS 'Date; NULL unknown.';
COMMENT ON COLUMN legal_events.code IS 'Event code of the source.';
COMMENT ON COLUMN legal_events.category IS 'litigation, invalidation, pledge, licence, assignment, lapse, grant or other.';
COMMENT ON COLUMN legal_events.description IS 'Text.';
COMMENT ON COLUMN legal_events.source IS 'Source.';

CREATE TABLE families (
    family_key INTEGER NOT NULL, family_id VARCHAR NOT NULL, is_harvested BOOLEAN NOT NULL, basis VARCHAR NOT NULL, representative VARCHAR, title VARCHAR, title_zh VARCHAR, title_en VARCHAR,
    first_publication_date DATE, filing_date DATE, priority_date DATE, members INTEGER NOT NULL, country VARCHAR, country_method VARCHAR, main_subclass VARCHAR, claim_count INTEGER,
    is_pct BOOLEAN, cited_by_known BOOLEAN NOT NULL, first_applicant VARCHAR, first_applicant_folded VARCHAR, first_applicant_address VARCHAR, is_synthetic BOOLEAN NOT NULL
);
COMMENT ON TABLE families IS 'Simple patent families, the unit of count, with their latest state (rule: default country chain). As-of figures use family_states.';
COMMENT ON COLUMN families.family_key IS 'Dense integer of this build.';
COMMENT ON COLUMN families.family_id IS 'Stable name: docdb:ID where known, else the earliest member''s number.';
COMMENT ON COLUMN families.is_harvested IS 'False for families known only as the far end of a citation.';
COMMENT ON COLUMN families.basis IS 'How members were joined: source_id, member_list, priorities, application or single.';
COMMENT ON COLUMN families.representative IS 'Earliest published member (ties: authority, then number).';
COMMENT ON COLUMN families.title IS 'Title of the representative publication for which it is known.';
COMMENT ON COLUMN families.title_zh IS 'Chinese title.';
COMMENT ON COLUMN families.title_en IS 'English title.';
COMMENT ON COLUMN families.first_publication_date IS 'Earliest publication date.';
COMMENT ON COLUMN families.filing_date IS 'Earliest filing date.';
COMMENT ON COLUMN families.priority_date IS 'Earliest priority date.';
COMMENT ON COLUMN families.members IS 'Publications known.';
COMMENT ON COLUMN families.country IS 'Country by the default chain.';
COMMENT ON COLUMN families.country_method IS 'residence, priority or office: the step that settled the country.';
COMMENT ON COLUMN families.main_subclass IS 'Main IPC subclass, mapped to one edition.';
COMMENT ON COLUMN families.claim_count IS 'Claims of the representative publication for which they are known.';
COMMENT ON COLUMN families.is_pct IS 'A member is a WO publication or states a PCT application.';
COMMENT ON COLUMN families.cited_by_known IS 'Complete citing lists were received for every harvested member that has one asked for.';
COMMENT ON COLUMN families.first_applicant IS 'First applicant''s name.';
COMMENT ON COLUMN families.first_applicant_folded IS 'First applicant''s folded name (holder).';
COMMENT ON COLUMN families.first_applicant_address IS 'First applicant''s address.';
COMMENT ON COLUMN families.is_synthetic IS 'True when any member is synthetic.';

CREATE TABLE family_states (
    family_key INTEGER NOT NULL, valid_from DATE NOT NULL, valid_to DATE NOT NULL, filing_date DATE, priority_date DATE, residence_country VARCHAR, priority_country VARCHAR, office_country VARCHAR,
    applicant_countries VARCHAR[], main_subclass VARCHAR, stated_subclass VARCHAR, claim_count INTEGER, is_pct BOOLEAN, has_patent BOOLEAN, has_utility_model BOOLEAN, in_force BOOLEAN, has_legal_event BOOLEAN
);
COMMENT ON TABLE family_states IS 'What was known of a family as of a date: one row per interval [valid_from, valid_to) in which nothing about it changed. Exactly one row holds at any T on or after its first publication.';
COMMENT ON COLUMN family_states.family_key IS 'Family.';
COMMENT ON COLUMN family_states.valid_from IS 'First day.';
COMMENT ON COLUMN family_states.valid_to IS 'Day after the last; 9999-12-31 = still.';
COMMENT ON COLUMN family_states.filing_date IS 'Earliest filing date among members published by then.';
COMMENT ON COLUMN family_states.priority_date IS 'Earliest priority date among them.';
COMMENT ON COLUMN family_states.residence_country IS 'Residence of the first applicant, from the earliest member for which it is known.';
COMMENT ON COLUMN family_states.priority_country IS 'Country of the earliest priority.';
COMMENT ON COLUMN family_states.office_country IS 'Authority of the earliest publication.';
COMMENT ON COLUMN family_states.applicant_countries IS 'Residence of every applicant of the earliest member for which all are known (for fractional counting); NULL unknown.';
COMMENT ON COLUMN family_states.main_subclass IS 'Main IPC subclass mapped to one edition.';
COMMENT ON COLUMN family_states.stated_subclass IS 'Main IPC subclass as stated.';
COMMENT ON COLUMN family_states.claim_count IS 'Claims.';
COMMENT ON COLUMN family_states.is_pct IS 'PCT by then.';
COMMENT ON COLUMN family_states.has_patent IS 'A member is a patent application or grant (not a utility model or design).';
COMMENT ON COLUMN family_states.has_utility_model IS 'A member is a utility model.';
COMMENT ON COLUMN family_states.in_force IS 'A member was pending or in force on that date; NULL unknown.';
COMMENT ON COLUMN family_states.has_legal_event IS 'Litigation, invalidation request, pledge, licence or assignment by then; NULL unknown.';

CREATE TABLE memberships (
    technology_id VARCHAR NOT NULL, query_hash VARCHAR NOT NULL, publication_number VARCHAR NOT NULL, family_key INTEGER NOT NULL, member_from DATE, basis VARCHAR NOT NULL, local_evaluation BOOLEAN
);
COMMENT ON TABLE memberships IS 'Publications that satisfy a technology''s (or topic''s) query.';
COMMENT ON COLUMN memberships.technology_id IS 'Technology or topic.';
COMMENT ON COLUMN memberships.query_hash IS 'Query; ''import'' when a person assigned it.';
COMMENT ON COLUMN memberships.publication_number IS 'Publication.';
COMMENT ON COLUMN memberships.family_key IS 'Family.';
COMMENT ON COLUMN memberships.member_from IS 'Its publication date: from then on the family belongs.';
COMMENT ON COLUMN memberships.basis IS 'local (the local evaluation confirms), source (text unknown here, the source says so), import (a person says so).';
COMMENT ON COLUMN memberships.local_evaluation IS 'Result of the local evaluation; NULL = could not be decided from the text at hand.';

CREATE TABLE family_memberships (technology_id VARCHAR NOT NULL, query_hash VARCHAR NOT NULL, family_key INTEGER NOT NULL, member_from DATE NOT NULL);
COMMENT ON TABLE family_memberships IS 'Families of each technology: a family belongs from the first publication that satisfies the query (METHODS §1).';
COMMENT ON COLUMN family_memberships.technology_id IS 'Technology or topic.';
COMMENT ON COLUMN family_memberships.query_hash IS 'Query.';
COMMENT ON COLUMN family_memberships.family_key IS 'Family.';
COMMENT ON COLUMN family_memberships.member_from IS 'From when.';

CREATE TABLE citations (
    cited_publication VARCHAR NOT NULL, citing_publication VARCHAR NOT NULL, cited_family_key INTEGER NOT NULL, citing_family_key INTEGER NOT NULL, citing_date DATE, date_basis VARCHAR NOT NULL, phase VARCHAR, category VARCHAR, source VARCHAR NOT NULL
);
COMMENT ON TABLE citations IS 'Publication-to-publication citations, from citing records'' own references and from complete citing lists.';
COMMENT ON COLUMN citations.cited_publication IS 'Cited.';
COMMENT ON COLUMN citations.citing_publication IS 'Citing.';
COMMENT ON COLUMN citations.cited_family_key IS 'Cited family.';
COMMENT ON COLUMN citations.citing_family_key IS 'Citing family.';
COMMENT ON COLUMN citations.citing_date IS 'Publication date of the citing publication.';
COMMENT ON COLUMN citations.date_basis IS 'publication (its own date), or received (no date known: the day the service stated it, an upper bound).';
COMMENT ON COLUMN citations.phase IS 'Phase (search, examination, applicant…).';
COMMENT ON COLUMN citations.category IS 'Category (X, Y, A, D…).';
COMMENT ON COLUMN citations.source IS 'Source.';

CREATE TABLE family_citations (cited_family_key INTEGER NOT NULL, citing_family_key INTEGER NOT NULL, cited_on DATE NOT NULL, date_basis VARCHAR NOT NULL);
COMMENT ON TABLE family_citations IS 'Family-to-family citations, once per citing family, at the earliest citing date; citations within a family are left out (METHODS §2).';
COMMENT ON COLUMN family_citations.cited_family_key IS 'Cited.';
COMMENT ON COLUMN family_citations.citing_family_key IS 'Citing.';
COMMENT ON COLUMN family_citations.cited_on IS 'Earliest publication date of a citing member that cites.';
COMMENT ON COLUMN family_citations.date_basis IS 'publication or received, as in citations.';

CREATE TABLE family_citation_counts (family_key INTEGER NOT NULL, source VARCHAR NOT NULL, kind VARCHAR NOT NULL, citation_count INTEGER NOT NULL, count_date DATE);
COMMENT ON TABLE family_citation_counts IS 'Forward citations as a source itself counts them: its family count, else the sum over the members it states.';
COMMENT ON COLUMN family_citation_counts.family_key IS 'Family.';
COMMENT ON COLUMN family_citation_counts.source IS 'Source.';
COMMENT ON COLUMN family_citation_counts.kind IS 'family_count or member_sum.';
COMMENT ON COLUMN family_citation_counts.citation_count IS 'Count.';
COMMENT ON COLUMN family_citation_counts.count_date IS 'As of when, by the service''s clock; no as-of series exists before it.';

-- ---------------------------------------------------------------- what was measured
CREATE TABLE run_families (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, family_key INTEGER NOT NULL, family_id VARCHAR NOT NULL, focal_weight DOUBLE, country VARCHAR, country_method VARCHAR,
    forward_citations INTEGER, claim_count INTEGER, is_pct BOOLEAN, "window" TINYINT, main_subclass VARCHAR, stated_subclass VARCHAR, filing_year SMALLINT
);
COMMENT ON TABLE run_families IS 'The families each figure of a run rests on, after screening (kept for the latest runs): from an indicator to its records.';
COMMENT ON COLUMN run_families.run_id IS 'Run.';
COMMENT ON COLUMN run_families.technology_id IS 'Technology.';
COMMENT ON COLUMN run_families.family_key IS 'Family of the build the run used.';
COMMENT ON COLUMN run_families.family_id IS 'Stable family name.';
COMMENT ON COLUMN run_families.focal_weight IS '1 when the family is the focal country''s, 0 when not, a fraction under fractional counting, NULL country unknown.';
COMMENT ON COLUMN run_families.country IS 'Country under the run''s rule (first country under fractional counting).';
COMMENT ON COLUMN run_families.country_method IS 'Step that settled it.';
COMMENT ON COLUMN run_families.forward_citations IS 'Forward citations as of T under the technology''s citation basis; NULL unknown.';
COMMENT ON COLUMN run_families.claim_count IS 'Claims as of T.';
COMMENT ON COLUMN run_families.is_pct IS 'PCT as of T.';
COMMENT ON COLUMN run_families.window IS '1 earlier window, 2 later window, NULL outside both.';
COMMENT ON COLUMN run_families.main_subclass IS 'Main IPC subclass mapped to one edition.';
COMMENT ON COLUMN run_families.stated_subclass IS 'Main IPC subclass as stated.';
COMMENT ON COLUMN run_families.filing_year IS 'Year of the window date.';

CREATE TABLE run_screening (run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, step_no INTEGER NOT NULL, step VARCHAR NOT NULL, families_left INTEGER NOT NULL, unknown INTEGER NOT NULL);
COMMENT ON TABLE run_screening IS 'The screening funnel: families left after each step.';
COMMENT ON COLUMN run_screening.run_id IS 'Run.';
COMMENT ON COLUMN run_screening.technology_id IS 'Technology.';
COMMENT ON COLUMN run_screening.step_no IS 'Order, 0 = before screening.';
COMMENT ON COLUMN run_screening.step IS 'Step.';
COMMENT ON COLUMN run_screening.families_left IS 'Families left after it.';
COMMENT ON COLUMN run_screening.unknown IS 'Families for which the step could not be decided (policy unknown_passes says whether they stayed).';

CREATE TABLE run_country_methods (run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, method VARCHAR NOT NULL, families INTEGER NOT NULL, share DOUBLE);
COMMENT ON TABLE run_country_methods IS 'Share of families whose country each step of the rule settled.';
COMMENT ON COLUMN run_country_methods.run_id IS 'Run.';
COMMENT ON COLUMN run_country_methods.technology_id IS 'Technology.';
COMMENT ON COLUMN run_country_methods.method IS 'residence, priority, office, fractional or unknown.';
COMMENT ON COLUMN run_country_methods.families IS 'Families.';
COMMENT ON COLUMN run_country_methods.share IS 'Share of the technology''s families.';

CREATE TABLE run_indicators (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, indicator VARCHAR NOT NULL, value DOUBLE, numerator DOUBLE, denominator DOUBLE, coverage DOUBLE, known_families INTEGER, families INTEGER NOT NULL, basis VARCHAR
);
COMMENT ON TABLE run_indicators IS 'The four shares per technology and run (METHODS §2), each with coverage.';
COMMENT ON COLUMN run_indicators.run_id IS 'Run.';
COMMENT ON COLUMN run_indicators.technology_id IS 'Technology.';
COMMENT ON COLUMN run_indicators.indicator IS 'applications, citations, claims or pct.';
COMMENT ON COLUMN run_indicators.value IS 'Focal country''s total over the global total; NULL when the denominator is empty.';
COMMENT ON COLUMN run_indicators.numerator IS 'Focal country''s total.';
COMMENT ON COLUMN run_indicators.denominator IS 'Global total.';
COMMENT ON COLUMN run_indicators.coverage IS 'Share of families for which the indicator was known.';
COMMENT ON COLUMN run_indicators.known_families IS 'Families known.';
COMMENT ON COLUMN run_indicators.families IS 'Families after screening.';
COMMENT ON COLUMN run_indicators.basis IS 'Citations: edges, or SOURCE:family_count, or SOURCE:member_sum.';

CREATE TABLE run_weights (run_id INTEGER NOT NULL, frame VARCHAR NOT NULL, indicator VARCHAR NOT NULL, entropy DOUBLE, weight DOUBLE NOT NULL, minimum DOUBLE, maximum DOUBLE);
COMMENT ON TABLE run_weights IS 'Entropy weights of a run per frame; indicator dynamics holds the range of raw dynamics.';
COMMENT ON COLUMN run_weights.run_id IS 'Run.';
COMMENT ON COLUMN run_weights.frame IS 'relative or anchored.';
COMMENT ON COLUMN run_weights.indicator IS 'applications, citations, claims, pct, or dynamics (range only).';
COMMENT ON COLUMN run_weights.entropy IS 'E_j.';
COMMENT ON COLUMN run_weights.weight IS 'U_j (1 for dynamics).';
COMMENT ON COLUMN run_weights.minimum IS 'Least value over the technologies.';
COMMENT ON COLUMN run_weights.maximum IS 'Greatest value.';

CREATE TABLE run_window_top (run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, "window" TINYINT NOT NULL, rank INTEGER NOT NULL, subclass VARCHAR NOT NULL, families INTEGER NOT NULL);
COMMENT ON TABLE run_window_top IS 'The first 20 main IPC subclasses of each window.';
COMMENT ON COLUMN run_window_top.run_id IS 'Run.';
COMMENT ON COLUMN run_window_top.technology_id IS 'Technology.';
COMMENT ON COLUMN run_window_top.window IS '1 earlier, 2 later.';
COMMENT ON COLUMN run_window_top.rank IS '1 = most families.';
COMMENT ON COLUMN run_window_top.subclass IS 'Subclass.';
COMMENT ON COLUMN run_window_top.families IS 'Families in the window.';

CREATE TABLE run_shift (run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, level TINYINT NOT NULL, prefix VARCHAR NOT NULL, amplitude INTEGER NOT NULL, is_counted BOOLEAN NOT NULL, reason VARCHAR, carriers VARCHAR NOT NULL);
COMMENT ON TABLE run_shift IS 'Each new IPC prefix at each level (METHODS §3).';
COMMENT ON COLUMN run_shift.run_id IS 'Run.';
COMMENT ON COLUMN run_shift.technology_id IS 'Technology.';
COMMENT ON COLUMN run_shift.level IS '1 section, 2 first class digit, 3 second class digit, 4 subclass letter.';
COMMENT ON COLUMN run_shift.prefix IS 'New prefix of that many characters.';
COMMENT ON COLUMN run_shift.amplitude IS 'w_k: 4, 3, 2, 1.';
COMMENT ON COLUMN run_shift.is_counted IS 'False where only reclassification explains it.';
COMMENT ON COLUMN run_shift.reason IS 'Why not counted.';
COMMENT ON COLUMN run_shift.carriers IS 'Subclasses of the later list that carry the prefix, comma separated.';

CREATE TABLE run_placements (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, frame VARCHAR NOT NULL, as_of DATE NOT NULL, origin VARCHAR NOT NULL, data_label VARCHAR NOT NULL, query_hash VARCHAR, families INTEGER,
    capability DOUBLE, dynamics_raw DOUBLE, dynamics DOUBLE, strategy VARCHAR, is_watch BOOLEAN, watch_towards VARCHAR, distance DOUBLE, low_evidence BOOLEAN, low_evidence_why VARCHAR, not_placed_why VARCHAR
);
COMMENT ON TABLE run_placements IS 'Where each technology stands: one row per run, technology and frame (METHODS §4).';
COMMENT ON COLUMN run_placements.run_id IS 'Run.';
COMMENT ON COLUMN run_placements.technology_id IS 'Technology.';
COMMENT ON COLUMN run_placements.frame IS 'relative (ranges and weights of this run) or anchored (those of the named baseline run).';
COMMENT ON COLUMN run_placements.as_of IS 'T.';
COMMENT ON COLUMN run_placements.origin IS 'live, adhoc or backfill.';
COMMENT ON COLUMN run_placements.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN run_placements.query_hash IS 'Query in force; a change breaks the series.';
COMMENT ON COLUMN run_placements.families IS 'Families after screening.';
COMMENT ON COLUMN run_placements.capability IS 'K, 0..1.';
COMMENT ON COLUMN run_placements.dynamics_raw IS 'D before standardising.';
COMMENT ON COLUMN run_placements.dynamics IS 'D, min-max over the technologies (anchored: baseline range, may leave 0..1).';
COMMENT ON COLUMN run_placements.strategy IS 'assault 攻坚, disrupt 颠覆, entrench 挖壕, position 卡位; NULL not placed.';
COMMENT ON COLUMN run_placements.is_watch IS 'Nearer than the margin to a cut.';
COMMENT ON COLUMN run_placements.watch_towards IS 'Strategy beyond the nearest cut.';
COMMENT ON COLUMN run_placements.distance IS 'Distance to the nearest cut.';
COMMENT ON COLUMN run_placements.low_evidence IS 'Coverage of some indicator is under the floor.';
COMMENT ON COLUMN run_placements.low_evidence_why IS 'Which.';
COMMENT ON COLUMN run_placements.not_placed_why IS 'Why it was not placed.';

CREATE TABLE run_certainty (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, frame VARCHAR NOT NULL, draws INTEGER NOT NULL, seed BIGINT NOT NULL, capability_low DOUBLE, capability_high DOUBLE, dynamics_low DOUBLE, dynamics_high DOUBLE,
    p_assault DOUBLE, p_disrupt DOUBLE, p_entrench DOUBLE, p_position DOUBLE
);
COMMENT ON TABLE run_certainty IS 'Poisson bootstrap over families: 90 % intervals and quadrant probabilities (METHODS §4, How sure).';
COMMENT ON COLUMN run_certainty.run_id IS 'Run.';
COMMENT ON COLUMN run_certainty.technology_id IS 'Technology.';
COMMENT ON COLUMN run_certainty.frame IS 'relative or anchored.';
COMMENT ON COLUMN run_certainty.draws IS 'Draws.';
COMMENT ON COLUMN run_certainty.seed IS 'Seed.';
COMMENT ON COLUMN run_certainty.capability_low IS '5 % quantile of K.';
COMMENT ON COLUMN run_certainty.capability_high IS '95 % quantile of K.';
COMMENT ON COLUMN run_certainty.dynamics_low IS '5 % quantile of D.';
COMMENT ON COLUMN run_certainty.dynamics_high IS '95 % quantile of D.';
COMMENT ON COLUMN run_certainty.p_assault IS 'Probability of 攻坚 assault.';
COMMENT ON COLUMN run_certainty.p_disrupt IS 'Probability of 颠覆 disrupt.';
COMMENT ON COLUMN run_certainty.p_entrench IS 'Probability of 挖壕 entrench.';
COMMENT ON COLUMN run_certainty.p_position IS 'Probability of 卡位 position.';

CREATE TABLE run_attributions (
    from_run INTEGER NOT NULL, to_run INTEGER NOT NULL, technology_id VARCHAR NOT NULL, frame VARCHAR NOT NULL, part VARCHAR NOT NULL, capability_change DOUBLE, dynamics_change DOUBLE
);
COMMENT ON TABLE run_attributions IS 'Exact Shapley parts of the change of (K, D) between two runs; parts add up to the change (METHODS §4, Why it moved).';
COMMENT ON COLUMN run_attributions.from_run IS 'Earlier run.';
COMMENT ON COLUMN run_attributions.to_run IS 'Later run.';
COMMENT ON COLUMN run_attributions.technology_id IS 'Technology.';
COMMENT ON COLUMN run_attributions.frame IS 'relative or anchored.';
COMMENT ON COLUMN run_attributions.part IS 'own_shares, own_shift, weights or range.';
COMMENT ON COLUMN run_attributions.capability_change IS 'Part of the change of K.';
COMMENT ON COLUMN run_attributions.dynamics_change IS 'Part of the change of D.';

CREATE TABLE audit_results (run_id INTEGER NOT NULL, audit VARCHAR NOT NULL, source VARCHAR, rows_found INTEGER NOT NULL, is_blocking BOOLEAN NOT NULL, sample VARCHAR);
COMMENT ON TABLE audit_results IS 'Audits of a run: queries that must return no row.';
COMMENT ON COLUMN audit_results.run_id IS 'Run.';
COMMENT ON COLUMN audit_results.audit IS 'Audit (file name under sql/audits).';
COMMENT ON COLUMN audit_results.source IS 'Source concerned, where the audit is per source.';
COMMENT ON COLUMN audit_results.rows_found IS 'Rows found; 0 = passed.';
COMMENT ON COLUMN audit_results.is_blocking IS 'True when a failure keeps the snapshot from being published.';
COMMENT ON COLUMN audit_results.sample IS 'A few offending rows, as JSON.';
