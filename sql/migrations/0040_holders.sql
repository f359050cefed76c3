-- Who holds a technology: the ledger of names, decisions about them, concentration, and the risk of a monopoly.

COMMENT ON COLUMN runs.kind IS 'refresh, import, conditions, place, backfill, provinces, review, judge, holders, prune, backup, deliver or heartbeat.';

CREATE TABLE holder_decisions (kind VARCHAR NOT NULL, decision INTEGER NOT NULL, "name" VARCHAR NOT NULL, folded_name VARCHAR NOT NULL, holder VARCHAR NOT NULL, note VARCHAR);
COMMENT ON TABLE holder_decisions IS 'What people decided about names of holders (holders.toml), read anew by every placement: taking an entry out of the file takes it back. 权利人名称决定';
COMMENT ON COLUMN holder_decisions.kind IS 'same (one holder), apart (never one holder) or split (spellings that folding puts together are holders of their own).';
COMMENT ON COLUMN holder_decisions.decision IS 'Which entry of the file, counted by kind.';
COMMENT ON COLUMN holder_decisions."name" IS 'Name as the file states it.';
COMMENT ON COLUMN holder_decisions.folded_name IS 'The same, folded like applicants.folded_name.';
COMMENT ON COLUMN holder_decisions.holder IS 'Holder that the name stands for; apart: the name itself.';
COMMENT ON COLUMN holder_decisions.note IS 'Why.';

CREATE TABLE holder_names ("name" VARCHAR NOT NULL, is_stated BOOLEAN NOT NULL, holder VARCHAR NOT NULL, settled_by VARCHAR NOT NULL, spellings INTEGER NOT NULL, example VARCHAR, families INTEGER NOT NULL, rank INTEGER NOT NULL);
COMMENT ON TABLE holder_names IS 'The ledger of names: which holder each name of a first applicant stands for, and by what. 权利人名称台账';
COMMENT ON COLUMN holder_names."name" IS 'Folded name; where is_stated, one spelling as stated.';
COMMENT ON COLUMN holder_names.is_stated IS 'A spelling that a decision split from its folded name.';
COMMENT ON COLUMN holder_names.holder IS 'Holder.';
COMMENT ON COLUMN holder_names.settled_by IS 'folding (spelling and legal form only), decision (holders.toml) or automatic (setting holders.automatic; never for the largest twenty).';
COMMENT ON COLUMN holder_names.spellings IS 'Spellings that fold to it.';
COMMENT ON COLUMN holder_names.example IS 'One of them.';
COMMENT ON COLUMN holder_names.families IS 'Families whose first applicant has it.';
COMMENT ON COLUMN holder_names.rank IS 'Rank of the holder by families of all technologies, 1 = largest.';

CREATE TABLE holder_proposals (first_name VARCHAR NOT NULL, second_name VARCHAR NOT NULL, reason VARCHAR NOT NULL, first_families INTEGER NOT NULL, second_families INTEGER NOT NULL, together INTEGER NOT NULL, share DOUBLE, is_large BOOLEAN NOT NULL, state VARCHAR NOT NULL);
COMMENT ON TABLE holder_proposals IS 'Names that may be one holder: proposals for a person to decide in holders.toml. 权利人合并建议';
COMMENT ON COLUMN holder_proposals.first_name IS 'Folded name, the one with more families.';
COMMENT ON COLUMN holder_proposals.second_name IS 'Folded name.';
COMMENT ON COLUMN holder_proposals.reason IS 'spelling (same letters, other spaces), order (same words, other order), family (side by side: the same place among the applicants of two members of one family).';
COMMENT ON COLUMN holder_proposals.first_families IS 'Families with the first name among the applicants.';
COMMENT ON COLUMN holder_proposals.second_families IS 'With the second.';
COMMENT ON COLUMN holder_proposals.together IS 'Families in which they stand side by side.';
COMMENT ON COLUMN holder_proposals.share IS 'together over the families of the rarer name that have members to compare; NULL for spelling and order.';
COMMENT ON COLUMN holder_proposals.is_large IS 'One of them is among the twenty largest: never joined without a person.';
COMMENT ON COLUMN holder_proposals.state IS 'open, same or apart (decided in holders.toml), or automatic.';

