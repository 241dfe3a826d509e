"""The C API as ctypes sees it. Made from bindings/api.json by generate.py; do not edit."""
from ctypes import (CFUNCTYPE, POINTER, c_char, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint32, c_uint64,
                    c_void_p, sizeof)
from typing import Any, Dict, List, Tuple

from ._checked import Check, CheckedStructure, int32, int64, size, text, uint32, uint64

CPK_ACTOR_ADMIN = 3
CPK_ACTOR_MIGRATION = 4
CPK_ACTOR_SERVICE = 2
CPK_ACTOR_USER = 1
CPK_ADMIN_ACCOUNT_SUSPENDED = 3
CPK_ADMIN_ACCOUNT_UNSUSPENDED = 4
CPK_ADMIN_CREDIT_ADJUSTMENT = 1
CPK_ADMIN_DETAILS_BYTES_MAX = 16000
CPK_ADMIN_MAY_OWE = 1
CPK_ADMIN_PAYMENT_ASSIGNED = 7
CPK_ADMIN_PLAN_OVERRIDE = 5
CPK_ADMIN_REASON_BYTES_MAX = 2000
CPK_ADMIN_REFUND_ISSUED = 2
CPK_ADMIN_SUPPORT_CREDIT = 6
CPK_ANALYZER_ABI = 1
CPK_ANALYZER_IS_MODEL = 1
CPK_ANALYZER_IS_REMOTE = 2
CPK_ANSWER_COMPLETE = 0
CPK_ANSWER_CONTEXT_OVERFLOW = 4
CPK_ANSWER_FILTERED = 3
CPK_ANSWER_LENGTH = 1
CPK_ANSWER_OVERLOADED = 8
CPK_ANSWER_QUOTA_EXHAUSTED = 6
CPK_ANSWER_RATE_LIMITED = 7
CPK_ANSWER_REFUSED = 2
CPK_ANSWER_UNAUTHENTICATED = 5
CPK_ANSWER_UNREADABLE = 9
CPK_ATTEMPT_CANCELLED = 5
CPK_ATTEMPT_FAILED = 4
CPK_ATTEMPT_INITIATED = 1
CPK_ATTEMPT_PROCESSING = 2
CPK_ATTEMPT_SUCCEEDED = 3
CPK_BUILD_COMPACT = 1
CPK_BUILD_COMPLETE = 4
CPK_BUILD_DOCUMENT = 5
CPK_BUILD_ENDED = 2
CPK_BUILD_FAILED = 6
CPK_BUILD_FINISHED_BEFORE = 2
CPK_BUILD_FROM_EARLIER = 1
CPK_BUILD_INPUT = 3
CPK_BUILD_INPUT_IS_BAD = 4
CPK_BUILD_JSON = 2
CPK_BUILD_MARKDOWN = 1
CPK_BUILD_PACK = 4
CPK_BUILD_STANDARD = 2
CPK_BUILD_STARTED = 1
CPK_BUILD_STRICT = 1
CPK_CHECK_FAILED = 2
CPK_CHECK_PASSED = 0
CPK_CHECK_WARNING = 1
CPK_CREDITS_MAX = 2147483647
CPK_DATABASE_ABI = 1
CPK_DATABASE_CAN_ROW_SECURITY = 1
CPK_DIALECT_POSTGRESQL = 2
CPK_DIALECT_SQLITE = 1
CPK_ENCODING_CL100K_BASE = 2
CPK_ENCODING_O200K_BASE = 1
CPK_ENGINE_LOCAL = 4
CPK_ENGINE_NO_CREATE = 2
CPK_ENGINE_NO_MIGRATE = 1
CPK_ERROR_ALREADY_EXISTS = 5
CPK_ERROR_ANALYZER = 19
CPK_ERROR_BUSY = 8
CPK_ERROR_CANCELLED = 3
CPK_ERROR_CONFLICT = 7
CPK_ERROR_DATABASE = 16
CPK_ERROR_ENCRYPTED = 13
CPK_ERROR_INSUFFICIENT_CREDITS = 20
CPK_ERROR_INTERNAL = 22
CPK_ERROR_INVALID_ARGUMENT = 1
CPK_ERROR_INVALID_DATA = 11
CPK_ERROR_IO = 14
CPK_ERROR_LIMIT_EXCEEDED = 9
CPK_ERROR_NETWORK = 18
CPK_ERROR_NOT_FOUND = 4
CPK_ERROR_NO_CONTENT = 12
CPK_ERROR_NO_SPACE = 15
CPK_ERROR_OUT_OF_MEMORY = 2
CPK_ERROR_PERMISSION_DENIED = 6
CPK_ERROR_STORAGE = 17
CPK_ERROR_TIMEOUT = 21
CPK_ERROR_UNAUTHENTICATED = 23
CPK_ERROR_UNSUPPORTED = 10
CPK_EXPORT_COMPACT = 1
CPK_EXPORT_COMPLETE = 3
CPK_EXPORT_FAILED = 3
CPK_EXPORT_GENERATING = 1
CPK_EXPORT_READY = 2
CPK_EXPORT_STANDARD = 2
CPK_EXTRACTOR_ABI = 1
CPK_FORMAT_JSON = 2
CPK_FORMAT_MARKDOWN = 1
CPK_HOLD_CLOSED = 2
CPK_HOLD_OPEN = 1
CPK_HOLD_RELEASE_REST = 1
CPK_INPUT_DEFERRED = 7
CPK_INPUT_FAILED = 9
CPK_INPUT_GROWN = 2
CPK_INPUT_KNOWN = 3
CPK_INPUT_NEW = 1
CPK_INPUT_PARTIAL = 5
CPK_INPUT_RESUMED = 6
CPK_INPUT_SKIPPED = 8
CPK_INPUT_UNCHANGED = 4
CPK_INPUT_UNREADABLE = 10
CPK_JOB_ANALYZING = 4
CPK_JOB_COMPLETED = 5
CPK_JOB_CREATED = 1
CPK_JOB_FAILED = 6
CPK_JOB_PROCESSING = 2
CPK_JOB_READY_FOR_ANALYSIS = 3
CPK_KIND_ARTIFACT = 10
CPK_KIND_ATTACHMENT = 6
CPK_KIND_CODE = 2
CPK_KIND_DOCUMENT = 12
CPK_KIND_ERROR = 14
CPK_KIND_INSTRUCTIONS = 8
CPK_KIND_MEMORY = 9
CPK_KIND_QUOTE = 7
CPK_KIND_SUMMARY = 13
CPK_KIND_TEXT = 1
CPK_KIND_THINKING = 3
CPK_KIND_TOOL_CALL = 4
CPK_KIND_TOOL_RESULT = 5
CPK_KIND_TRANSCRIPT = 11
CPK_LEDGER_KEY_BYTES_MAX = 200
CPK_LEDGER_TEXT_BYTES_MAX = 2000
CPK_LOCAL_USER_EMAIL = "local@localhost"
CPK_LOG_DEBUG = 4
CPK_LOG_ERROR = 1
CPK_LOG_INFO = 3
CPK_LOG_WARNING = 2
CPK_MASTER_KEY_BYTES = 32
CPK_MESSAGE_ACTIVE_BRANCH = 2
CPK_MESSAGE_HIDDEN = 1
CPK_NOTE_DAMAGED = 3
CPK_NOTE_KEPT = 8
CPK_NOTE_MISSING_FILE = 4
CPK_NOTE_NOT_READ = 14
CPK_NOTE_OVER_LIMIT = 7
CPK_NOTE_REDACTED = 16
CPK_NOTE_REPAIRED = 6
CPK_NOTE_SKIPPED_CONVERSATION = 2
CPK_NOTE_SKIPPED_FILE = 5
CPK_NOTE_SKIPPED_MESSAGE = 1
CPK_NOTE_UNKNOWN_FILE = 11
CPK_NOTE_UNKNOWN_SPEAKERS = 12
CPK_NOTE_UNREADABLE_CONVERSATION = 9
CPK_NOTE_UNREADABLE_FILE = 10
CPK_NOTE_UNREAD_PAGES = 13
CPK_NOTE_WORK = 15
CPK_OK = 0
CPK_PACK_DESCRIPTION_BYTES_MAX = 4000
CPK_PACK_NAME_BYTES_MAX = 200
CPK_PACK_PROMPT_BYTES_MAX = 8000
CPK_PART_EXTRACTED = 2
CPK_PART_RAW = 1
CPK_PART_WITHHELD = 3
CPK_PLAN_CREDITS = 1
CPK_PLAN_UNLIMITED = 2
CPK_REPORT_CSV = 1
CPK_REPORT_JSON = 2
CPK_ROLE_ASSISTANT = 2
CPK_ROLE_SYSTEM = 3
CPK_ROLE_TOOL = 4
CPK_ROLE_UNKNOWN = 0
CPK_ROLE_USER = 1
CPK_RUN_PARTIAL = 1
CPK_SOURCE_ANALYZING = 4
CPK_SOURCE_CHAT_EXPORT = 1
CPK_SOURCE_COMPLETED = 5
CPK_SOURCE_DOCUMENT = 2
CPK_SOURCE_FAILED = 6
CPK_SOURCE_PENDING = 1
CPK_SOURCE_PROCESSING = 2
CPK_SOURCE_READY_FOR_ANALYSIS = 3
CPK_SOURCE_TEXT = 4
CPK_SOURCE_URL = 3
CPK_STAGE_ANALYZE = 4
CPK_STAGE_CHUNK = 3
CPK_STAGE_EXPORT = 5
CPK_STAGE_EXTRACT = 2
CPK_STAGE_STORE = 1
CPK_STORAGE_ABI = 1
CPK_STORAGE_COPY_MIRROR = 2
CPK_STORAGE_COPY_VERIFY = 1
CPK_STORAGE_KEY_BYTES_MAX = 1024
CPK_STORAGE_REMOVE_MAX = 1000
CPK_TIME_UNKNOWN = -9223372036854775808
CPK_TOKEN_SERVICE = 2
CPK_TOKEN_USER = 1
CPK_TRANSACTION_BONUS = 4
CPK_TRANSACTION_PURCHASE = 1
CPK_TRANSACTION_READ = 0
CPK_TRANSACTION_REFUND = 3
CPK_TRANSACTION_UNLIMITED_USAGE = 5
CPK_TRANSACTION_USAGE = 2
CPK_TRANSACTION_WRITE = 1
CPK_URL_BYTES_MAX = 2048
CPK_USER_AGENT_BYTES_KEPT = 512
CPK_VALUE_BLOB = 4
CPK_VALUE_DOUBLE = 2
CPK_VALUE_INT64 = 1
CPK_VALUE_TEXT = 3
CPK_VELOCITY_BY_IP = 2
CPK_VELOCITY_BY_USER = 1
CPK_VERSION = "0.2.0-dev"
CPK_VERSION_MAJOR = 0
CPK_VERSION_MINOR = 2
CPK_VERSION_PATCH = 0
CPK_WEBHOOK_IGNORED = 3
CPK_WEBHOOK_PROCESSED = 1
CPK_WEBHOOK_REFUSED = 5
CPK_WEBHOOK_REPEATED = 2
CPK_WEBHOOK_UNCLAIMED = 4
CPK_WORKER_UNTIL_EMPTY = 1
CPK_WORK_CANCELLED = 5
CPK_WORK_DEAD = 4
CPK_WORK_READY = 1
CPK_WORK_RUNNING = 3
CPK_WORK_WAITING = 2


class cpk_actor(CheckedStructure):
    pass


class cpk_admin_params(CheckedStructure):
    pass


class cpk_allocator(CheckedStructure):
    pass


class cpk_attachment(CheckedStructure):
    pass


class cpk_message(CheckedStructure):
    pass


class cpk_analyzer_request(CheckedStructure):
    pass


class cpk_analyzer_usage(CheckedStructure):
    pass


class cpk_analyzer_driver(CheckedStructure):
    pass


class cpk_archive_report(CheckedStructure):
    pass


class cpk_backup_report(CheckedStructure):
    pass


class cpk_blob_info(CheckedStructure):
    pass


class cpk_build_event(CheckedStructure):
    pass


class cpk_input(CheckedStructure):
    pass


class cpk_run_options(CheckedStructure):
    pass


class cpk_build_options(CheckedStructure):
    pass


class cpk_checkout_params(CheckedStructure):
    pass


class cpk_chunk(CheckedStructure):
    pass


class cpk_chunk_options(CheckedStructure):
    pass


class cpk_credit_params(CheckedStructure):
    pass


class cpk_value(CheckedStructure):
    pass


class cpk_queued_statement(CheckedStructure):
    pass


class cpk_database_driver(CheckedStructure):
    pass


class cpk_storage_driver(CheckedStructure):
    pass


class cpk_reader(CheckedStructure):
    pass


class cpk_sink(CheckedStructure):
    pass


class cpk_extractor_driver(CheckedStructure):
    pass


class cpk_setting(CheckedStructure):
    pass


class cpk_text_setting(CheckedStructure):
    pass


class cpk_engine_options(CheckedStructure):
    pass


class cpk_extract_report(CheckedStructure):
    pass


class cpk_hold_params(CheckedStructure):
    pass


class cpk_key_report(CheckedStructure):
    pass


class cpk_list_head(CheckedStructure):
    pass


class cpk_pack_params(CheckedStructure):
    pass


class cpk_pack_progress(CheckedStructure):
    pass


class cpk_page(CheckedStructure):
    pass


class cpk_payment_velocity_params(CheckedStructure):
    pass


class cpk_quote(CheckedStructure):
    pass


class cpk_redact_options(CheckedStructure):
    pass


class cpk_redact_report(CheckedStructure):
    pass


class cpk_refund_params(CheckedStructure):
    pass


class cpk_report_options(CheckedStructure):
    pass


class cpk_setting_details(CheckedStructure):
    pass


class cpk_statistics(CheckedStructure):
    pass


class cpk_storage_copy_report(CheckedStructure):
    pass


class cpk_sweep_report(CheckedStructure):
    pass


class cpk_text_setting_details(CheckedStructure):
    pass


class cpk_token_options(CheckedStructure):
    pass


class cpk_user_deletion(CheckedStructure):
    pass


class cpk_user_params(CheckedStructure):
    pass


class cpk_work_options(CheckedStructure):
    pass


class cpk_worker_report(CheckedStructure):
    pass


class cpk_worker_options(CheckedStructure):
    pass


