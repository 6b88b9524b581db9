DROP TABLE orders;  -- seachange: allow DL01 because nothing has read it since May
