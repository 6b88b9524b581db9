CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION set_updated_at();
