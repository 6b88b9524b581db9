SELECT * FROM dblink('host=other dbname=shop password=geheim', 'SELECT 1') AS t (a int);
