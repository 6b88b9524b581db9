-- state
CREATE FUNCTION many() RETURNS void LANGUAGE plpgsql AS 'begin perform 1 from no_such_table; end';
