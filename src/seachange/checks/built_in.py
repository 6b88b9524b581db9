"""Functions that come with PostgreSQL, by name: what is called and not among these, somebody has to have made."""

from __future__ import annotations

from seachange.rules.volatility import STEADY, VOLATILE

_OTHERS = """
    aclexplode any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp
    cume_dist database_to_xml database_to_xml_and_xmlschema database_to_xmlschema dense_rank every first_value
    generate_series generate_subscripts int8_sum json_agg json_agg_strict json_array_elements
    json_array_elements_text json_each json_each_text json_object_agg json_object_agg_strict
    json_object_agg_unique json_object_agg_unique_strict json_object_keys json_populate_recordset
    json_to_recordset jsonb_agg jsonb_agg_strict jsonb_array_elements jsonb_array_elements_text jsonb_each
    jsonb_each_text jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique
    jsonb_object_agg_unique_strict jsonb_object_keys jsonb_path_query jsonb_path_query_tz
    jsonb_populate_recordset jsonb_to_recordset lag last_value lead max min mode nth_value ntile
    numeric_div_trunc numeric_exp numeric_inc numeric_ln numeric_log numeric_sqrt oidvectortypes percent_rank
    percentile_cont percentile_disc plpgsql_call_handler range_agg range_intersect_agg rank regexp_matches
    regexp_split_to_table regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy
    regr_syy row_number schema_to_xml schema_to_xml_and_xmlschema schema_to_xmlschema stddev stddev_pop
    stddev_samp string_agg string_to_table sum table_to_xml table_to_xml_and_xmlschema table_to_xmlschema
    ts_debug ts_parse ts_stat ts_token_type txid_snapshot_xip unnest var_pop var_samp variance xmlagg
"""
"""Aggregates, window functions and such as give many rows, beside what `rules.volatility` lists."""

_NAMES = STEADY | VOLATILE | frozenset(_OTHERS.split())
_BEGINNINGS = (
    "pg_",
    "binary_upgrade_",
    "has_",
    "array",
    "json_",
    "jsonb_",
    "numeric_",
    "range_",
    "int",
    "float",
    "starts_",
)
_WITHIN = ("_canonical", "_subdiff", "_validator")
_GRAMMAR = frozenset({"extract", "overlay", "position", "substring", "trim", "xmlexists", "normalize", "system_user"})


def is_built_in(name: str) -> bool:
    """Whether a function of this name comes with PostgreSQL, other than those behind operators and types."""
    return name in _NAMES or name in _GRAMMAR or name.startswith(_BEGINNINGS) or name.endswith(_WITHIN)
