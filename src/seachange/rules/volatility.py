"""Functions of PostgreSQL by what they may return: always the same within a statement, or another value for each row.

As pg_proc.provolatile has it on 14 to 18, for those that somebody may write into an expression; but `timezone`, as
AT TIME ZONE is called, was volatile on 14 for times of day with a zone.
"""

from __future__ import annotations

_VOLATILE = """
    amvalidate array_sample array_shuffle brin_desummarize_range brin_summarize_new_values brin_summarize_range
    clock_timestamp current_query currtid2 currval cursor_to_xml cursor_to_xmlschema gen_random_uuid
    gin_clean_pending_list lastval lo_close lo_creat lo_create lo_export lo_from_bytea lo_get lo_import lo_lseek
    lo_lseek64 lo_open lo_put lo_tell lo_tell64 lo_truncate lo_truncate64 lo_unlink loread lowrite nextval
    pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock pg_advisory_unlock_all pg_advisory_unlock_shared
    pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_blocking_pids pg_cancel_backend pg_clear_attribute_stats
    pg_clear_relation_stats pg_collation_actual_version pg_control_checkpoint pg_control_init pg_control_recovery
    pg_control_system pg_copy_logical_replication_slot pg_copy_physical_replication_slot
    pg_create_logical_replication_slot pg_create_physical_replication_slot pg_create_restore_point
    pg_current_logfile pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn
    pg_database_collation_actual_version pg_database_size pg_drop_replication_slot pg_export_snapshot
    pg_extension_config_dump pg_get_sequence_data pg_get_wal_replay_pause_state pg_get_wal_summarizer_state
    pg_import_system_collations pg_indexes_size pg_is_in_backup pg_is_in_recovery pg_is_wal_replay_paused
    pg_isolation_test_session_is_blocked pg_jit_available pg_log_backend_memory_contexts pg_log_standby_snapshot
    pg_nextoid pg_notification_queue_usage pg_notify pg_promote pg_read_binary_file pg_read_file pg_read_file_old
    pg_relation_size pg_reload_conf pg_restore_attribute_stats pg_restore_relation_stats pg_rotate_logfile
    pg_rotate_logfile_old pg_safe_snapshot_blocking_pids pg_sequence_last_value pg_sleep pg_sleep_for pg_sleep_until
    pg_start_backup pg_stop_backup pg_stop_making_pinned_objects pg_switch_wal pg_sync_replication_slots
    pg_table_size pg_tablespace_size pg_terminate_backend pg_total_relation_size pg_try_advisory_lock
    pg_try_advisory_lock_shared pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared pg_xact_commit_timestamp
    pg_xact_commit_timestamp_origin pg_xact_status plpgsql_validator query_to_xml query_to_xml_and_xmlschema
    query_to_xmlschema random random_normal set_config setseed setval timeofday ts_rewrite txid_status uuidv4 uuidv7
"""
_STEADY = """
    abbrev abs acldefault acos acosd acosh age area array_dims array_fill array_length array_lower array_ndims
    array_position array_positions array_remove array_replace array_reverse array_sort array_to_json array_to_string
    array_to_tsvector array_upper ascii asin asind asinh atan atan2 atan2d atand atanh bit bit_count bit_length bool
    box bpchar broadcast btrim bytea cardinality casefold cash_words cbrt ceil ceiling center char char_length
    character_length chr cidr circle col_description concat concat_ws convert convert_from convert_to cos cosd cosh
    cot cotd crc32 crc32c current_database current_schema current_schemas current_setting current_user date date_add
    date_bin date_part date_subtract date_trunc datemultirange daterange decode degrees dexp diagonal diameter div
    dlog1 dlog10 dround dtrunc encode enum_first enum_last enum_range erf erfc exp extract factorial family float4
    float8 floor format format_type gamma gcd get_bit get_byte get_current_ts_config getdatabaseencoding
    getpgusername has_any_column_privilege has_column_privilege has_database_privilege
    has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege has_largeobject_privilege
    has_parameter_privilege has_schema_privilege has_sequence_privilege has_server_privilege has_table_privilege
    has_tablespace_privilege has_type_privilege height host hostmask icu_unicode_version inet_client_addr
    inet_client_port inet_server_addr inet_server_port initcap int2 int2int4_sum int4 int4inc int4multirange
    int4range int8 int8multirange int8range interval interval_avg interval_combine is_normalized isclosed isempty
    isfinite ishorizontal isopen isparallel isperp isvertical json_array_length json_build_array json_build_object
    json_object json_populate_record json_strip_nulls json_to_record json_to_tsvector json_typeof jsonb_array_length
    jsonb_build_array jsonb_build_object jsonb_insert jsonb_object jsonb_path_exists jsonb_path_exists_tz
    jsonb_path_match jsonb_path_match_tz jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first
    jsonb_path_query_first_tz jsonb_populate_record jsonb_populate_record_valid jsonb_pretty jsonb_set jsonb_set_lax
    jsonb_strip_nulls jsonb_to_record jsonb_to_tsvector jsonb_typeof justify_days justify_hours justify_interval lcm
    left length lgamma like like_escape line ln log log10 lower lower_inc lower_inf lpad lseg ltrim macaddr macaddr8
    macaddr8_set7bit make_date make_interval make_time make_timestamp make_timestamptz makeaclitem masklen md5
    min_scale mod money multirange mxid_age name nameconcatoid netmask network normalize notlike now npoints
    num_nonnulls num_nulls numeric nummultirange numnode numrange obj_description octet_length oid overlaps overlay
    parse_ident path pclose pg_backend_pid pg_backup_start_time pg_basetype pg_char_to_encoding pg_client_encoding
    pg_collation_for pg_column_compression pg_column_is_updatable pg_column_size pg_column_toast_chunk_id
    pg_conf_load_time pg_current_snapshot pg_current_xact_id pg_current_xact_id_if_assigned pg_describe_object
    pg_encoding_max_length pg_encoding_to_char pg_filenode_relation pg_has_role pg_identify_object
    pg_identify_object_as_address pg_input_error_info pg_input_is_valid pg_is_other_temp_schema pg_lsn
    pg_my_temp_schema pg_numa_available pg_partition_root pg_postmaster_start_time pg_relation_filenode
    pg_relation_filepath pg_relation_is_publishable pg_relation_is_updatable pg_sequence_parameters
    pg_settings_get_flags pg_size_bytes pg_size_pretty pg_snapshot_xmax pg_snapshot_xmin pg_split_walfile_name
    pg_tablespace_location pg_trigger_depth pg_typeof pg_visible_in_snapshot phraseto_tsquery pi plainto_tsquery
    point polygon popen position pow power querytree quote_ident quote_literal quote_nullable radians radius
    range_merge regclass regexp_count regexp_instr regexp_like regexp_match regexp_replace regexp_split_to_array
    regexp_substr repeat replace reverse right round row_security_active row_to_json rpad rtrim
    satisfies_hash_partition scale session_user set_bit set_byte set_masklen setweight sha224 sha256 sha384 sha512
    shobj_description sign similar_escape similar_to_escape sin sind sinh slope split_part sqrt statement_timestamp
    string_to_array strip strpos substr substring system_user tan tand tanh text textlen time timestamp timestamptz
    timetz timezone to_ascii to_bin to_char to_date to_hex to_json to_jsonb to_number to_oct to_regclass
    to_regcollation to_regnamespace to_regoper to_regoperator to_regproc to_regprocedure to_regrole to_regtype
    to_regtypemod to_timestamp to_tsquery to_tsvector transaction_timestamp translate trim_array trim_scale trunc
    ts_delete ts_filter ts_headline ts_lexize ts_rank ts_rank_cd tsmultirange tsquery_phrase tsrange tstzmultirange
    tstzrange tsvector_to_array txid_current txid_current_if_assigned txid_current_snapshot txid_snapshot_xmax
    txid_snapshot_xmin txid_visible_in_snapshot unicode_assigned unicode_version unistr upper upper_inc upper_inf
    uuid_extract_timestamp uuid_extract_version varbit varchar version websearch_to_tsquery width width_bucket xid
    xml xml_is_well_formed xml_is_well_formed_content xml_is_well_formed_document xmlcomment xmlconcat2 xmlexists
    xmltext xmlvalidate xpath xpath_exists
"""
_BARE = """
    current_database current_schema current_user get_current_ts_config getdatabaseencoding getpgusername
    icu_unicode_version inet_client_addr inet_client_port inet_server_addr inet_server_port now pg_backend_pid
    pg_backup_start_time pg_client_encoding pg_conf_load_time pg_current_snapshot pg_current_xact_id
    pg_current_xact_id_if_assigned pg_my_temp_schema pg_numa_available pg_postmaster_start_time pg_trigger_depth pi
    session_user statement_timestamp system_user transaction_timestamp txid_current txid_current_if_assigned
    txid_current_snapshot unicode_version version
"""
VOLATILE = frozenset(_VOLATILE.split())
"""Another value at each call, in some form of the function."""
STEADY = frozenset(_STEADY.split())
"""Stable or immutable, in all forms of the function."""
BARE = frozenset(_BARE.split())
"""Of these, what takes no arguments: with some, it is another function."""
