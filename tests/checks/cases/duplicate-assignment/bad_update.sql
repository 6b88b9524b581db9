UPDATE goods SET price = 1, name = 'x', price = 2;
