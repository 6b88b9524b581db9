CREATE SUBSCRIPTION s CONNECTION 'postgresql://app:geheim@other/shop' PUBLICATION p;
