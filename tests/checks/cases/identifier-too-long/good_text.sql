COMMENT ON TABLE orders IS 'https://example.org/a/very/long/address/that/is/no/name/at/all/but/some/text/in/quotes';