CREATE TABLE run_holders (run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, rank INTEGER NOT NULL, holder VARCHAR NOT NULL, country VARCHAR, families INTEGER NOT NULL, share DOUBLE, top_cited INTEGER NOT NULL);
COMMENT ON TABLE run_holders IS 'The first twenty holders of each technology, after screening, by the ledger of names. 主要权利人';
COMMENT ON COLUMN run_holders.run_id IS 'Run.';
COMMENT ON COLUMN run_holders.technology_id IS 'Technology.';
COMMENT ON COLUMN run_holders.rank IS '1 = most families; ties by name.';
COMMENT ON COLUMN run_holders.holder IS 'Holder.';
COMMENT ON COLUMN run_holders.country IS 'Country of most of its families; NULL unknown.';
COMMENT ON COLUMN run_holders.families IS 'Families it is the first applicant of.';
COMMENT ON COLUMN run_holders.share IS 'Of the families whose holder is known.';
COMMENT ON COLUMN run_holders.top_cited IS 'Of these among the most cited tenth.';

CREATE TABLE run_concentration (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, families INTEGER NOT NULL, holder_known INTEGER NOT NULL, holders INTEGER NOT NULL, hhi DOUBLE, effective_holders DOUBLE, top1_share DOUBLE, top4_share DOUBLE, top10_share DOUBLE, top20_share DOUBLE,
    country_known INTEGER NOT NULL, lead_country VARCHAR, lead_share DOUBLE, second_country VARCHAR, second_share DOUBLE, lead_ratio DOUBLE,
    top_cited INTEGER NOT NULL, top_cited_known INTEGER NOT NULL, top_lead_country VARCHAR, top_lead_share DOUBLE, top_second_country VARCHAR, top_second_share DOUBLE, top_lead_ratio DOUBLE, top_holders INTEGER NOT NULL, top_holders_in_lead INTEGER, risk VARCHAR
);
COMMENT ON TABLE run_concentration IS 'How few holders and countries have a technology, and the risk that one country monopolises it (docs/methods.md, Holders). 集中度与垄断风险';
COMMENT ON COLUMN run_concentration.run_id IS 'Run.';
COMMENT ON COLUMN run_concentration.technology_id IS 'Technology.';
COMMENT ON COLUMN run_concentration.families IS 'Families after screening.';
COMMENT ON COLUMN run_concentration.holder_known IS 'Of these with a known first applicant.';
COMMENT ON COLUMN run_concentration.holders IS 'Holders.';
COMMENT ON COLUMN run_concentration.hhi IS 'Herfindahl index of holders, 0..1: sum of squared shares; NULL none known.';
COMMENT ON COLUMN run_concentration.effective_holders IS '1 / hhi: as many equal holders would be as concentrated.';
COMMENT ON COLUMN run_concentration.top1_share IS 'Share of the largest holder.';
COMMENT ON COLUMN run_concentration.top4_share IS 'Share of the four largest.';
COMMENT ON COLUMN run_concentration.top10_share IS 'Of the ten largest.';
COMMENT ON COLUMN run_concentration.top20_share IS 'Of the twenty largest.';
COMMENT ON COLUMN run_concentration.country_known IS 'Families with a known country.';
COMMENT ON COLUMN run_concentration.lead_country IS 'Country with most families.';
COMMENT ON COLUMN run_concentration.lead_share IS 'Its share of the families whose country is known.';
COMMENT ON COLUMN run_concentration.second_country IS 'Country with the next most; NULL none.';
COMMENT ON COLUMN run_concentration.second_share IS 'Its share.';
COMMENT ON COLUMN run_concentration.lead_ratio IS 'Families of the lead country over those of the second; NULL without a second.';
COMMENT ON COLUMN run_concentration.top_cited IS 'Families of the most cited tenth: the tenth rounded up, all that tie with the last, uncited ones never.';
COMMENT ON COLUMN run_concentration.top_cited_known IS 'Of these with a known country.';
COMMENT ON COLUMN run_concentration.top_lead_country IS 'Country with most of these.';
COMMENT ON COLUMN run_concentration.top_lead_share IS 'Its share of them.';
COMMENT ON COLUMN run_concentration.top_second_country IS 'Country with the next most; NULL none.';
COMMENT ON COLUMN run_concentration.top_second_share IS 'Its share.';
COMMENT ON COLUMN run_concentration.top_lead_ratio IS 'Lead over second; NULL without a second.';
COMMENT ON COLUMN run_concentration.top_holders IS 'Holders looked at: the ten with most of the most cited families, fewer where there are fewer.';
COMMENT ON COLUMN run_concentration.top_holders_in_lead IS 'Of these of the country that leads the most cited families.';
COMMENT ON COLUMN run_concentration.risk IS 'high (eight of ten holders in the lead country, and three times the second), medium (five, and twice) or low: ASPI''s levels; NULL: fewer than ten holders, or no citation known.';
