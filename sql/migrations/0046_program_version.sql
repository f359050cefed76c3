-- By which version of the program a run was made.

ALTER TABLE runs ADD COLUMN program_version VARCHAR;
COMMENT ON COLUMN runs.program_version IS 'Version of the program that started the run or continued it last; NULL: made before this was recorded. 程序版本';
