-- The citation network of each technology, measured with every run (METHODS §5; docs/network.md).

CREATE TABLE network_indicators (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, as_of DATE NOT NULL, indicator VARCHAR NOT NULL, subject VARCHAR,
    value DOUBLE, numerator DOUBLE, denominator DOUBLE, coverage DOUBLE, outside_share DOUBLE
);
COMMENT ON TABLE network_indicators IS 'Figures of each technology''s citation network (引文网络指标): one row per run, indicator and subject; docs/network.md defines each.';
COMMENT ON COLUMN network_indicators.run_id IS 'Run.';
COMMENT ON COLUMN network_indicators.technology_id IS 'Technology.';
COMMENT ON COLUMN network_indicators.as_of IS 'As-of date T of the graph.';
COMMENT ON COLUMN network_indicators.indicator IS 'foreign_dependence 对外依赖度, self_reliance 自给度, holder_hhi, …; foreign_dependence_by_year has the filing year as its subject.';
COMMENT ON COLUMN network_indicators.subject IS 'Whom it is about: a country or a year; NULL the whole network.';
COMMENT ON COLUMN network_indicators.value IS 'numerator / denominator; NULL where there is nothing to divide by (unknown, not zero). For counts the count.';
COMMENT ON COLUMN network_indicators.numerator IS 'What was counted.';
COMMENT ON COLUMN network_indicators.denominator IS 'Out of how many.';
COMMENT ON COLUMN network_indicators.coverage IS 'Share of the citations (families) whose country (holder, date) is known.';
COMMENT ON COLUMN network_indicators.outside_share IS 'Share of the network''s citations that leave the harvested set.';

CREATE TABLE network_main_path (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, as_of DATE NOT NULL, variant VARCHAR NOT NULL, position INTEGER NOT NULL, family_id VARCHAR NOT NULL,
    "year" SMALLINT, country VARCHAR, holder VARCHAR, title_zh VARCHAR, title_en VARCHAR, on_paths DOUBLE NOT NULL
);
COMMENT ON TABLE network_main_path IS 'Families on the main path (技术主路径) of each technology''s citation network.';
COMMENT ON COLUMN network_main_path.run_id IS 'Run.';
COMMENT ON COLUMN network_main_path.technology_id IS 'Technology.';
COMMENT ON COLUMN network_main_path.as_of IS 'As-of date T of the graph.';
COMMENT ON COLUMN network_main_path.variant IS 'global, local, key_route_global or key_route_local.';
COMMENT ON COLUMN network_main_path.position IS 'Place on the path, 1 = its source. On key routes, which branch, the order of the graph.';
COMMENT ON COLUMN network_main_path.family_id IS 'Family (families.family_id).';
COMMENT ON COLUMN network_main_path."year" IS 'Filing year, else publication year; NULL unknown.';
COMMENT ON COLUMN network_main_path.country IS 'Country under the run''s rule; NULL unknown.';
COMMENT ON COLUMN network_main_path.holder IS 'First applicant, folded name; NULL unknown.';
COMMENT ON COLUMN network_main_path.title_zh IS 'Title, Chinese where known.';
COMMENT ON COLUMN network_main_path.title_en IS 'Title, English where known.';
COMMENT ON COLUMN network_main_path.on_paths IS 'Share of all source-to-sink paths that run through its strongest citation on this path.';

CREATE TABLE network_flows (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, as_of DATE NOT NULL, citing_country VARCHAR, cited_country VARCHAR, citations INTEGER NOT NULL, share DOUBLE
);
COMMENT ON TABLE network_flows IS 'Who cites whom (国家间引用流向): backward citations by citing and cited country.';
COMMENT ON COLUMN network_flows.run_id IS 'Run.';
COMMENT ON COLUMN network_flows.technology_id IS 'Technology.';
COMMENT ON COLUMN network_flows.as_of IS 'As-of date T of the graph.';
COMMENT ON COLUMN network_flows.citing_country IS 'Country of the citing family; NULL unknown.';
COMMENT ON COLUMN network_flows.cited_country IS 'Country of the cited family; NULL unknown.';
COMMENT ON COLUMN network_flows.citations IS 'Citations between families, once a pair.';
COMMENT ON COLUMN network_flows.share IS 'Of the citing country''s citations whose cited country is known; NULL where either is unknown.';

CREATE TABLE network_links (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, as_of DATE NOT NULL, "first" VARCHAR NOT NULL, "second" VARCHAR NOT NULL,
    earlier INTEGER NOT NULL, later INTEGER NOT NULL, state VARCHAR NOT NULL, first_community INTEGER, second_community INTEGER
);
COMMENT ON TABLE network_links IS 'Co-classification of IPC subclasses in the two windows (共类网络), kept for the latest runs like run_families.';
COMMENT ON COLUMN network_links.run_id IS 'Run.';
COMMENT ON COLUMN network_links.technology_id IS 'Technology.';
COMMENT ON COLUMN network_links.as_of IS 'As-of date T.';
COMMENT ON COLUMN network_links."first" IS 'Subclass, mapped to one IPC edition; before "second" in the alphabet.';
COMMENT ON COLUMN network_links."second" IS 'Subclass it shares families with.';
COMMENT ON COLUMN network_links.earlier IS 'Families with both in the earlier window.';
COMMENT ON COLUMN network_links.later IS 'Families with both in the later window.';
COMMENT ON COLUMN network_links.state IS 'new, kept or gone.';
COMMENT ON COLUMN network_links.first_community IS 'Community of "first" in the later window, 1 = largest; NULL not in that window.';
COMMENT ON COLUMN network_links.second_community IS 'Community of "second" in the later window.';

CREATE TABLE network_holders (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, as_of DATE NOT NULL, holder VARCHAR NOT NULL, earlier INTEGER, earlier_rank INTEGER, later INTEGER, later_rank INTEGER,
    state VARCHAR, partners INTEGER NOT NULL, betweenness DOUBLE, betweenness_error DOUBLE
);
COMMENT ON TABLE network_holders IS 'The first 20 holders (权利人) of each window, and the 20 strongest brokers (中介者) of the co-applicant network.';
COMMENT ON COLUMN network_holders.run_id IS 'Run.';
COMMENT ON COLUMN network_holders.technology_id IS 'Technology.';
COMMENT ON COLUMN network_holders.as_of IS 'As-of date T.';
COMMENT ON COLUMN network_holders.holder IS 'Applicant, folded name.';
COMMENT ON COLUMN network_holders.earlier IS 'Families in the earlier window; NULL where it is listed as a broker only.';
COMMENT ON COLUMN network_holders.earlier_rank IS '1 = most families; NULL none in the window.';
COMMENT ON COLUMN network_holders.later IS 'Families in the later window.';
COMMENT ON COLUMN network_holders.later_rank IS '1 = most families; NULL none in the window.';
COMMENT ON COLUMN network_holders.state IS 'stayed in the first 20, entered or left them; NULL broker only.';
COMMENT ON COLUMN network_holders.partners IS 'Holders it shares a family with.';
COMMENT ON COLUMN network_holders.betweenness IS 'Share of the pairs of other holders whose shortest paths run through it; NULL without a partner.';
COMMENT ON COLUMN network_holders.betweenness_error IS 'Standard error of the sample; 0 where every holder was a source.';
