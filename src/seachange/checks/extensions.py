"""What the extensions that people use most bring along: by these names it is known which one is missing."""

from __future__ import annotations

_FUNCTIONS = {
    "uuid-ossp": "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil",
    "pgcrypto": "digest hmac crypt gen_salt pgp_sym_encrypt pgp_sym_decrypt pgp_pub_encrypt pgp_pub_decrypt"
    " gen_random_bytes armor dearmor",
    "pg_trgm": "similarity word_similarity strict_word_similarity show_trgm set_limit show_limit",
    "unaccent": "unaccent",
    "fuzzystrmatch": "levenshtein levenshtein_less_equal soundex difference metaphone dmetaphone daitch_mokotoff",
    "hstore": "hstore akeys avals hstore_to_json hstore_to_jsonb populate_record svals skeys",
    "ltree": "subltree subpath nlevel lca text2ltree ltree2text",
    "tablefunc": "crosstab crosstab2 crosstab3 crosstab4 connectby normal_rand",
    "earthdistance": "earth ll_to_earth earth_distance earth_box",
    "cube": "cube cube_dim cube_distance cube_ll_coord cube_ur_coord",
    "postgis": "st_makepoint st_point st_setsrid st_distance st_dwithin st_contains st_intersects st_within st_buffer"
    " st_geomfromtext st_geogfromtext st_astext st_asgeojson st_x st_y st_area st_length st_transform"
    " st_makeenvelope st_centroid st_union st_collect st_srid st_geomfromgeojson st_distancesphere postgis_version",
    "pg_cron": "schedule unschedule",
    "dblink": "dblink dblink_connect dblink_exec dblink_disconnect",
}
_TYPES = {
    "citext": "citext",
    "hstore": "hstore",
    "ltree": "ltree lquery ltxtquery",
    "cube": "cube",
    "earthdistance": "earth",
    "postgis": "geometry geography box2d box3d",
    "vector": "vector halfvec sparsevec",
    "isn": "isbn isbn13 issn ismn ean13 upc",
    "seg": "seg",
}
_CLASSES = {
    "pg_trgm": "gin_trgm_ops gist_trgm_ops",
    "vector": "vector_l2_ops vector_ip_ops vector_cosine_ops",
    "hstore": "gin_hstore_ops gist_hstore_ops btree_hstore_ops",
    "ltree": "gist_ltree_ops",
}


def _turned(known: dict[str, str]) -> dict[str, str]:
    return {name: extension for extension, names in known.items() for name in names.split()}


OF = {
    "routine": {**_turned(_FUNCTIONS), "cosine_distance": "vector", "l2_distance": "vector", "inner_product": "vector"},
    "type": _turned(_TYPES),
    "class": _turned(_CLASSES),
}
"""The extension that a routine, type or operator class comes from, by its name."""