cpk_write_fn = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_size_t)
cpk_build_event_fn = CFUNCTYPE(None, c_void_p, POINTER(cpk_build_event))
cpk_read_fn = CFUNCTYPE(c_int64, c_void_p, c_void_p, c_size_t)
cpk_build_open_fn = CFUNCTYPE(None, c_void_p, c_char_p, POINTER(cpk_input))
cpk_progress_fn = CFUNCTYPE(c_int32, c_void_p, c_int32, c_int64, c_int64)
cpk_note_fn = CFUNCTYPE(None, c_void_p, c_int32, c_char_p, c_char_p)
cpk_check_fn = CFUNCTYPE(None, c_void_p, c_int32, c_char_p, c_char_p)
cpk_chunk_fn = CFUNCTYPE(c_int32, c_void_p, POINTER(cpk_chunk))
cpk_clock_fn = CFUNCTYPE(c_int64, c_void_p)
cpk_database_progress_fn = CFUNCTYPE(c_int32, c_void_p, c_int64, c_int64)
cpk_database_report_fn = CFUNCTYPE(None, c_void_p, c_int32, c_char_p)
cpk_drift_fn = CFUNCTYPE(None, c_void_p, c_char_p, c_int64, c_int64, c_int64, c_int64)
cpk_list_fn = CFUNCTYPE(c_int32, c_void_p, c_char_p, POINTER(cpk_blob_info))
cpk_random_fn = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_size_t)
cpk_log_fn = CFUNCTYPE(None, c_void_p, c_int32, c_char_p, c_char_p)
cpk_master_key_fn = CFUNCTYPE(c_int32, c_void_p, c_int32, c_void_p, c_size_t)
cpk_message_fn = CFUNCTYPE(c_int32, c_void_p, POINTER(cpk_message))
cpk_migration_change_fn = CFUNCTYPE(None, c_void_p, c_int32, c_char_p)
cpk_migration_fn = CFUNCTYPE(None, c_void_p, c_int32, c_char_p, c_int32)
cpk_sweep_fn = CFUNCTYPE(None, c_void_p, c_char_p, c_int64, c_int64)
cpk_worker_watch_fn = CFUNCTYPE(None, c_void_p, POINTER(cpk_worker_report))
cpk_actor._fields_ = [
    ("struct_size", c_uint32),
    ("kind", c_int32),
    ("user_id", c_char_p),
]
cpk_actor._checks_ = {"struct_size": uint32, "kind": int32, "user_id": text}
cpk_admin_params._fields_ = [
    ("struct_size", c_uint32),
    ("flags", c_uint32),
    ("reason", c_char_p),
    ("details", c_char_p),
]
cpk_admin_params._checks_ = {"struct_size": uint32, "flags": uint32, "reason": text, "details": text}
cpk_allocator._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("user", c_void_p),
    ("allocate", CFUNCTYPE(c_void_p, c_void_p, c_size_t)),
    ("resize", CFUNCTYPE(c_void_p, c_void_p, c_void_p, c_size_t, c_size_t)),
    ("release", CFUNCTYPE(None, c_void_p, c_void_p, c_size_t)),
]
cpk_allocator._checks_ = {"struct_size": uint32, "reserved": uint32}
cpk_attachment._fields_ = [
    ("id", c_char_p),
    ("name", c_char_p),
    ("media_type", c_char_p),
    ("size_bytes", c_int64),
]
cpk_attachment._checks_ = {"id": text, "name": text, "media_type": text, "size_bytes": int64}
cpk_message._fields_ = [
    ("struct_size", c_uint32),
    ("flags", c_uint32),
    ("role", c_int32),
    ("kind", c_int32),
    ("time_us", c_int64),
    ("provider", c_char_p),
    ("conversation_id", c_char_p),
    ("conversation_title", c_char_p),
    ("message_id", c_char_p),
    ("parent_id", c_char_p),
    ("model", c_char_p),
    ("text", c_char_p),
    ("text_length", c_size_t),
    ("attachments", POINTER(cpk_attachment)),
    ("attachment_count", c_size_t),
]
cpk_message._checks_ = {"struct_size": uint32, "flags": uint32, "role": int32, "kind": int32, "time_us": int64, "provider": text, "conversation_id": text, "conversation_title": text, "message_id": text, "parent_id": text, "model": text, "text_length": size, "attachment_count": size}
cpk_analyzer_request._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("system_prompt", c_char_p),
    ("text", c_char_p),
    ("text_length", c_size_t),
    ("text_tokens", c_int64),
    ("messages", POINTER(cpk_message)),
    ("message_count", c_size_t),
    ("max_output_tokens", c_int64),
    ("cancel", c_void_p),
    ("response_schema", c_char_p),
    ("response_name", c_char_p),
]
cpk_analyzer_request._checks_ = {"struct_size": uint32, "reserved": uint32, "system_prompt": text, "text_length": size, "text_tokens": int64, "message_count": size, "max_output_tokens": int64, "response_schema": text, "response_name": text}
cpk_analyzer_usage._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("input_tokens", c_int64),
    ("output_tokens", c_int64),
    ("cached_input_tokens", c_int64),
    ("cost_micros", c_int64),
    ("reasoning_output_tokens", c_int64),
    ("outcome", c_int32),
    ("request_count", c_int32),
]
cpk_analyzer_usage._checks_ = {"struct_size": uint32, "reserved": uint32, "input_tokens": int64, "output_tokens": int64, "cached_input_tokens": int64, "cost_micros": int64, "reasoning_output_tokens": int64, "outcome": int32, "request_count": int32}
cpk_analyzer_driver._fields_ = [
    ("abi_version", c_uint32),
    ("struct_size", c_uint32),
    ("capabilities", c_uint64),
    ("self", c_void_p),
    ("destroy", CFUNCTYPE(None, c_void_p)),
    ("identity", CFUNCTYPE(c_void_p, c_void_p)),
    ("analyze", CFUNCTYPE(c_int32, c_void_p, POINTER(cpk_analyzer_request), cpk_write_fn, c_void_p, POINTER(cpk_analyzer_usage), POINTER(c_void_p))),
    ("concurrency", CFUNCTYPE(c_int64, c_void_p)),
]
cpk_analyzer_driver._checks_ = {"abi_version": uint32, "struct_size": uint32, "capabilities": uint64}
cpk_archive_report._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("files", c_int64),
    ("rows", c_int64),
    ("bytes", c_int64),
    ("known_files", c_int64),
    ("deleted_rows", c_int64),
    ("restored_rows", c_int64),
    ("damaged_files", c_int64),
]
cpk_archive_report._checks_ = {"struct_size": uint32, "reserved": uint32, "files": int64, "rows": int64, "bytes": int64, "known_files": int64, "deleted_rows": int64, "restored_rows": int64, "damaged_files": int64}
cpk_backup_report._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("database_bytes", c_int64),
    ("blobs", c_int64),
    ("blob_bytes", c_int64),
    ("known_blobs", c_int64),
]
cpk_backup_report._checks_ = {"struct_size": uint32, "reserved": uint32, "database_bytes": int64, "blobs": int64, "blob_bytes": int64, "known_blobs": int64}
cpk_blob_info._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("size_bytes", c_int64),
    ("modified_us", c_int64),
]
cpk_blob_info._checks_ = {"struct_size": uint32, "reserved": uint32, "size_bytes": int64, "modified_us": int64}
cpk_build_event._fields_ = [
    ("struct_size", c_uint32),
    ("event", c_int32),
    ("outcome", c_int32),
    ("is_done", c_int32),
    ("flags", c_uint32),
    ("reserved", c_uint32),
    ("input", c_char_p),
    ("source", c_void_p),
    ("pack", c_void_p),
    ("document", c_void_p),
    ("markdown_path", c_char_p),
    ("json_path", c_char_p),
    ("error", c_void_p),
]
cpk_build_event._checks_ = {"struct_size": uint32, "event": int32, "outcome": int32, "is_done": int32, "flags": uint32, "reserved": uint32, "input": text, "markdown_path": text, "json_path": text}
cpk_input._fields_ = [
    ("struct_size", c_uint32),
    ("source_type", c_int32),
    ("name", c_char_p),
    ("path", c_char_p),
    ("data", c_void_p),
    ("length", c_size_t),
    ("read", cpk_read_fn),
    ("read_user", c_void_p),
    ("url", c_char_p),
]
cpk_input._checks_ = {"struct_size": uint32, "source_type": int32, "name": text, "path": text, "length": size, "url": text}
cpk_run_options._fields_ = [
    ("struct_size", c_uint32),
    ("flags", c_uint32),
    ("progress", cpk_progress_fn),
    ("progress_user", c_void_p),
    ("note", cpk_note_fn),
    ("note_user", c_void_p),
    ("cancel", c_void_p),
    ("max_chunks", c_int64),
    ("max_tokens", c_int64),
    ("password", c_char_p),
]
cpk_run_options._checks_ = {"struct_size": uint32, "flags": uint32, "max_chunks": int64, "max_tokens": int64, "password": text}
cpk_build_options._fields_ = [
    ("struct_size", c_uint32),
    ("types", c_uint32),
    ("formats", c_uint32),
    ("file_mode", c_uint32),
    ("name", c_char_p),
    ("output", c_char_p),
    ("max_tokens", c_int64),
    ("run_options", POINTER(cpk_run_options)),
    ("event", cpk_build_event_fn),
    ("event_user", c_void_p),
    ("open", cpk_build_open_fn),
    ("open_user", c_void_p),
    ("flags", c_uint32),
    ("reserved", c_uint32),
]
cpk_build_options._checks_ = {"struct_size": uint32, "types": uint32, "formats": uint32, "file_mode": uint32, "name": text, "output": text, "max_tokens": int64, "flags": uint32, "reserved": uint32}
cpk_checkout_params._fields_ = [
    ("struct_size", c_uint32),
    ("flags", c_uint32),
    ("package_id", c_char_p),
    ("credits", c_int64),
    ("success_url", c_char_p),
    ("cancel_url", c_char_p),
    ("ip_address", c_char_p),
    ("user_agent", c_char_p),
]
cpk_checkout_params._checks_ = {"struct_size": uint32, "flags": uint32, "package_id": text, "credits": int64, "success_url": text, "cancel_url": text, "ip_address": text, "user_agent": text}
cpk_chunk._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("index", c_int64),
    ("offset", c_int64),
    ("length", c_int64),
    ("tokens", c_int64),
    ("text", c_char_p),
]
cpk_chunk._checks_ = {"struct_size": uint32, "reserved": uint32, "index": int64, "offset": int64, "length": int64, "tokens": int64, "text": text}
cpk_chunk_options._fields_ = [
    ("struct_size", c_uint32),
    ("encoding", c_int32),
    ("max_tokens", c_int64),
    ("overlap_tokens", c_int64),
]
cpk_chunk_options._checks_ = {"struct_size": uint32, "encoding": int32, "max_tokens": int64, "overlap_tokens": int64}
cpk_credit_params._fields_ = [
    ("struct_size", c_uint32),
    ("type", c_int32),
    ("key", c_char_p),
    ("credits", c_int64),
    ("amount_micros", c_int64),
    ("package_id", c_char_p),
    ("job_id", c_char_p),
    ("stripe_payment_id", c_char_p),
    ("description", c_char_p),
    ("metadata", c_char_p),
]
cpk_credit_params._checks_ = {"struct_size": uint32, "type": int32, "key": text, "credits": int64, "amount_micros": int64, "package_id": text, "job_id": text, "stripe_payment_id": text, "description": text, "metadata": text}
cpk_value._fields_ = [
    ("type", c_int32),
    ("is_null", c_int32),
    ("int64_value", c_int64),
    ("double_value", c_double),
    ("bytes", c_void_p),
    ("length", c_size_t),
]
cpk_value._checks_ = {"type": int32, "is_null": int32, "int64_value": int64, "length": size}
cpk_queued_statement._fields_ = [
    ("sql", c_char_p),
    ("values", POINTER(cpk_value)),
    ("value_count", c_size_t),
    ("statement_id", c_uint32),
    ("unmet", c_int32),
    ("message", c_char_p),
]
cpk_queued_statement._checks_ = {"sql": text, "value_count": size, "statement_id": uint32, "unmet": int32, "message": text}
cpk_database_driver._fields_ = [
    ("abi_version", c_uint32),
    ("struct_size", c_uint32),
    ("capabilities", c_uint64),
    ("self", c_void_p),
    ("destroy", CFUNCTYPE(None, c_void_p)),
    ("dialect", c_int32),
    ("reserved", c_int32),
    ("session_open", CFUNCTYPE(c_int32, c_void_p, POINTER(cpk_actor), POINTER(c_void_p), POINTER(c_void_p))),
    ("session_close", CFUNCTYPE(None, c_void_p, c_void_p)),
    ("begin", CFUNCTYPE(c_int32, c_void_p, c_void_p, c_int32, POINTER(c_void_p))),
    ("commit", CFUNCTYPE(c_int32, c_void_p, c_void_p, POINTER(c_void_p))),
    ("rollback", CFUNCTYPE(c_int32, c_void_p, c_void_p, POINTER(c_void_p))),
    ("exec", CFUNCTYPE(c_int32, c_void_p, c_void_p, c_uint32, c_char_p, POINTER(cpk_value), c_size_t, POINTER(c_void_p), POINTER(c_void_p))),
    ("cursor_next", CFUNCTYPE(c_int32, c_void_p, c_void_p, POINTER(POINTER(cpk_value)), POINTER(c_size_t), POINTER(c_void_p))),
    ("cursor_close", CFUNCTYPE(None, c_void_p, c_void_p)),
    ("cursor_changes", CFUNCTYPE(c_int64, c_void_p, c_void_p)),
    ("cancel", CFUNCTYPE(c_int32, c_void_p, c_void_p, POINTER(c_void_p))),
    ("backup", CFUNCTYPE(c_int32, c_void_p, c_char_p, c_int32, cpk_database_progress_fn, c_void_p, POINTER(c_void_p))),
    ("check", CFUNCTYPE(c_int32, c_void_p, cpk_database_report_fn, c_void_p, POINTER(c_void_p))),
    ("queue", CFUNCTYPE(None, c_void_p, c_void_p, POINTER(cpk_queued_statement), c_size_t, c_int32)),
]
cpk_database_driver._checks_ = {"abi_version": uint32, "struct_size": uint32, "capabilities": uint64, "dialect": int32, "reserved": int32}
cpk_storage_driver._fields_ = [
    ("abi_version", c_uint32),
    ("struct_size", c_uint32),
    ("capabilities", c_uint64),
    ("self", c_void_p),
    ("destroy", CFUNCTYPE(None, c_void_p)),
    ("write_open", CFUNCTYPE(c_int32, c_void_p, c_char_p, c_int64, POINTER(c_void_p), POINTER(c_void_p))),
    ("write_data", CFUNCTYPE(c_int32, c_void_p, c_void_p, c_void_p, c_size_t, POINTER(c_void_p))),
    ("write_close", CFUNCTYPE(c_int32, c_void_p, c_void_p, c_int32, POINTER(c_void_p))),
    ("read_open", CFUNCTYPE(c_int32, c_void_p, c_char_p, c_int64, c_int64, POINTER(c_void_p), POINTER(c_void_p))),
    ("read_data", CFUNCTYPE(c_int32, c_void_p, c_void_p, c_void_p, c_size_t, POINTER(c_size_t), POINTER(c_void_p))),
    ("read_close", CFUNCTYPE(None, c_void_p, c_void_p)),
    ("stat", CFUNCTYPE(c_int32, c_void_p, c_char_p, POINTER(cpk_blob_info), POINTER(c_void_p))),
    ("remove", CFUNCTYPE(c_int32, c_void_p, c_char_p, POINTER(c_void_p))),
    ("list", CFUNCTYPE(c_int32, c_void_p, c_char_p, cpk_list_fn, c_void_p, POINTER(c_void_p))),
    ("set_cancel", CFUNCTYPE(None, c_void_p, c_void_p)),
    ("remove_many", CFUNCTYPE(c_int32, c_void_p, POINTER(c_char_p), c_size_t, POINTER(c_void_p))),
]
cpk_storage_driver._checks_ = {"abi_version": uint32, "struct_size": uint32, "capabilities": uint64}
cpk_reader._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("self", c_void_p),
    ("name", c_char_p),
    ("size_bytes", c_int64),
    ("read", CFUNCTYPE(c_int32, c_void_p, c_void_p, c_size_t, POINTER(c_size_t), POINTER(c_void_p))),
    ("read_at", CFUNCTYPE(c_int32, c_void_p, c_int64, c_void_p, c_size_t, POINTER(c_size_t), POINTER(c_void_p))),
    ("password", c_char_p),
]
cpk_reader._checks_ = {"struct_size": uint32, "reserved": uint32, "name": text, "size_bytes": int64, "password": text}
cpk_sink._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("self", c_void_p),
    ("message", CFUNCTYPE(c_int32, c_void_p, POINTER(cpk_message), POINTER(c_void_p))),
    ("note", CFUNCTYPE(c_int32, c_void_p, c_int32, c_char_p, c_char_p, POINTER(c_void_p))),
    ("progress", CFUNCTYPE(c_int32, c_void_p, c_int64, POINTER(c_void_p))),
]
cpk_sink._checks_ = {"struct_size": uint32, "reserved": uint32}
cpk_extractor_driver._fields_ = [
    ("abi_version", c_uint32),
    ("struct_size", c_uint32),
    ("capabilities", c_uint64),
    ("self", c_void_p),
    ("destroy", CFUNCTYPE(None, c_void_p)),
    ("name", CFUNCTYPE(c_void_p, c_void_p)),
    ("sniff", CFUNCTYPE(c_int32, c_void_p, c_void_p, c_size_t, c_char_p)),
    ("extract", CFUNCTYPE(c_int32, c_void_p, POINTER(cpk_reader), POINTER(cpk_sink), POINTER(c_void_p))),
]
cpk_extractor_driver._checks_ = {"abi_version": uint32, "struct_size": uint32, "capabilities": uint64}
cpk_setting._fields_ = [
    ("name", c_char_p),
    ("value", c_int64),
]
cpk_setting._checks_ = {"name": text, "value": int64}
cpk_text_setting._fields_ = [
    ("name", c_char_p),
    ("value", c_char_p),
]
cpk_text_setting._checks_ = {"name": text, "value": text}
cpk_engine_options._fields_ = [
    ("struct_size", c_uint32),
    ("flags", c_uint32),
    ("database", c_char_p),
    ("storage", c_char_p),
    ("analyzer", c_char_p),
    ("database_driver", POINTER(cpk_database_driver)),
    ("storage_driver", POINTER(cpk_storage_driver)),
    ("analyzer_driver", POINTER(cpk_analyzer_driver)),
    ("extractor_drivers", POINTER(POINTER(cpk_extractor_driver))),
    ("extractor_driver_count", c_size_t),
    ("settings", POINTER(cpk_setting)),
    ("setting_count", c_size_t),
    ("allocator", POINTER(cpk_allocator)),
    ("clock", cpk_clock_fn),
    ("clock_user", c_void_p),
    ("random", cpk_random_fn),
    ("random_user", c_void_p),
    ("log", cpk_log_fn),
    ("log_user", c_void_p),
    ("log_level", c_int32),
    ("reserved", c_int32),
    ("text_settings", POINTER(cpk_text_setting)),
    ("text_setting_count", c_size_t),
    ("master_key", cpk_master_key_fn),
    ("master_key_user", c_void_p),
]
cpk_engine_options._checks_ = {"struct_size": uint32, "flags": uint32, "database": text, "storage": text, "analyzer": text, "extractor_driver_count": size, "setting_count": size, "log_level": int32, "reserved": int32, "text_setting_count": size}
cpk_extract_report._fields_ = [
    ("struct_size", c_uint32),
    ("source_type", c_int32),
    ("format", c_char * 32),
    ("conversations", c_int64),
    ("messages", c_int64),
    ("skipped", c_int64),
    ("damaged", c_int64),
    ("missing_files", c_int64),
    ("loss_summary", c_char * 160),
    ("is_partial", c_int32),
    ("reserved", c_int32),
]
cpk_extract_report._checks_ = {"struct_size": uint32, "source_type": int32, "conversations": int64, "messages": int64, "skipped": int64, "damaged": int64, "missing_files": int64, "is_partial": int32, "reserved": int32}
cpk_hold_params._fields_ = [
    ("struct_size", c_uint32),
    ("flags", c_uint32),
    ("key", c_char_p),
    ("credits", c_int64),
    ("lifetime_ms", c_int64),
    ("reference", c_char_p),
]
cpk_hold_params._checks_ = {"struct_size": uint32, "flags": uint32, "key": text, "credits": int64, "lifetime_ms": int64, "reference": text}
cpk_key_report._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("data_keys", c_int64),
    ("rewrapped_keys", c_int64),
    ("new_keys", c_int64),
    ("blobs", c_int64),
    ("blob_bytes", c_int64),
    ("removed_keys", c_int64),
    ("replaced_keys", c_int64),
]
cpk_key_report._checks_ = {"struct_size": uint32, "reserved": uint32, "data_keys": int64, "rewrapped_keys": int64, "new_keys": int64, "blobs": int64, "blob_bytes": int64, "removed_keys": int64, "replaced_keys": int64}
cpk_list_head._fields_ = [
    ("items", c_int64),
    ("numbers", c_int64),
    ("texts", c_int64),
    ("size_bytes", c_int64),
]
cpk_list_head._checks_ = {"items": int64, "numbers": int64, "texts": int64, "size_bytes": int64}
cpk_pack_params._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("name", c_char_p),
    ("description", c_char_p),
    ("custom_system_prompt", c_char_p),
]
cpk_pack_params._checks_ = {"struct_size": uint32, "reserved": uint32, "name": text, "description": text, "custom_system_prompt": text}
cpk_pack_progress._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("sources", c_int64),
    ("completed_sources", c_int64),
    ("failed_sources", c_int64),
    ("analysis_tokens", c_int64),
]
cpk_pack_progress._checks_ = {"struct_size": uint32, "reserved": uint32, "sources": int64, "completed_sources": int64, "failed_sources": int64, "analysis_tokens": int64}
cpk_page._fields_ = [
    ("struct_size", c_uint32),
    ("limit", c_int32),
    ("after", c_char_p),
]
cpk_page._checks_ = {"struct_size": uint32, "limit": int32, "after": text}
cpk_payment_velocity_params._fields_ = [
    ("struct_size", c_uint32),
    ("by", c_int32),
    ("since_us", c_int64),
    ("minimum_attempts", c_int64),
    ("limit", c_int32),
]
cpk_payment_velocity_params._checks_ = {"struct_size": uint32, "by": int32, "since_us": int64, "minimum_attempts": int64, "limit": int32}
cpk_quote._fields_ = [
    ("struct_size", c_uint32),
    ("can_proceed", c_int32),
    ("is_unlimited", c_int32),
    ("reserved", c_int32),
    ("sources", c_int64),
    ("unknown_sources", c_int64),
    ("chunks_total", c_int64),
    ("chunks_done", c_int64),
    ("chunks_left", c_int64),
    ("credits_needed", c_int64),
    ("balance", c_int64),
    ("held", c_int64),
    ("held_here", c_int64),
    ("chunks_covered", c_int64),
    ("price_micros", c_int64),
    ("cost_micros", c_int64),
    ("currency", c_char_p),
]
cpk_quote._checks_ = {"struct_size": uint32, "can_proceed": int32, "is_unlimited": int32, "reserved": int32, "sources": int64, "unknown_sources": int64, "chunks_total": int64, "chunks_done": int64, "chunks_left": int64, "credits_needed": int64, "balance": int64, "held": int64, "held_here": int64, "chunks_covered": int64, "price_micros": int64, "cost_micros": int64, "currency": text}
cpk_redact_options._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("names", c_char_p),
    ("key", c_char_p),
]
cpk_redact_options._checks_ = {"struct_size": uint32, "reserved": uint32, "names": text, "key": text}
cpk_redact_report._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("person", c_int64),
    ("email", c_int64),
    ("phone", c_int64),
    ("address", c_int64),
    ("ip_address", c_int64),
    ("url", c_int64),
    ("birth_date", c_int64),
    ("card_number", c_int64),
    ("id_number", c_int64),
    ("api_key", c_int64),
    ("private_key", c_int64),
    ("password", c_int64),
    ("authorization", c_int64),
    ("seed_phrase", c_int64),
    ("bank_account", c_int64),
    ("national_id", c_int64),
    ("passport", c_int64),
]
cpk_redact_report._checks_ = {"struct_size": uint32, "reserved": uint32, "person": int64, "email": int64, "phone": int64, "address": int64, "ip_address": int64, "url": int64, "birth_date": int64, "card_number": int64, "id_number": int64, "api_key": int64, "private_key": int64, "password": int64, "authorization": int64, "seed_phrase": int64, "bank_account": int64, "national_id": int64, "passport": int64}
cpk_refund_params._fields_ = [
    ("struct_size", c_uint32),
    ("flags", c_uint32),
    ("key", c_char_p),
    ("payment_intent_id", c_char_p),
    ("amount", c_int64),
    ("reason", c_char_p),
]
cpk_refund_params._checks_ = {"struct_size": uint32, "flags": uint32, "key": text, "payment_intent_id": text, "amount": int64, "reason": text}
cpk_report_options._fields_ = [
    ("struct_size", c_uint32),
    ("format", c_int32),
    ("from_us", c_int64),
    ("until_us", c_int64),
    ("utc_offset_minutes", c_int32),
    ("reserved", c_int32),
]
cpk_report_options._checks_ = {"struct_size": uint32, "format": int32, "from_us": int64, "until_us": int64, "utc_offset_minutes": int32, "reserved": int32}
cpk_setting_details._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("name", c_char_p),
    ("summary", c_char_p),
    ("default_value", c_int64),
    ("minimum", c_int64),
    ("maximum", c_int64),
]
cpk_setting_details._checks_ = {"struct_size": uint32, "reserved": uint32, "name": text, "summary": text, "default_value": int64, "minimum": int64, "maximum": int64}
cpk_statistics._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("users", c_int64),
    ("packs", c_int64),
    ("sources", c_int64),
    ("unfinished_sources", c_int64),
    ("exports", c_int64),
    ("jobs", c_int64),
    ("chunks", c_int64),
    ("transactions", c_int64),
    ("schema_version", c_int64),
    ("database_bytes", c_int64),
    ("free_bytes", c_int64),
]
cpk_statistics._checks_ = {"struct_size": uint32, "reserved": uint32, "users": int64, "packs": int64, "sources": int64, "unfinished_sources": int64, "exports": int64, "jobs": int64, "chunks": int64, "transactions": int64, "schema_version": int64, "database_bytes": int64, "free_bytes": int64}
cpk_storage_copy_report._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("blobs", c_int64),
    ("blob_bytes", c_int64),
    ("known_blobs", c_int64),
    ("verified_blobs", c_int64),
    ("removed_blobs", c_int64),
]
cpk_storage_copy_report._checks_ = {"struct_size": uint32, "reserved": uint32, "blobs": int64, "blob_bytes": int64, "known_blobs": int64, "verified_blobs": int64, "removed_blobs": int64}
cpk_sweep_report._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("blobs", c_int64),
    ("orphans", c_int64),
    ("orphan_bytes", c_int64),
    ("removed", c_int64),
    ("young_orphans", c_int64),
    ("skipped_users", c_int64),
    ("unknown_blobs", c_int64),
]
cpk_sweep_report._checks_ = {"struct_size": uint32, "reserved": uint32, "blobs": int64, "orphans": int64, "orphan_bytes": int64, "removed": int64, "young_orphans": int64, "skipped_users": int64, "unknown_blobs": int64}
cpk_text_setting_details._fields_ = [
    ("struct_size", c_uint32),
    ("is_secret", c_int32),
    ("name", c_char_p),
    ("summary", c_char_p),
]
cpk_text_setting_details._checks_ = {"struct_size": uint32, "is_secret": int32, "name": text, "summary": text}
cpk_token_options._fields_ = [
    ("struct_size", c_uint32),
    ("allow", c_uint32),
]
cpk_token_options._checks_ = {"struct_size": uint32, "allow": uint32}
cpk_user_deletion._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("packs", c_int64),
    ("sources", c_int64),
    ("exports", c_int64),
    ("jobs", c_int64),
    ("legacy_packs", c_int64),
    ("blobs", c_int64),
    ("blob_bytes", c_int64),
    ("kept_transactions", c_int64),
    ("kept_payment_attempts", c_int64),
    ("kept_admin_actions", c_int64),
    ("kept_blobs", c_int64),
]
cpk_user_deletion._checks_ = {"struct_size": uint32, "reserved": uint32, "packs": int64, "sources": int64, "exports": int64, "jobs": int64, "legacy_packs": int64, "blobs": int64, "blob_bytes": int64, "kept_transactions": int64, "kept_payment_attempts": int64, "kept_admin_actions": int64, "kept_blobs": int64}
cpk_user_params._fields_ = [
    ("struct_size", c_uint32),
    ("payment_plan", c_int32),
    ("id", c_char_p),
    ("email", c_char_p),
    ("full_name", c_char_p),
    ("avatar_url", c_char_p),
]
cpk_user_params._checks_ = {"struct_size": uint32, "payment_plan": int32, "id": text, "email": text, "full_name": text, "avatar_url": text}
cpk_work_options._fields_ = [
    ("struct_size", c_uint32),
    ("until", c_int32),
    ("priority", c_int64),
]
cpk_work_options._checks_ = {"struct_size": uint32, "until": int32, "priority": int64}
cpk_worker_report._fields_ = [
    ("struct_size", c_uint32),
    ("reserved", c_uint32),
    ("claimed", c_int64),
    ("done", c_int64),
    ("failed", c_int64),
    ("dead", c_int64),
    ("deferred", c_int64),
    ("cancelled", c_int64),
    ("released", c_int64),
    ("rescued", c_int64),
    ("running", c_int64),
    ("chunks", c_int64),
    ("input_tokens", c_int64),
    ("output_tokens", c_int64),
    ("cost_micros", c_int64),
    ("busy_us", c_int64),
]
cpk_worker_report._checks_ = {"struct_size": uint32, "reserved": uint32, "claimed": int64, "done": int64, "failed": int64, "dead": int64, "deferred": int64, "cancelled": int64, "released": int64, "rescued": int64, "running": int64, "chunks": int64, "input_tokens": int64, "output_tokens": int64, "cost_micros": int64, "busy_us": int64}
cpk_worker_options._fields_ = [
    ("struct_size", c_uint32),
    ("flags", c_uint32),
    ("concurrency", c_int32),
    ("reserved", c_int32),
    ("watch", cpk_worker_watch_fn),
    ("watch_user", c_void_p),
]
cpk_worker_options._checks_ = {"struct_size": uint32, "flags": uint32, "concurrency": int32, "reserved": int32}

