-- What each publication of a family says to the screening steps, so that publications are screened before families merge.

ALTER TABLE family_states ADD COLUMN publication_states STRUCT(
    published DATE, has_patent BOOLEAN, has_utility_model BOOLEAN, in_force BOOLEAN, has_legal_event BOOLEAN
)[];
COMMENT ON COLUMN family_states.publication_states IS 'What the screening asks of each publication of the family known by then; of those that say the same the earliest. NULL only between an upgrade and the first run, which fills it. 各公开文本的筛选状态';
