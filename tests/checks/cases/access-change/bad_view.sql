ALTER VIEW titles SET (security_barrier);