STRUCTS = {
    "cpk_actor": cpk_actor,
    "cpk_admin_params": cpk_admin_params,
    "cpk_allocator": cpk_allocator,
    "cpk_attachment": cpk_attachment,
    "cpk_message": cpk_message,
    "cpk_analyzer_request": cpk_analyzer_request,
    "cpk_analyzer_usage": cpk_analyzer_usage,
    "cpk_analyzer_driver": cpk_analyzer_driver,
    "cpk_archive_report": cpk_archive_report,
    "cpk_backup_report": cpk_backup_report,
    "cpk_blob_info": cpk_blob_info,
    "cpk_build_event": cpk_build_event,
    "cpk_input": cpk_input,
    "cpk_run_options": cpk_run_options,
    "cpk_build_options": cpk_build_options,
    "cpk_checkout_params": cpk_checkout_params,
    "cpk_chunk": cpk_chunk,
    "cpk_chunk_options": cpk_chunk_options,
    "cpk_credit_params": cpk_credit_params,
    "cpk_value": cpk_value,
    "cpk_queued_statement": cpk_queued_statement,
    "cpk_database_driver": cpk_database_driver,
    "cpk_storage_driver": cpk_storage_driver,
    "cpk_reader": cpk_reader,
    "cpk_sink": cpk_sink,
    "cpk_extractor_driver": cpk_extractor_driver,
    "cpk_setting": cpk_setting,
    "cpk_text_setting": cpk_text_setting,
    "cpk_engine_options": cpk_engine_options,
    "cpk_extract_report": cpk_extract_report,
    "cpk_hold_params": cpk_hold_params,
    "cpk_key_report": cpk_key_report,
    "cpk_list_head": cpk_list_head,
    "cpk_pack_params": cpk_pack_params,
    "cpk_pack_progress": cpk_pack_progress,
    "cpk_page": cpk_page,
    "cpk_payment_velocity_params": cpk_payment_velocity_params,
    "cpk_quote": cpk_quote,
    "cpk_redact_options": cpk_redact_options,
    "cpk_redact_report": cpk_redact_report,
    "cpk_refund_params": cpk_refund_params,
    "cpk_report_options": cpk_report_options,
    "cpk_setting_details": cpk_setting_details,
    "cpk_statistics": cpk_statistics,
    "cpk_storage_copy_report": cpk_storage_copy_report,
    "cpk_sweep_report": cpk_sweep_report,
    "cpk_text_setting_details": cpk_text_setting_details,
    "cpk_token_options": cpk_token_options,
    "cpk_user_deletion": cpk_user_deletion,
    "cpk_user_params": cpk_user_params,
    "cpk_work_options": cpk_work_options,
    "cpk_worker_report": cpk_worker_report,
    "cpk_worker_options": cpk_worker_options,
}
STRUCT_SIZES = {name: sizeof(struct) for name, struct in STRUCTS.items()}

