-- Where each technology is under every other choice that could have been made.

CREATE TABLE run_sensitivity (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, frame VARCHAR NOT NULL, kind VARCHAR NOT NULL, value VARCHAR NOT NULL,
    capability DOUBLE, dynamics DOUBLE, strategy VARCHAR, not_placed_why VARCHAR
);
COMMENT ON TABLE run_sensitivity IS 'Place of each technology with one choice changed (docs/methods.md, Sensitivity). 敏感性：逐一改变某项选择后的定位';
COMMENT ON COLUMN run_sensitivity.run_id IS 'Run of kind sensitivity. 运行';
COMMENT ON COLUMN run_sensitivity.technology_id IS 'Technology. 技术';
COMMENT ON COLUMN run_sensitivity.frame IS 'relative; anchored too where the settings name its baseline. 参照系';
COMMENT ON COLUMN run_sensitivity.kind IS 'What was changed: as it is (nothing), country_rule, windows, screening, order, top, self_citations, without_source. 改变的选择';
COMMENT ON COLUMN run_sensitivity.value IS 'To what; the source left out. 取值';
COMMENT ON COLUMN run_sensitivity.capability IS 'K. 技术能力基础';
COMMENT ON COLUMN run_sensitivity.dynamics IS 'D. 技术范式动态性';
COMMENT ON COLUMN run_sensitivity.strategy IS 'assault, disrupt, entrench, position; NULL: not placed. 策略';
COMMENT ON COLUMN run_sensitivity.not_placed_why IS 'Why it is not placed. 未定位原因';
