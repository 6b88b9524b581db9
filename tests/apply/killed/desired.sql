create schema shop;
create type shop.mood as enum ('calm', 'wild');
create table shop.clients (
  id bigint generated always as identity primary key,
  email text not null,
  born date,
  note text,
  token uuid not null default gen_random_uuid(),
  seen timestamptz default clock_timestamp(),
  mood shop.mood default 'calm',
  constraint clients_email_key unique (email),
  constraint clients_token_key unique (token),
  constraint clients_email_check check (email like '%@%')
);
create table shop.products (
  id int primary key,
  name text not null,
  price numeric(12,2) check (price >= 0),
  code uuid default gen_random_uuid()
);
create unique index products_name on shop.products (name);
create table shop.orders (
  id bigint generated always as identity primary key,
  client_id bigint not null references shop.clients (id),
  status text not null,
  total bigint check (total >= 0),
  placed timestamptz default now(),
  reference uuid default gen_random_uuid()
);
create index orders_placed on shop.orders (placed desc, id);
create index orders_client on shop.orders (client_id);
create index orders_status on shop.orders (status) where status <> 'paid';
create table shop.items (
  order_id bigint references shop.orders (id),
  line int,
  product_id int not null references shop.products (id),
  quantity int not null check (quantity > 0),
  primary key (order_id, line)
);
create index items_product on shop.items (product_id);
create table shop.audit (what text, said timestamptz, mark uuid default gen_random_uuid());
create index audit_said on shop.audit (said, what);
create index audit_what on shop.audit (what);
create table shop.counter (n int not null);
create table shop.returns (id bigint generated always as identity primary key, order_id bigint references shop.orders (id), why text);
create index returns_order on shop.returns (order_id);
create view shop.open_orders with (security_invoker) as select id, client_id, total from shop.orders where status = 'open';
create materialized view shop.sales as select client_id, sum(total) as total from shop.orders group by 1;
create unique index sales_client on shop.sales (client_id);
create function shop.spent(client bigint) returns numeric language sql stable
  return (select coalesce(sum(o.total), 0) from shop.orders o where o.client_id = client);
create function shop.touch() returns trigger language plpgsql as $$ begin new.seen := clock_timestamp(); return new; end $$;
create trigger touch before update of email on shop.clients for each row execute function shop.touch();
alter table shop.clients enable row level security;
create policy everybody on shop.clients using (true);
comment on table shop.clients is 'Who buys.';
comment on column shop.orders.total is 'In cents.';
grant select on shop.open_orders to public;
