DO $$ BEGIN
  -- seachange: allow drop-table because this is no comment of the script
  PERFORM 1;
END $$;
SELECT '-- seachange: allow drop-table because this is a value';
