VACUUM (FULL off) orders;