#: name: (what it returns, what it takes)
PROTOTYPES: Dict[str, Tuple[Any, List[Any]]] = {
    "cpk_admin_action_admin_user_id": (c_char_p, [c_void_p]),
    "cpk_admin_action_amount_micros": (c_int64, [c_void_p]),
    "cpk_admin_action_created_at": (c_int64, [c_void_p]),
    "cpk_admin_action_credits": (c_int64, [c_void_p]),
    "cpk_admin_action_details": (c_char_p, [c_void_p]),
    "cpk_admin_action_free": (None, [c_void_p]),
    "cpk_admin_action_id": (c_char_p, [c_void_p]),
    "cpk_admin_action_list_at": (c_void_p, [c_void_p, c_size_t]),
    "cpk_admin_action_list_copy": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "cpk_admin_action_list_count": (c_size_t, [c_void_p]),
    "cpk_admin_action_list_free": (None, [c_void_p]),
    "cpk_admin_action_list_get": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(cpk_page), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_admin_action_list_next": (c_char_p, [c_void_p]),
    "cpk_admin_action_reason": (c_char_p, [c_void_p]),
    "cpk_admin_action_target_user_id": (c_char_p, [c_void_p]),
    "cpk_admin_action_type": (c_int32, [c_void_p]),
    "cpk_admin_action_type_name": (c_char_p, [c_void_p]),
    "cpk_admin_adjust_credits": (c_int32, [c_void_p, c_char_p, c_int64, POINTER(cpk_admin_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_admin_assign_payment": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(cpk_admin_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_admin_override_plan": (c_int32, [c_void_p, c_char_p, c_int32, POINTER(cpk_admin_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_admin_params_init": (None, [POINTER(cpk_admin_params), c_size_t]),
    "cpk_admin_record_refund": (c_int32, [c_void_p, c_char_p, c_int64, c_int64, c_char_p, POINTER(cpk_admin_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_admin_support_credit": (c_int32, [c_void_p, c_char_p, c_int64, POINTER(cpk_admin_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_admin_suspend": (c_int32, [c_void_p, c_char_p, POINTER(cpk_admin_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_admin_unsuspend": (c_int32, [c_void_p, c_char_p, POINTER(cpk_admin_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_archive_report_init": (None, [POINTER(cpk_archive_report), c_size_t]),
    "cpk_backup_report_init": (None, [POINTER(cpk_backup_report), c_size_t]),
    "cpk_build": (c_int32, [c_void_p, POINTER(c_char_p), c_size_t, POINTER(cpk_build_options), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_build_options_init": (None, [POINTER(cpk_build_options), c_size_t]),
    "cpk_build_result_analyzed_chunks": (c_int64, [c_void_p]),
    "cpk_build_result_document_count": (c_int32, [c_void_p]),
    "cpk_build_result_document_export_id": (c_char_p, [c_void_p, c_int32]),
    "cpk_build_result_document_is_new": (c_int32, [c_void_p, c_int32]),
    "cpk_build_result_document_json_path": (c_char_p, [c_void_p, c_int32]),
    "cpk_build_result_document_markdown_path": (c_char_p, [c_void_p, c_int32]),
    "cpk_build_result_document_token_count": (c_int64, [c_void_p, c_int32]),
    "cpk_build_result_document_type": (c_int32, [c_void_p, c_int32]),
    "cpk_build_result_document_type_name": (c_char_p, [c_void_p, c_int32]),
    "cpk_build_result_failed_count": (c_int32, [c_void_p]),
    "cpk_build_result_free": (None, [c_void_p]),
    "cpk_build_result_good_count": (c_int32, [c_void_p]),
    "cpk_build_result_input_count": (c_int32, [c_void_p]),
    "cpk_build_result_input_error_code": (c_int32, [c_void_p, c_int32]),
    "cpk_build_result_input_error_message": (c_char_p, [c_void_p, c_int32]),
    "cpk_build_result_input_is_partial": (c_int32, [c_void_p, c_int32]),
    "cpk_build_result_input_loss_summary": (c_char_p, [c_void_p, c_int32]),
    "cpk_build_result_input_outcome": (c_int32, [c_void_p, c_int32]),
    "cpk_build_result_input_outcome_name": (c_char_p, [c_void_p, c_int32]),
    "cpk_build_result_input_path": (c_char_p, [c_void_p, c_int32]),
    "cpk_build_result_input_source_id": (c_char_p, [c_void_p, c_int32]),
    "cpk_build_result_output": (c_char_p, [c_void_p]),
    "cpk_build_result_pack_id": (c_char_p, [c_void_p]),
    "cpk_build_result_pack_name": (c_char_p, [c_void_p]),
    "cpk_build_result_partial_count": (c_int32, [c_void_p]),
    "cpk_build_result_skipped_count": (c_int32, [c_void_p]),
    "cpk_cancel_create": (c_int32, [POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_cancel_free": (None, [c_void_p]),
    "cpk_cancel_request": (None, [c_void_p]),
    "cpk_cancel_requested": (c_int32, [c_void_p]),
    "cpk_cancel_reset": (None, [c_void_p]),
    "cpk_checkout_create": (c_int32, [c_void_p, c_char_p, POINTER(cpk_checkout_params), c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_checkout_params_init": (None, [POINTER(cpk_checkout_params), c_size_t]),
    "cpk_chunk_input": (c_int32, [c_void_p, POINTER(cpk_input), POINTER(cpk_chunk_options), cpk_chunk_fn, c_void_p, POINTER(cpk_run_options), POINTER(cpk_extract_report), POINTER(c_void_p)]),
    "cpk_credit_params_init": (None, [POINTER(cpk_credit_params), c_size_t]),
    "cpk_credits_audit": (c_int32, [c_void_p, cpk_drift_fn, c_void_p, POINTER(c_int64), POINTER(c_void_p)]),
    "cpk_credits_balance": (c_int32, [c_void_p, c_char_p, POINTER(c_int64), POINTER(c_int64), POINTER(c_void_p)]),
    "cpk_credits_clawback": (c_int32, [c_void_p, c_char_p, POINTER(cpk_credit_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_credits_grant": (c_int32, [c_void_p, c_char_p, POINTER(cpk_credit_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_credits_overview": (c_int32, [c_void_p, c_char_p, c_int32, POINTER(c_int64), POINTER(c_int64), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_encoding_from_name": (c_int32, [c_char_p]),
    "cpk_encoding_name": (c_char_p, [c_int32]),
    "cpk_engine_backup": (c_int32, [c_void_p, c_char_p, c_char_p, c_int32, POINTER(cpk_run_options), POINTER(cpk_backup_report), POINTER(c_void_p)]),
    "cpk_engine_check": (c_int32, [c_void_p, cpk_check_fn, c_void_p, POINTER(c_int32), POINTER(c_void_p)]),
    "cpk_engine_close": (None, [c_void_p]),
    "cpk_engine_copy_storage": (c_int32, [c_void_p, c_char_p, c_char_p, c_uint32, POINTER(cpk_run_options), POINTER(cpk_storage_copy_report), POINTER(c_void_p)]),
    "cpk_engine_migrate": (c_int32, [c_void_p, c_int32, cpk_migration_fn, c_void_p, POINTER(c_void_p)]),
    "cpk_engine_migrate_report": (c_int32, [c_void_p, c_int32, cpk_migration_fn, cpk_migration_change_fn, c_void_p, POINTER(c_void_p)]),
    "cpk_engine_migration_history": (c_int32, [c_void_p, cpk_migration_fn, cpk_migration_change_fn, c_void_p, POINTER(c_void_p)]),
    "cpk_engine_open": (c_int32, [POINTER(cpk_engine_options), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_engine_options_init": (None, [POINTER(cpk_engine_options), c_size_t]),
    "cpk_engine_rotate_keys": (c_int32, [c_void_p, c_int64, POINTER(cpk_run_options), POINTER(cpk_key_report), POINTER(c_void_p)]),
    "cpk_engine_setting": (c_int32, [c_void_p, c_char_p, POINTER(c_int64), POINTER(c_void_p)]),
    "cpk_engine_statistics": (c_int32, [c_void_p, POINTER(cpk_statistics), POINTER(c_void_p)]),
    "cpk_error_code": (c_int32, [c_void_p]),
    "cpk_error_domain": (c_char_p, [c_void_p]),
    "cpk_error_free": (None, [c_void_p]),
    "cpk_error_message": (c_char_p, [c_void_p]),
    "cpk_error_native": (c_char_p, [c_void_p]),
    "cpk_error_new": (c_void_p, [c_int32, c_char_p, c_char_p, c_char_p, c_int32]),
    "cpk_error_retryable": (c_int32, [c_void_p]),
    "cpk_export_create": (c_int32, [c_void_p, c_char_p, c_int32, POINTER(cpk_run_options), POINTER(c_int32), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_export_created_at": (c_int64, [c_void_p]),
    "cpk_export_delete": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cpk_export_error_message": (c_char_p, [c_void_p]),
    "cpk_export_file_size": (c_int64, [c_void_p]),
    "cpk_export_free": (None, [c_void_p]),
    "cpk_export_get": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_export_id": (c_char_p, [c_void_p]),
    "cpk_export_list_at": (c_void_p, [c_void_p, c_size_t]),
    "cpk_export_list_copy": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "cpk_export_list_count": (c_size_t, [c_void_p]),
    "cpk_export_list_free": (None, [c_void_p]),
    "cpk_export_list_get": (c_int32, [c_void_p, c_char_p, POINTER(cpk_page), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_export_list_next": (c_char_p, [c_void_p]),
    "cpk_export_pack_id": (c_char_p, [c_void_p]),
    "cpk_export_read": (c_int32, [c_void_p, c_char_p, c_int32, cpk_write_fn, c_void_p, POINTER(c_void_p)]),
    "cpk_export_status": (c_int32, [c_void_p]),
    "cpk_export_status_name": (c_char_p, [c_void_p]),
    "cpk_export_token_count": (c_int64, [c_void_p]),
    "cpk_export_type": (c_int32, [c_void_p]),
    "cpk_export_type_from_name": (c_int32, [c_char_p]),
    "cpk_export_type_name": (c_char_p, [c_void_p]),
    "cpk_export_updated_at": (c_int64, [c_void_p]),
    "cpk_extract": (c_int32, [c_void_p, POINTER(cpk_input), cpk_message_fn, c_void_p, POINTER(cpk_run_options), POINTER(cpk_extract_report), POINTER(c_void_p)]),
    "cpk_extract_text": (c_int32, [c_void_p, POINTER(cpk_input), cpk_write_fn, c_void_p, POINTER(cpk_run_options), POINTER(cpk_extract_report), POINTER(c_void_p)]),
    "cpk_hold_commit": (c_int32, [c_void_p, c_char_p, c_char_p, c_char_p, c_int64, c_uint32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_hold_committed": (c_int64, [c_void_p]),
    "cpk_hold_credits": (c_int64, [c_void_p]),
    "cpk_hold_expires_at": (c_int64, [c_void_p]),
    "cpk_hold_free": (None, [c_void_p]),
    "cpk_hold_get": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_hold_is_unlimited": (c_int32, [c_void_p]),
    "cpk_hold_key": (c_char_p, [c_void_p]),
    "cpk_hold_params_init": (None, [POINTER(cpk_hold_params), c_size_t]),
    "cpk_hold_reference": (c_char_p, [c_void_p]),
    "cpk_hold_release": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_hold_remaining": (c_int64, [c_void_p]),
    "cpk_hold_reserve": (c_int32, [c_void_p, c_char_p, POINTER(cpk_hold_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_hold_status": (c_int32, [c_void_p]),
    "cpk_holds_expire": (c_int32, [c_void_p, c_int32, POINTER(c_int64), POINTER(c_void_p)]),
    "cpk_input_init": (None, [POINTER(cpk_input), c_size_t]),
    "cpk_input_outcome_name": (c_char_p, [c_int32]),
    "cpk_inspect": (c_int32, [c_void_p, POINTER(cpk_input), POINTER(cpk_run_options), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_inspection_assistant_messages": (c_int64, [c_void_p]),
    "cpk_inspection_attachments": (c_int64, [c_void_p]),
    "cpk_inspection_chunks": (c_int64, [c_void_p]),
    "cpk_inspection_conversations": (c_int64, [c_void_p]),
    "cpk_inspection_credits": (c_int64, [c_void_p]),
    "cpk_inspection_damaged": (c_int64, [c_void_p]),
    "cpk_inspection_era": (c_char_p, [c_void_p]),
    "cpk_inspection_files": (c_int64, [c_void_p]),
    "cpk_inspection_first_time": (c_int64, [c_void_p]),
    "cpk_inspection_format": (c_char_p, [c_void_p]),
    "cpk_inspection_free": (None, [c_void_p]),
    "cpk_inspection_hidden_messages": (c_int64, [c_void_p]),
    "cpk_inspection_is_partial": (c_int32, [c_void_p]),
    "cpk_inspection_last_time": (c_int64, [c_void_p]),
    "cpk_inspection_loss_summary": (c_char_p, [c_void_p]),
    "cpk_inspection_messages": (c_int64, [c_void_p]),
    "cpk_inspection_missing_files": (c_int64, [c_void_p]),
    "cpk_inspection_note_count": (c_int32, [c_void_p]),
    "cpk_inspection_note_kind": (c_int32, [c_void_p, c_int32]),
    "cpk_inspection_note_kind_name": (c_char_p, [c_void_p, c_int32]),
    "cpk_inspection_note_place": (c_char_p, [c_void_p, c_int32]),
    "cpk_inspection_note_text": (c_char_p, [c_void_p, c_int32]),
    "cpk_inspection_notes_left_out": (c_int64, [c_void_p]),
    "cpk_inspection_other_branches": (c_int64, [c_void_p]),
    "cpk_inspection_provider_conversations": (c_int64, [c_void_p, c_int32]),
    "cpk_inspection_provider_count": (c_int32, [c_void_p]),
    "cpk_inspection_provider_messages": (c_int64, [c_void_p, c_int32]),
    "cpk_inspection_provider_name": (c_char_p, [c_void_p, c_int32]),
    "cpk_inspection_shards": (c_int64, [c_void_p]),
    "cpk_inspection_skipped": (c_int64, [c_void_p]),
    "cpk_inspection_source_type": (c_int32, [c_void_p]),
    "cpk_inspection_system_messages": (c_int64, [c_void_p]),
    "cpk_inspection_tokens": (c_int64, [c_void_p]),
    "cpk_inspection_tool_messages": (c_int64, [c_void_p]),
    "cpk_inspection_unknown_messages": (c_int64, [c_void_p]),
    "cpk_inspection_user_messages": (c_int64, [c_void_p]),
    "cpk_job_completed_at": (c_int64, [c_void_p]),
    "cpk_job_cost_micros": (c_int64, [c_void_p]),
    "cpk_job_create": (c_int32, [c_void_p, POINTER(cpk_input), POINTER(cpk_run_options), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_job_created_at": (c_int64, [c_void_p]),
    "cpk_job_delete": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cpk_job_error_message": (c_char_p, [c_void_p]),
    "cpk_job_extracted_count": (c_int64, [c_void_p]),
    "cpk_job_failed_chunks": (c_char_p, [c_void_p]),
    "cpk_job_file_name": (c_char_p, [c_void_p]),
    "cpk_job_file_size": (c_int64, [c_void_p]),
    "cpk_job_free": (None, [c_void_p]),
    "cpk_job_get": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_job_id": (c_char_p, [c_void_p]),
    "cpk_job_input_tokens": (c_int64, [c_void_p]),
    "cpk_job_list_at": (c_void_p, [c_void_p, c_size_t]),
    "cpk_job_list_copy": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "cpk_job_list_count": (c_size_t, [c_void_p]),
    "cpk_job_list_free": (None, [c_void_p]),
    "cpk_job_list_get": (c_int32, [c_void_p, POINTER(cpk_page), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_job_list_next": (c_char_p, [c_void_p]),
    "cpk_job_output_tokens": (c_int64, [c_void_p]),
    "cpk_job_processed_chunks": (c_int64, [c_void_p]),
    "cpk_job_progress": (c_int32, [c_void_p]),
    "cpk_job_run": (c_int32, [c_void_p, c_char_p, POINTER(cpk_run_options), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_job_status": (c_int32, [c_void_p]),
    "cpk_job_status_name": (c_char_p, [c_void_p]),
    "cpk_job_total_chunks": (c_int64, [c_void_p]),
    "cpk_job_updated_at": (c_int64, [c_void_p]),
    "cpk_key_report_init": (None, [POINTER(cpk_key_report), c_size_t]),
    "cpk_kind_name": (c_char_p, [c_int32]),
    "cpk_legacy_pack_analysis_stats": (c_char_p, [c_void_p]),
    "cpk_legacy_pack_chunk_stats": (c_char_p, [c_void_p]),
    "cpk_legacy_pack_copy": (c_int32, [c_void_p, c_char_p, POINTER(cpk_run_options), POINTER(c_int32), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_legacy_pack_copy_id": (c_char_p, [c_void_p]),
    "cpk_legacy_pack_created_at": (c_int64, [c_void_p]),
    "cpk_legacy_pack_delete": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cpk_legacy_pack_extraction_stats": (c_char_p, [c_void_p]),
    "cpk_legacy_pack_file_size": (c_int64, [c_void_p]),
    "cpk_legacy_pack_find": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_legacy_pack_free": (None, [c_void_p]),
    "cpk_legacy_pack_get": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_legacy_pack_id": (c_char_p, [c_void_p]),
    "cpk_legacy_pack_job_id": (c_char_p, [c_void_p]),
    "cpk_legacy_pack_list_at": (c_void_p, [c_void_p, c_size_t]),
    "cpk_legacy_pack_list_copy": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "cpk_legacy_pack_list_count": (c_size_t, [c_void_p]),
    "cpk_legacy_pack_list_free": (None, [c_void_p]),
    "cpk_legacy_pack_list_get": (c_int32, [c_void_p, POINTER(cpk_page), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_legacy_pack_list_next": (c_char_p, [c_void_p]),
    "cpk_legacy_pack_name": (c_char_p, [c_void_p]),
    "cpk_legacy_pack_read": (c_int32, [c_void_p, c_char_p, cpk_write_fn, c_void_p, POINTER(c_void_p)]),
    "cpk_legacy_pack_undo_copy": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cpk_maintenance_archive": (c_int32, [c_void_p, POINTER(cpk_run_options), POINTER(cpk_archive_report), POINTER(c_void_p)]),
    "cpk_maintenance_restore": (c_int32, [c_void_p, c_char_p, c_int32, POINTER(cpk_run_options), POINTER(cpk_archive_report), POINTER(c_void_p)]),
    "cpk_maintenance_sweep": (c_int32, [c_void_p, c_int32, POINTER(cpk_run_options), cpk_sweep_fn, c_void_p, POINTER(cpk_sweep_report), POINTER(c_void_p)]),
    "cpk_message_init": (None, [POINTER(cpk_message), c_size_t]),
    "cpk_pack_create": (c_int32, [c_void_p, POINTER(cpk_pack_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_pack_created_at": (c_int64, [c_void_p]),
    "cpk_pack_custom_system_prompt": (c_char_p, [c_void_p]),
    "cpk_pack_delete": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cpk_pack_description": (c_char_p, [c_void_p]),
    "cpk_pack_ensure": (c_int32, [c_void_p, POINTER(cpk_pack_params), POINTER(c_int32), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_pack_find": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_pack_free": (None, [c_void_p]),
    "cpk_pack_get": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_pack_get_progress": (c_int32, [c_void_p, c_char_p, POINTER(cpk_pack_progress), POINTER(c_void_p)]),
    "cpk_pack_id": (c_char_p, [c_void_p]),
    "cpk_pack_list_at": (c_void_p, [c_void_p, c_size_t]),
    "cpk_pack_list_copy": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "cpk_pack_list_count": (c_size_t, [c_void_p]),
    "cpk_pack_list_free": (None, [c_void_p]),
    "cpk_pack_list_get": (c_int32, [c_void_p, POINTER(cpk_page), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_pack_list_next": (c_char_p, [c_void_p]),
    "cpk_pack_name": (c_char_p, [c_void_p]),
    "cpk_pack_params_init": (None, [POINTER(cpk_pack_params), c_size_t]),
    "cpk_pack_total_sources": (c_int64, [c_void_p]),
    "cpk_pack_total_tokens": (c_int64, [c_void_p]),
    "cpk_pack_update": (c_int32, [c_void_p, c_char_p, POINTER(cpk_pack_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_pack_updated_at": (c_int64, [c_void_p]),
    "cpk_package_amount": (c_int64, [c_void_p]),
    "cpk_package_credits": (c_int64, [c_void_p]),
    "cpk_package_currency": (c_char_p, [c_void_p]),
    "cpk_package_decimals": (c_int32, [c_void_p]),
    "cpk_package_free": (None, [c_void_p]),
    "cpk_package_get": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_package_id": (c_char_p, [c_void_p]),
    "cpk_package_interval": (c_char_p, [c_void_p]),
    "cpk_package_is_unlimited": (c_int32, [c_void_p]),
    "cpk_package_list_at": (c_void_p, [c_void_p, c_size_t]),
    "cpk_package_list_copy": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "cpk_package_list_count": (c_size_t, [c_void_p]),
    "cpk_package_list_free": (None, [c_void_p]),
    "cpk_package_list_get": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_package_list_next": (c_char_p, [c_void_p]),
    "cpk_package_name": (c_char_p, [c_void_p]),
    "cpk_package_price": (c_int32, [c_void_p, c_int64, POINTER(c_int64), POINTER(c_int64), POINTER(c_void_p)]),
    "cpk_package_price_id": (c_char_p, [c_void_p]),
    "cpk_package_tier_count": (c_int32, [c_void_p]),
    "cpk_package_tier_from_credits": (c_int64, [c_void_p, c_int32]),
    "cpk_package_tier_unit_micros": (c_int64, [c_void_p, c_int32]),
    "cpk_payment_amount": (c_int64, [c_void_p]),
    "cpk_payment_amount_back": (c_int64, [c_void_p]),
    "cpk_payment_attempt_amount_micros": (c_int64, [c_void_p]),
    "cpk_payment_attempt_created_at": (c_int64, [c_void_p]),
    "cpk_payment_attempt_credits_requested": (c_int64, [c_void_p]),
    "cpk_payment_attempt_error_message": (c_char_p, [c_void_p]),
    "cpk_payment_attempt_free": (None, [c_void_p]),
    "cpk_payment_attempt_get": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_payment_attempt_id": (c_char_p, [c_void_p]),
    "cpk_payment_attempt_ip_address": (c_char_p, [c_void_p]),
    "cpk_payment_attempt_list_at": (c_void_p, [c_void_p, c_size_t]),
    "cpk_payment_attempt_list_copy": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "cpk_payment_attempt_list_count": (c_size_t, [c_void_p]),
    "cpk_payment_attempt_list_free": (None, [c_void_p]),
    "cpk_payment_attempt_list_get": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(cpk_page), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_payment_attempt_list_next": (c_char_p, [c_void_p]),
    "cpk_payment_attempt_status": (c_int32, [c_void_p]),
    "cpk_payment_attempt_status_name": (c_char_p, [c_void_p]),
    "cpk_payment_attempt_stripe_id": (c_char_p, [c_void_p]),
    "cpk_payment_attempt_type": (c_char_p, [c_void_p]),
    "cpk_payment_attempt_user_agent": (c_char_p, [c_void_p]),
    "cpk_payment_attempt_user_id": (c_char_p, [c_void_p]),
    "cpk_payment_created_at": (c_int64, [c_void_p]),
    "cpk_payment_credits": (c_int64, [c_void_p]),
    "cpk_payment_currency": (c_char_p, [c_void_p]),
    "cpk_payment_customer_id": (c_char_p, [c_void_p]),
    "cpk_payment_free": (None, [c_void_p]),
    "cpk_payment_id": (c_char_p, [c_void_p]),
    "cpk_payment_is_unlimited": (c_int32, [c_void_p]),
    "cpk_payment_list_at": (c_void_p, [c_void_p, c_size_t]),
    "cpk_payment_list_copy": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "cpk_payment_list_count": (c_size_t, [c_void_p]),
    "cpk_payment_list_free": (None, [c_void_p]),
    "cpk_payment_list_next": (c_char_p, [c_void_p]),
    "cpk_payment_list_unclaimed": (c_int32, [c_void_p, POINTER(cpk_page), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_payment_package_id": (c_char_p, [c_void_p]),
    "cpk_payment_stripe_payment_id": (c_char_p, [c_void_p]),
    "cpk_payment_velocity_amount_micros": (c_int64, [c_void_p]),
    "cpk_payment_velocity_attempts": (c_int64, [c_void_p]),
    "cpk_payment_velocity_credits_requested": (c_int64, [c_void_p]),
    "cpk_payment_velocity_failed": (c_int64, [c_void_p]),
    "cpk_payment_velocity_first_at": (c_int64, [c_void_p]),
    "cpk_payment_velocity_free": (None, [c_void_p]),
    "cpk_payment_velocity_last_at": (c_int64, [c_void_p]),
    "cpk_payment_velocity_list_at": (c_void_p, [c_void_p, c_size_t]),
    "cpk_payment_velocity_list_copy": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "cpk_payment_velocity_list_count": (c_size_t, [c_void_p]),
    "cpk_payment_velocity_list_free": (None, [c_void_p]),
    "cpk_payment_velocity_list_get": (c_int32, [c_void_p, POINTER(cpk_payment_velocity_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_payment_velocity_list_next": (c_char_p, [c_void_p]),
    "cpk_payment_velocity_others": (c_int64, [c_void_p]),
    "cpk_payment_velocity_params_init": (None, [POINTER(cpk_payment_velocity_params), c_size_t]),
    "cpk_payment_velocity_refused": (c_int64, [c_void_p]),
    "cpk_payment_velocity_subject": (c_char_p, [c_void_p]),
    "cpk_payment_velocity_succeeded": (c_int64, [c_void_p]),
    "cpk_plans_expire": (c_int32, [c_void_p, c_int32, POINTER(c_int64), POINTER(c_void_p)]),
    "cpk_quote_init": (None, [POINTER(cpk_quote), c_size_t]),
    "cpk_quote_job": (c_int32, [c_void_p, c_char_p, POINTER(cpk_quote), POINTER(c_void_p)]),
    "cpk_quote_pack": (c_int32, [c_void_p, c_char_p, POINTER(cpk_quote), POINTER(c_void_p)]),
    "cpk_quote_source": (c_int32, [c_void_p, c_char_p, POINTER(cpk_quote), POINTER(c_void_p)]),
    "cpk_reconcile_report_failed": (c_int64, [c_void_p]),
    "cpk_reconcile_report_first_failure": (c_char_p, [c_void_p]),
    "cpk_reconcile_report_free": (None, [c_void_p]),
    "cpk_reconcile_report_ignored": (c_int64, [c_void_p]),
    "cpk_reconcile_report_known": (c_int64, [c_void_p]),
    "cpk_reconcile_report_processed": (c_int64, [c_void_p]),
    "cpk_reconcile_report_refused": (c_int64, [c_void_p]),
    "cpk_reconcile_report_seen": (c_int64, [c_void_p]),
    "cpk_reconcile_report_starts_at": (c_int64, [c_void_p]),
    "cpk_reconcile_report_unclaimed": (c_int64, [c_void_p]),
    "cpk_redact": (c_int32, [c_char_p, c_size_t, POINTER(cpk_redact_options), cpk_write_fn, c_void_p, POINTER(cpk_redact_report), POINTER(c_void_p)]),
    "cpk_redact_options_init": (None, [POINTER(cpk_redact_options), c_size_t]),
    "cpk_redact_report_init": (None, [POINTER(cpk_redact_report), c_size_t]),
    "cpk_refund_params_init": (None, [POINTER(cpk_refund_params), c_size_t]),
    "cpk_report_options_init": (None, [POINTER(cpk_report_options), c_size_t]),
    "cpk_report_revenue": (c_int32, [c_void_p, POINTER(cpk_report_options), cpk_write_fn, c_void_p, POINTER(c_void_p)]),
    "cpk_report_statement": (c_int32, [c_void_p, c_char_p, POINTER(cpk_report_options), cpk_write_fn, c_void_p, POINTER(c_void_p)]),
    "cpk_report_usage": (c_int32, [c_void_p, POINTER(cpk_report_options), cpk_write_fn, c_void_p, POINTER(c_void_p)]),
    "cpk_role_name": (c_char_p, [c_int32]),
    "cpk_run_options_init": (None, [POINTER(cpk_run_options), c_size_t]),
    "cpk_session_claims": (c_char_p, [c_void_p]),
    "cpk_session_close": (None, [c_void_p]),
    "cpk_session_duplicate": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_session_kind": (c_int32, [c_void_p]),
    "cpk_session_open_admin": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_session_open_local": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_session_open_service": (c_int32, [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_session_open_token": (c_int32, [c_void_p, c_char_p, POINTER(cpk_token_options), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_session_open_user": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_session_principal_id": (c_char_p, [c_void_p]),
    "cpk_setting_count": (c_size_t, []),
    "cpk_setting_info": (c_int32, [c_size_t, POINTER(cpk_setting_details), POINTER(c_void_p)]),
    "cpk_source_add": (c_int32, [c_void_p, c_char_p, POINTER(cpk_input), POINTER(cpk_run_options), POINTER(c_int32), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_source_attempts": (c_int64, [c_void_p]),
    "cpk_source_completed_at": (c_int64, [c_void_p]),
    "cpk_source_conversation_count": (c_int64, [c_void_p]),
    "cpk_source_cost_micros": (c_int64, [c_void_p]),
    "cpk_source_created_at": (c_int64, [c_void_p]),
    "cpk_source_delete": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cpk_source_error_message": (c_char_p, [c_void_p]),
    "cpk_source_extractor": (c_char_p, [c_void_p]),
    "cpk_source_file_name": (c_char_p, [c_void_p]),
    "cpk_source_file_size": (c_int64, [c_void_p]),
    "cpk_source_format": (c_char_p, [c_void_p]),
    "cpk_source_free": (None, [c_void_p]),
    "cpk_source_get": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_source_id": (c_char_p, [c_void_p]),
    "cpk_source_input_tokens": (c_int64, [c_void_p]),
    "cpk_source_is_partial": (c_int32, [c_void_p]),
    "cpk_source_known_messages": (c_int64, [c_void_p]),
    "cpk_source_lease_until": (c_int64, [c_void_p]),
    "cpk_source_list_at": (c_void_p, [c_void_p, c_size_t]),
    "cpk_source_list_copy": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "cpk_source_list_count": (c_size_t, [c_void_p]),
    "cpk_source_list_free": (None, [c_void_p]),
    "cpk_source_list_get": (c_int32, [c_void_p, c_char_p, POINTER(cpk_page), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_source_list_next": (c_char_p, [c_void_p]),
    "cpk_source_loss_summary": (c_char_p, [c_void_p]),
    "cpk_source_losses": (c_char_p, [c_void_p]),
    "cpk_source_message_count": (c_int64, [c_void_p]),
    "cpk_source_name": (c_char_p, [c_void_p]),
    "cpk_source_output_tokens": (c_int64, [c_void_p]),
    "cpk_source_pack_id": (c_char_p, [c_void_p]),
    "cpk_source_processed_chunks": (c_int64, [c_void_p]),
    "cpk_source_progress": (c_int32, [c_void_p]),
    "cpk_source_read": (c_int32, [c_void_p, c_char_p, c_int32, cpk_write_fn, c_void_p, POINTER(c_void_p)]),
    "cpk_source_request_cancel": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "cpk_source_run": (c_int32, [c_void_p, c_char_p, c_int32, POINTER(cpk_run_options), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_source_sha256": (c_char_p, [c_void_p]),
    "cpk_source_stalled_reason": (c_char_p, [c_void_p]),
    "cpk_source_status": (c_int32, [c_void_p]),
    "cpk_source_status_name": (c_char_p, [c_void_p]),
    "cpk_source_text_tokens": (c_int64, [c_void_p]),
    "cpk_source_total_chunks": (c_int64, [c_void_p]),
    "cpk_source_type": (c_int32, [c_void_p]),
    "cpk_source_type_name": (c_char_p, [c_void_p]),
    "cpk_source_updated_at": (c_int64, [c_void_p]),
    "cpk_source_user_id": (c_char_p, [c_void_p]),
    "cpk_statistics_init": (None, [POINTER(cpk_statistics), c_size_t]),
    "cpk_status_name": (c_char_p, [c_int32]),
    "cpk_storage_copy_report_init": (None, [POINTER(cpk_storage_copy_report), c_size_t]),
    "cpk_stripe_customer": (c_int32, [c_void_p, c_char_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_stripe_object_amount": (c_int64, [c_void_p]),
    "cpk_stripe_object_attempt_id": (c_char_p, [c_void_p]),
    "cpk_stripe_object_currency": (c_char_p, [c_void_p]),
    "cpk_stripe_object_customer_id": (c_char_p, [c_void_p]),
    "cpk_stripe_object_expires_at": (c_int64, [c_void_p]),
    "cpk_stripe_object_free": (None, [c_void_p]),
    "cpk_stripe_object_id": (c_char_p, [c_void_p]),
    "cpk_stripe_object_is_live": (c_int32, [c_void_p]),
    "cpk_stripe_object_status": (c_char_p, [c_void_p]),
    "cpk_stripe_object_type": (c_char_p, [c_void_p]),
    "cpk_stripe_object_url": (c_char_p, [c_void_p]),
    "cpk_stripe_portal": (c_int32, [c_void_p, c_char_p, c_char_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_stripe_reconcile": (c_int32, [c_void_p, c_int64, POINTER(cpk_run_options), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_stripe_refund": (c_int32, [c_void_p, POINTER(cpk_refund_params), c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_stripe_webhook": (c_int32, [c_void_p, c_void_p, c_size_t, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_sweep_report_init": (None, [POINTER(cpk_sweep_report), c_size_t]),
    "cpk_text_setting_count": (c_size_t, []),
    "cpk_text_setting_info": (c_int32, [c_size_t, POINTER(cpk_text_setting_details), POINTER(c_void_p)]),
    "cpk_token_options_init": (None, [POINTER(cpk_token_options), c_size_t]),
    "cpk_tokens_count": (c_int32, [c_int32, c_char_p, c_size_t, POINTER(c_int64), POINTER(c_void_p)]),
    "cpk_tokens_encode": (c_int32, [c_int32, c_char_p, c_size_t, POINTER(c_uint32), c_size_t, POINTER(c_size_t), POINTER(c_void_p)]),
    "cpk_transaction_amount_micros": (c_int64, [c_void_p]),
    "cpk_transaction_created_at": (c_int64, [c_void_p]),
    "cpk_transaction_credits": (c_int64, [c_void_p]),
    "cpk_transaction_description": (c_char_p, [c_void_p]),
    "cpk_transaction_free": (None, [c_void_p]),
    "cpk_transaction_id": (c_char_p, [c_void_p]),
    "cpk_transaction_job_id": (c_char_p, [c_void_p]),
    "cpk_transaction_list_at": (c_void_p, [c_void_p, c_size_t]),
    "cpk_transaction_list_copy": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "cpk_transaction_list_count": (c_size_t, [c_void_p]),
    "cpk_transaction_list_free": (None, [c_void_p]),
    "cpk_transaction_list_get": (c_int32, [c_void_p, c_char_p, POINTER(cpk_page), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_transaction_list_next": (c_char_p, [c_void_p]),
    "cpk_transaction_package_id": (c_char_p, [c_void_p]),
    "cpk_transaction_type": (c_int32, [c_void_p]),
    "cpk_transaction_type_name": (c_char_p, [c_void_p]),
    "cpk_transaction_user_id": (c_char_p, [c_void_p]),
    "cpk_user_avatar_url": (c_char_p, [c_void_p]),
    "cpk_user_chunks_analyzed": (c_int64, [c_void_p]),
    "cpk_user_create": (c_int32, [c_void_p, POINTER(cpk_user_params), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_user_created_at": (c_int64, [c_void_p]),
    "cpk_user_credits_balance": (c_int64, [c_void_p]),
    "cpk_user_delete": (c_int32, [c_void_p, c_char_p, POINTER(cpk_user_deletion), POINTER(c_void_p)]),
    "cpk_user_delete_watched": (c_int32, [c_void_p, c_char_p, POINTER(cpk_run_options), POINTER(cpk_user_deletion), POINTER(c_void_p)]),
    "cpk_user_deleted_at": (c_int64, [c_void_p]),
    "cpk_user_deletion_init": (None, [POINTER(cpk_user_deletion), c_size_t]),
    "cpk_user_email": (c_char_p, [c_void_p]),
    "cpk_user_find": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_user_free": (None, [c_void_p]),
    "cpk_user_full_name": (c_char_p, [c_void_p]),
    "cpk_user_get": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_user_id": (c_char_p, [c_void_p]),
    "cpk_user_list_at": (c_void_p, [c_void_p, c_size_t]),
    "cpk_user_list_copy": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "cpk_user_list_count": (c_size_t, [c_void_p]),
    "cpk_user_list_free": (None, [c_void_p]),
    "cpk_user_list_get": (c_int32, [c_void_p, POINTER(cpk_page), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_user_list_next": (c_char_p, [c_void_p]),
    "cpk_user_params_init": (None, [POINTER(cpk_user_params), c_size_t]),
    "cpk_user_payment_plan": (c_int32, [c_void_p]),
    "cpk_user_plan_ends_at": (c_int64, [c_void_p]),
    "cpk_user_plan_starts_at": (c_int64, [c_void_p]),
    "cpk_user_set_email": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_user_set_plan": (c_int32, [c_void_p, c_char_p, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_user_storage_directory": (c_char_p, [c_void_p]),
    "cpk_user_subscription_id": (c_char_p, [c_void_p]),
    "cpk_user_subscription_status": (c_char_p, [c_void_p]),
    "cpk_user_suspended_at": (c_int64, [c_void_p]),
    "cpk_user_suspension_reason": (c_char_p, [c_void_p]),
    "cpk_user_update": (c_int32, [c_void_p, c_char_p, c_char_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_user_updated_at": (c_int64, [c_void_p]),
    "cpk_version": (c_char_p, []),
    "cpk_webhook_result_credits": (c_int64, [c_void_p]),
    "cpk_webhook_result_event_id": (c_char_p, [c_void_p]),
    "cpk_webhook_result_event_type": (c_char_p, [c_void_p]),
    "cpk_webhook_result_free": (None, [c_void_p]),
    "cpk_webhook_result_json": (c_char_p, [c_void_p]),
    "cpk_webhook_result_outcome": (c_int32, [c_void_p]),
    "cpk_webhook_result_user_id": (c_char_p, [c_void_p]),
    "cpk_work_attempts": (c_int64, [c_void_p]),
    "cpk_work_claim": (c_int32, [c_void_p, c_int32, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_work_claim_number": (c_int64, [c_void_p]),
    "cpk_work_free": (None, [c_void_p]),
    "cpk_work_get": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_work_id": (c_char_p, [c_void_p]),
    "cpk_work_is_cancelled": (c_int32, [c_void_p]),
    "cpk_work_kind": (c_char_p, [c_void_p]),
    "cpk_work_lease_until": (c_int64, [c_void_p]),
    "cpk_work_list_at": (c_void_p, [c_void_p, c_size_t]),
    "cpk_work_list_copy": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "cpk_work_list_count": (c_size_t, [c_void_p]),
    "cpk_work_list_free": (None, [c_void_p]),
    "cpk_work_list_get": (c_int32, [c_void_p, c_int32, POINTER(cpk_page), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_work_list_next": (c_char_p, [c_void_p]),
    "cpk_work_message": (c_char_p, [c_void_p]),
    "cpk_work_metrics": (c_int32, [c_void_p, POINTER(cpk_worker_report), cpk_write_fn, c_void_p, POINTER(c_void_p)]),
    "cpk_work_options_init": (None, [POINTER(cpk_work_options), c_size_t]),
    "cpk_work_priority": (c_int64, [c_void_p]),
    "cpk_work_reason": (c_char_p, [c_void_p]),
    "cpk_work_redrive": (c_int32, [c_void_p, c_char_p, POINTER(c_int64), POINTER(c_void_p)]),
    "cpk_work_release": (c_int32, [c_void_p, c_char_p, c_int64, POINTER(c_void_p)]),
    "cpk_work_run": (c_int32, [c_void_p, c_char_p, c_int64, POINTER(cpk_run_options), POINTER(c_int32), POINTER(c_void_p)]),
    "cpk_work_run_at": (c_int64, [c_void_p]),
    "cpk_work_state": (c_int32, [c_void_p]),
    "cpk_work_state_name": (c_char_p, [c_void_p]),
    "cpk_work_submit": (c_int32, [c_void_p, c_char_p, POINTER(cpk_work_options), POINTER(c_void_p), POINTER(c_void_p)]),
    "cpk_work_submitted_at": (c_int64, [c_void_p]),
    "cpk_work_user_id": (c_char_p, [c_void_p]),
    "cpk_worker_options_init": (None, [POINTER(cpk_worker_options), c_size_t]),
    "cpk_worker_report_init": (None, [POINTER(cpk_worker_report), c_size_t]),
    "cpk_worker_run": (c_int32, [c_void_p, POINTER(cpk_worker_options), POINTER(cpk_run_options), POINTER(cpk_worker_report), POINTER(c_void_p)]),
}

#: name: (index, parameter, check)
CHECKS: Dict[str, Tuple[Tuple[int, str, Check], ...]] = {
    "cpk_admin_action_list_at": ((1, "index", size),),
    "cpk_admin_action_list_copy": ((2, "capacity", size),),
    "cpk_admin_action_list_get": ((1, "admin_user_id", text), (2, "user_id", text),),
    "cpk_admin_adjust_credits": ((1, "user_id", text), (2, "credits", int64),),
    "cpk_admin_assign_payment": ((1, "user_id", text), (2, "payment_id", text),),
    "cpk_admin_override_plan": ((1, "user_id", text), (2, "payment_plan", int32),),
    "cpk_admin_params_init": ((1, "struct_size", size),),
    "cpk_admin_record_refund": ((1, "user_id", text), (2, "credits", int64), (3, "amount_micros", int64), (4, "stripe_payment_id", text),),
    "cpk_admin_support_credit": ((1, "user_id", text), (2, "credits", int64),),
    "cpk_admin_suspend": ((1, "user_id", text),),
    "cpk_admin_unsuspend": ((1, "user_id", text),),
    "cpk_archive_report_init": ((1, "struct_size", size),),
    "cpk_backup_report_init": ((1, "struct_size", size),),
    "cpk_build": ((2, "path_count", size),),
    "cpk_build_options_init": ((1, "struct_size", size),),
    "cpk_build_result_document_export_id": ((1, "document", int32),),
    "cpk_build_result_document_is_new": ((1, "document", int32),),
    "cpk_build_result_document_json_path": ((1, "document", int32),),
    "cpk_build_result_document_markdown_path": ((1, "document", int32),),
    "cpk_build_result_document_token_count": ((1, "document", int32),),
    "cpk_build_result_document_type": ((1, "document", int32),),
    "cpk_build_result_document_type_name": ((1, "document", int32),),
    "cpk_build_result_input_error_code": ((1, "input", int32),),
    "cpk_build_result_input_error_message": ((1, "input", int32),),
    "cpk_build_result_input_is_partial": ((1, "input", int32),),
    "cpk_build_result_input_loss_summary": ((1, "input", int32),),
    "cpk_build_result_input_outcome": ((1, "input", int32),),
    "cpk_build_result_input_outcome_name": ((1, "input", int32),),
    "cpk_build_result_input_path": ((1, "input", int32),),
    "cpk_build_result_input_source_id": ((1, "input", int32),),
    "cpk_checkout_create": ((1, "user_id", text),),
    "cpk_checkout_params_init": ((1, "struct_size", size),),
    "cpk_credit_params_init": ((1, "struct_size", size),),
    "cpk_credits_balance": ((1, "user_id", text),),
    "cpk_credits_clawback": ((1, "user_id", text),),
    "cpk_credits_grant": ((1, "user_id", text),),
    "cpk_credits_overview": ((1, "user_id", text), (2, "limit", int32),),
    "cpk_encoding_from_name": ((0, "name", text),),
    "cpk_encoding_name": ((0, "encoding", int32),),
    "cpk_engine_backup": ((1, "path", text), (2, "storage", text), (3, "replace", int32),),
    "cpk_engine_copy_storage": ((1, "source", text), (2, "target", text), (3, "flags", uint32),),
    "cpk_engine_migrate": ((1, "dry_run", int32),),
    "cpk_engine_migrate_report": ((1, "dry_run", int32),),
    "cpk_engine_options_init": ((1, "struct_size", size),),
    "cpk_engine_rotate_keys": ((1, "data_key_age_ms", int64),),
    "cpk_engine_setting": ((1, "name", text),),
    "cpk_error_new": ((0, "code", int32), (1, "domain", text), (2, "message", text), (3, "native", text), (4, "retryable", int32),),
    "cpk_export_create": ((1, "pack_id", text), (2, "type", int32),),
    "cpk_export_delete": ((1, "export_id", text),),
    "cpk_export_get": ((1, "export_id", text),),
    "cpk_export_list_at": ((1, "index", size),),
    "cpk_export_list_copy": ((2, "capacity", size),),
    "cpk_export_list_get": ((1, "pack_id", text),),
    "cpk_export_read": ((1, "export_id", text), (2, "format", int32),),
    "cpk_export_type_from_name": ((0, "name", text),),
    "cpk_hold_commit": ((1, "user_id", text), (2, "hold_key", text), (3, "key", text), (4, "credits", int64), (5, "flags", uint32),),
    "cpk_hold_get": ((1, "user_id", text), (2, "hold_key", text),),
    "cpk_hold_params_init": ((1, "struct_size", size),),
    "cpk_hold_release": ((1, "user_id", text), (2, "hold_key", text),),
    "cpk_hold_reserve": ((1, "user_id", text),),
    "cpk_holds_expire": ((1, "limit", int32),),
    "cpk_input_init": ((1, "struct_size", size),),
    "cpk_input_outcome_name": ((0, "outcome", int32),),
    "cpk_inspection_note_kind": ((1, "note", int32),),
    "cpk_inspection_note_kind_name": ((1, "note", int32),),
    "cpk_inspection_note_place": ((1, "note", int32),),
    "cpk_inspection_note_text": ((1, "note", int32),),
    "cpk_inspection_provider_conversations": ((1, "provider", int32),),
    "cpk_inspection_provider_messages": ((1, "provider", int32),),
    "cpk_inspection_provider_name": ((1, "provider", int32),),
    "cpk_job_delete": ((1, "job_id", text),),
    "cpk_job_get": ((1, "job_id", text),),
    "cpk_job_list_at": ((1, "index", size),),
    "cpk_job_list_copy": ((2, "capacity", size),),
    "cpk_job_run": ((1, "job_id", text),),
    "cpk_key_report_init": ((1, "struct_size", size),),
    "cpk_kind_name": ((0, "kind", int32),),
    "cpk_legacy_pack_copy": ((1, "legacy_pack_id", text),),
    "cpk_legacy_pack_delete": ((1, "legacy_pack_id", text),),
    "cpk_legacy_pack_find": ((1, "job_id", text),),
    "cpk_legacy_pack_get": ((1, "legacy_pack_id", text),),
    "cpk_legacy_pack_list_at": ((1, "index", size),),
    "cpk_legacy_pack_list_copy": ((2, "capacity", size),),
    "cpk_legacy_pack_read": ((1, "legacy_pack_id", text),),
    "cpk_legacy_pack_undo_copy": ((1, "legacy_pack_id", text),),
    "cpk_maintenance_restore": ((1, "table", text), (2, "dry_run", int32),),
    "cpk_maintenance_sweep": ((1, "dry_run", int32),),
    "cpk_message_init": ((1, "struct_size", size),),
    "cpk_pack_delete": ((1, "pack_id", text),),
    "cpk_pack_find": ((1, "name", text),),
    "cpk_pack_get": ((1, "pack_id", text),),
    "cpk_pack_get_progress": ((1, "pack_id", text),),
    "cpk_pack_list_at": ((1, "index", size),),
    "cpk_pack_list_copy": ((2, "capacity", size),),
    "cpk_pack_params_init": ((1, "struct_size", size),),
    "cpk_pack_update": ((1, "pack_id", text),),
    "cpk_package_get": ((1, "package_id", text),),
    "cpk_package_list_at": ((1, "index", size),),
    "cpk_package_list_copy": ((2, "capacity", size),),
    "cpk_package_price": ((1, "credits", int64),),
    "cpk_package_tier_from_credits": ((1, "tier", int32),),
    "cpk_package_tier_unit_micros": ((1, "tier", int32),),
    "cpk_payment_attempt_get": ((1, "user_id", text), (2, "attempt_id", text),),
    "cpk_payment_attempt_list_at": ((1, "index", size),),
    "cpk_payment_attempt_list_copy": ((2, "capacity", size),),
    "cpk_payment_attempt_list_get": ((1, "user_id", text), (2, "ip_address", text),),
    "cpk_payment_list_at": ((1, "index", size),),
    "cpk_payment_list_copy": ((2, "capacity", size),),
    "cpk_payment_velocity_list_at": ((1, "index", size),),
    "cpk_payment_velocity_list_copy": ((2, "capacity", size),),
    "cpk_payment_velocity_params_init": ((1, "struct_size", size),),
    "cpk_plans_expire": ((1, "limit", int32),),
    "cpk_quote_init": ((1, "struct_size", size),),
    "cpk_quote_job": ((1, "job_id", text),),
    "cpk_quote_pack": ((1, "pack_id", text),),
    "cpk_quote_source": ((1, "source_id", text),),
    "cpk_redact": ((1, "length_bytes", size),),
    "cpk_redact_options_init": ((1, "struct_size", size),),
    "cpk_redact_report_init": ((1, "struct_size", size),),
    "cpk_refund_params_init": ((1, "struct_size", size),),
    "cpk_report_options_init": ((1, "struct_size", size),),
    "cpk_report_statement": ((1, "user_id", text),),
    "cpk_role_name": ((0, "role", int32),),
    "cpk_run_options_init": ((1, "struct_size", size),),
    "cpk_session_open_admin": ((1, "admin_user_id", text),),
    "cpk_session_open_token": ((1, "token", text),),
    "cpk_session_open_user": ((1, "user_id", text),),
    "cpk_setting_info": ((0, "index", size),),
    "cpk_source_add": ((1, "pack_id", text),),
    "cpk_source_delete": ((1, "source_id", text),),
    "cpk_source_get": ((1, "source_id", text),),
    "cpk_source_list_at": ((1, "index", size),),
    "cpk_source_list_copy": ((2, "capacity", size),),
    "cpk_source_list_get": ((1, "pack_id", text),),
    "cpk_source_read": ((1, "source_id", text), (2, "part", int32),),
    "cpk_source_request_cancel": ((1, "source_id", text),),
    "cpk_source_run": ((1, "source_id", text), (2, "until", int32),),
    "cpk_statistics_init": ((1, "struct_size", size),),
    "cpk_status_name": ((0, "status", int32),),
    "cpk_storage_copy_report_init": ((1, "struct_size", size),),
    "cpk_stripe_customer": ((1, "user_id", text),),
    "cpk_stripe_portal": ((1, "user_id", text), (2, "return_url", text),),
    "cpk_stripe_reconcile": ((1, "since", int64),),
    "cpk_stripe_webhook": ((2, "body_bytes", size), (3, "signature", text),),
    "cpk_sweep_report_init": ((1, "struct_size", size),),
    "cpk_text_setting_info": ((0, "index", size),),
    "cpk_token_options_init": ((1, "struct_size", size),),
    "cpk_tokens_count": ((0, "encoding", int32), (2, "length_bytes", size),),
    "cpk_tokens_encode": ((0, "encoding", int32), (2, "length_bytes", size), (4, "capacity", size),),
    "cpk_transaction_list_at": ((1, "index", size),),
    "cpk_transaction_list_copy": ((2, "capacity", size),),
    "cpk_transaction_list_get": ((1, "user_id", text),),
    "cpk_user_delete": ((1, "user_id", text),),
    "cpk_user_delete_watched": ((1, "user_id", text),),
    "cpk_user_deletion_init": ((1, "struct_size", size),),
    "cpk_user_find": ((1, "email", text),),
    "cpk_user_get": ((1, "user_id", text),),
    "cpk_user_list_at": ((1, "index", size),),
    "cpk_user_list_copy": ((2, "capacity", size),),
    "cpk_user_params_init": ((1, "struct_size", size),),
    "cpk_user_set_email": ((1, "user_id", text), (2, "email", text),),
    "cpk_user_set_plan": ((1, "user_id", text), (2, "payment_plan", int32),),
    "cpk_user_update": ((1, "user_id", text), (2, "full_name", text), (3, "avatar_url", text),),
    "cpk_work_claim": ((1, "limit", int32),),
    "cpk_work_get": ((1, "source_id", text),),
    "cpk_work_list_at": ((1, "index", size),),
    "cpk_work_list_copy": ((2, "capacity", size),),
    "cpk_work_list_get": ((1, "state", int32),),
    "cpk_work_options_init": ((1, "struct_size", size),),
    "cpk_work_redrive": ((1, "source_id", text),),
    "cpk_work_release": ((1, "source_id", text), (2, "claim_number", int64),),
    "cpk_work_run": ((1, "source_id", text), (2, "claim_number", int64),),
    "cpk_work_submit": ((1, "source_id", text),),
    "cpk_worker_options_init": ((1, "struct_size", size),),
    "cpk_worker_report_init": ((1, "struct_size", size),),
}

#: noun: (field, getter, is text), in the headers' order
SNAPSHOTS: Dict[str, List[Tuple[str, str, bool]]] = {
    "cpk_admin_action": [
        ("id", "cpk_admin_action_id", True),
        ("admin_user_id", "cpk_admin_action_admin_user_id", True),
        ("type", "cpk_admin_action_type", False),
        ("type_name", "cpk_admin_action_type_name", True),
        ("target_user_id", "cpk_admin_action_target_user_id", True),
        ("credits", "cpk_admin_action_credits", False),
        ("amount_micros", "cpk_admin_action_amount_micros", False),
        ("reason", "cpk_admin_action_reason", True),
        ("details", "cpk_admin_action_details", True),
        ("created_at", "cpk_admin_action_created_at", False),
    ],
    "cpk_build_result": [
        ("pack_id", "cpk_build_result_pack_id", True),
        ("pack_name", "cpk_build_result_pack_name", True),
        ("output", "cpk_build_result_output", True),
        ("good_count", "cpk_build_result_good_count", False),
        ("failed_count", "cpk_build_result_failed_count", False),
        ("skipped_count", "cpk_build_result_skipped_count", False),
        ("partial_count", "cpk_build_result_partial_count", False),
        ("analyzed_chunks", "cpk_build_result_analyzed_chunks", False),
        ("input_count", "cpk_build_result_input_count", False),
        ("document_count", "cpk_build_result_document_count", False),
    ],
    "cpk_export": [
        ("id", "cpk_export_id", True),
        ("pack_id", "cpk_export_pack_id", True),
        ("type", "cpk_export_type", False),
        ("type_name", "cpk_export_type_name", True),
        ("status", "cpk_export_status", False),
        ("status_name", "cpk_export_status_name", True),
        ("error_message", "cpk_export_error_message", True),
        ("token_count", "cpk_export_token_count", False),
        ("file_size", "cpk_export_file_size", False),
        ("created_at", "cpk_export_created_at", False),
        ("updated_at", "cpk_export_updated_at", False),
    ],
    "cpk_hold": [
        ("key", "cpk_hold_key", True),
        ("reference", "cpk_hold_reference", True),
        ("status", "cpk_hold_status", False),
        ("is_unlimited", "cpk_hold_is_unlimited", False),
        ("credits", "cpk_hold_credits", False),
        ("remaining", "cpk_hold_remaining", False),
        ("committed", "cpk_hold_committed", False),
        ("expires_at", "cpk_hold_expires_at", False),
    ],
    "cpk_inspection": [
        ("source_type", "cpk_inspection_source_type", False),
        ("format", "cpk_inspection_format", True),
        ("era", "cpk_inspection_era", True),
        ("conversations", "cpk_inspection_conversations", False),
        ("messages", "cpk_inspection_messages", False),
        ("user_messages", "cpk_inspection_user_messages", False),
        ("assistant_messages", "cpk_inspection_assistant_messages", False),
        ("system_messages", "cpk_inspection_system_messages", False),
        ("tool_messages", "cpk_inspection_tool_messages", False),
        ("unknown_messages", "cpk_inspection_unknown_messages", False),
        ("hidden_messages", "cpk_inspection_hidden_messages", False),
        ("other_branches", "cpk_inspection_other_branches", False),
        ("attachments", "cpk_inspection_attachments", False),
        ("first_time", "cpk_inspection_first_time", False),
        ("last_time", "cpk_inspection_last_time", False),
        ("files", "cpk_inspection_files", False),
        ("shards", "cpk_inspection_shards", False),
        ("skipped", "cpk_inspection_skipped", False),
        ("damaged", "cpk_inspection_damaged", False),
        ("missing_files", "cpk_inspection_missing_files", False),
        ("tokens", "cpk_inspection_tokens", False),
        ("chunks", "cpk_inspection_chunks", False),
        ("credits", "cpk_inspection_credits", False),
        ("loss_summary", "cpk_inspection_loss_summary", True),
        ("is_partial", "cpk_inspection_is_partial", False),
        ("provider_count", "cpk_inspection_provider_count", False),
        ("note_count", "cpk_inspection_note_count", False),
        ("notes_left_out", "cpk_inspection_notes_left_out", False),
    ],
    "cpk_job": [
        ("id", "cpk_job_id", True),
        ("status", "cpk_job_status", False),
        ("status_name", "cpk_job_status_name", True),
        ("progress", "cpk_job_progress", False),
        ("error_message", "cpk_job_error_message", True),
        ("file_name", "cpk_job_file_name", True),
        ("file_size", "cpk_job_file_size", False),
        ("extracted_count", "cpk_job_extracted_count", False),
        ("total_chunks", "cpk_job_total_chunks", False),
        ("processed_chunks", "cpk_job_processed_chunks", False),
        ("failed_chunks", "cpk_job_failed_chunks", True),
        ("input_tokens", "cpk_job_input_tokens", False),
        ("output_tokens", "cpk_job_output_tokens", False),
        ("cost_micros", "cpk_job_cost_micros", False),
        ("created_at", "cpk_job_created_at", False),
        ("updated_at", "cpk_job_updated_at", False),
        ("completed_at", "cpk_job_completed_at", False),
    ],
    "cpk_legacy_pack": [
        ("id", "cpk_legacy_pack_id", True),
        ("job_id", "cpk_legacy_pack_job_id", True),
        ("name", "cpk_legacy_pack_name", True),
        ("extraction_stats", "cpk_legacy_pack_extraction_stats", True),
        ("chunk_stats", "cpk_legacy_pack_chunk_stats", True),
        ("analysis_stats", "cpk_legacy_pack_analysis_stats", True),
        ("file_size", "cpk_legacy_pack_file_size", False),
        ("created_at", "cpk_legacy_pack_created_at", False),
        ("copy_id", "cpk_legacy_pack_copy_id", True),
    ],
    "cpk_pack": [
        ("id", "cpk_pack_id", True),
        ("name", "cpk_pack_name", True),
        ("description", "cpk_pack_description", True),
        ("custom_system_prompt", "cpk_pack_custom_system_prompt", True),
        ("total_sources", "cpk_pack_total_sources", False),
        ("total_tokens", "cpk_pack_total_tokens", False),
        ("created_at", "cpk_pack_created_at", False),
        ("updated_at", "cpk_pack_updated_at", False),
    ],
    "cpk_package": [
        ("id", "cpk_package_id", True),
        ("name", "cpk_package_name", True),
        ("currency", "cpk_package_currency", True),
        ("decimals", "cpk_package_decimals", False),
        ("credits", "cpk_package_credits", False),
        ("amount", "cpk_package_amount", False),
        ("interval", "cpk_package_interval", True),
        ("is_unlimited", "cpk_package_is_unlimited", False),
        ("price_id", "cpk_package_price_id", True),
        ("tier_count", "cpk_package_tier_count", False),
    ],
    "cpk_payment": [
        ("id", "cpk_payment_id", True),
        ("customer_id", "cpk_payment_customer_id", True),
        ("stripe_payment_id", "cpk_payment_stripe_payment_id", True),
        ("package_id", "cpk_payment_package_id", True),
        ("currency", "cpk_payment_currency", True),
        ("amount", "cpk_payment_amount", False),
        ("amount_back", "cpk_payment_amount_back", False),
        ("credits", "cpk_payment_credits", False),
        ("is_unlimited", "cpk_payment_is_unlimited", False),
        ("created_at", "cpk_payment_created_at", False),
    ],
    "cpk_payment_attempt": [
        ("id", "cpk_payment_attempt_id", True),
        ("user_id", "cpk_payment_attempt_user_id", True),
        ("type", "cpk_payment_attempt_type", True),
        ("status", "cpk_payment_attempt_status", False),
        ("status_name", "cpk_payment_attempt_status_name", True),
        ("credits_requested", "cpk_payment_attempt_credits_requested", False),
        ("amount_micros", "cpk_payment_attempt_amount_micros", False),
        ("ip_address", "cpk_payment_attempt_ip_address", True),
        ("user_agent", "cpk_payment_attempt_user_agent", True),
        ("error_message", "cpk_payment_attempt_error_message", True),
        ("stripe_id", "cpk_payment_attempt_stripe_id", True),
        ("created_at", "cpk_payment_attempt_created_at", False),
    ],
    "cpk_payment_velocity": [
        ("subject", "cpk_payment_velocity_subject", True),
        ("attempts", "cpk_payment_velocity_attempts", False),
        ("succeeded", "cpk_payment_velocity_succeeded", False),
        ("failed", "cpk_payment_velocity_failed", False),
        ("refused", "cpk_payment_velocity_refused", False),
        ("others", "cpk_payment_velocity_others", False),
        ("credits_requested", "cpk_payment_velocity_credits_requested", False),
        ("amount_micros", "cpk_payment_velocity_amount_micros", False),
        ("first_at", "cpk_payment_velocity_first_at", False),
        ("last_at", "cpk_payment_velocity_last_at", False),
    ],
    "cpk_reconcile_report": [
        ("starts_at", "cpk_reconcile_report_starts_at", False),
        ("seen", "cpk_reconcile_report_seen", False),
        ("known", "cpk_reconcile_report_known", False),
        ("processed", "cpk_reconcile_report_processed", False),
        ("unclaimed", "cpk_reconcile_report_unclaimed", False),
        ("ignored", "cpk_reconcile_report_ignored", False),
        ("refused", "cpk_reconcile_report_refused", False),
        ("failed", "cpk_reconcile_report_failed", False),
        ("first_failure", "cpk_reconcile_report_first_failure", True),
    ],
    "cpk_source": [
        ("id", "cpk_source_id", True),
        ("pack_id", "cpk_source_pack_id", True),
        ("name", "cpk_source_name", True),
        ("type", "cpk_source_type", False),
        ("type_name", "cpk_source_type_name", True),
        ("status", "cpk_source_status", False),
        ("status_name", "cpk_source_status_name", True),
        ("progress", "cpk_source_progress", False),
        ("error_message", "cpk_source_error_message", True),
        ("file_name", "cpk_source_file_name", True),
        ("file_size", "cpk_source_file_size", False),
        ("format", "cpk_source_format", True),
        ("sha256", "cpk_source_sha256", True),
        ("conversation_count", "cpk_source_conversation_count", False),
        ("message_count", "cpk_source_message_count", False),
        ("known_messages", "cpk_source_known_messages", False),
        ("text_tokens", "cpk_source_text_tokens", False),
        ("total_chunks", "cpk_source_total_chunks", False),
        ("processed_chunks", "cpk_source_processed_chunks", False),
        ("input_tokens", "cpk_source_input_tokens", False),
        ("output_tokens", "cpk_source_output_tokens", False),
        ("cost_micros", "cpk_source_cost_micros", False),
        ("created_at", "cpk_source_created_at", False),
        ("updated_at", "cpk_source_updated_at", False),
        ("completed_at", "cpk_source_completed_at", False),
        ("extractor", "cpk_source_extractor", True),
        ("losses", "cpk_source_losses", True),
        ("loss_summary", "cpk_source_loss_summary", True),
        ("is_partial", "cpk_source_is_partial", False),
        ("user_id", "cpk_source_user_id", True),
        ("stalled_reason", "cpk_source_stalled_reason", True),
        ("lease_until", "cpk_source_lease_until", False),
        ("attempts", "cpk_source_attempts", False),
    ],
    "cpk_stripe_object": [
        ("id", "cpk_stripe_object_id", True),
        ("type", "cpk_stripe_object_type", True),
        ("url", "cpk_stripe_object_url", True),
        ("status", "cpk_stripe_object_status", True),
        ("currency", "cpk_stripe_object_currency", True),
        ("amount", "cpk_stripe_object_amount", False),
        ("expires_at", "cpk_stripe_object_expires_at", False),
        ("is_live", "cpk_stripe_object_is_live", False),
        ("attempt_id", "cpk_stripe_object_attempt_id", True),
        ("customer_id", "cpk_stripe_object_customer_id", True),
    ],
    "cpk_transaction": [
        ("id", "cpk_transaction_id", True),
        ("user_id", "cpk_transaction_user_id", True),
        ("type", "cpk_transaction_type", False),
        ("type_name", "cpk_transaction_type_name", True),
        ("credits", "cpk_transaction_credits", False),
        ("amount_micros", "cpk_transaction_amount_micros", False),
        ("package_id", "cpk_transaction_package_id", True),
        ("job_id", "cpk_transaction_job_id", True),
        ("description", "cpk_transaction_description", True),
        ("created_at", "cpk_transaction_created_at", False),
    ],
    "cpk_user": [
        ("id", "cpk_user_id", True),
        ("email", "cpk_user_email", True),
        ("full_name", "cpk_user_full_name", True),
        ("avatar_url", "cpk_user_avatar_url", True),
        ("payment_plan", "cpk_user_payment_plan", False),
        ("credits_balance", "cpk_user_credits_balance", False),
        ("chunks_analyzed", "cpk_user_chunks_analyzed", False),
        ("suspended_at", "cpk_user_suspended_at", False),
        ("suspension_reason", "cpk_user_suspension_reason", True),
        ("deleted_at", "cpk_user_deleted_at", False),
        ("subscription_id", "cpk_user_subscription_id", True),
        ("subscription_status", "cpk_user_subscription_status", True),
        ("plan_starts_at", "cpk_user_plan_starts_at", False),
        ("plan_ends_at", "cpk_user_plan_ends_at", False),
        ("storage_directory", "cpk_user_storage_directory", True),
        ("created_at", "cpk_user_created_at", False),
        ("updated_at", "cpk_user_updated_at", False),
    ],
    "cpk_webhook_result": [
        ("outcome", "cpk_webhook_result_outcome", False),
        ("event_id", "cpk_webhook_result_event_id", True),
        ("event_type", "cpk_webhook_result_event_type", True),
        ("user_id", "cpk_webhook_result_user_id", True),
        ("credits", "cpk_webhook_result_credits", False),
        ("json", "cpk_webhook_result_json", True),
    ],
    "cpk_work": [
        ("id", "cpk_work_id", True),
        ("user_id", "cpk_work_user_id", True),
        ("kind", "cpk_work_kind", True),
        ("state", "cpk_work_state", False),
        ("state_name", "cpk_work_state_name", True),
        ("priority", "cpk_work_priority", False),
        ("attempts", "cpk_work_attempts", False),
        ("reason", "cpk_work_reason", True),
        ("message", "cpk_work_message", True),
        ("submitted_at", "cpk_work_submitted_at", False),
        ("run_at", "cpk_work_run_at", False),
        ("lease_until", "cpk_work_lease_until", False),
        ("is_cancelled", "cpk_work_is_cancelled", False),
        ("claim_number", "cpk_work_claim_number", False),
    ],
}
