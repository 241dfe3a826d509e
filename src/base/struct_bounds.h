/* Written by scripts/write-struct-bounds from the public headers; do not edit. */
#ifndef BASE_STRUCT_BOUNDS_H
#define BASE_STRUCT_BOUNDS_H

#include <contextpack/backend/analyzer.h>
#include <contextpack/backend/database.h>
#include <contextpack/backend/extractor.h>
#include <contextpack/backend/storage.h>
#include <contextpack/contextpack.h>

/* clang-format off */
/* Where a struct may end, by its type: bit n is set when no field lies across byte 4 * n. A struct_size that is no such
 * place would cut a pointer or a number in two. */
#define STRUCT_BOUNDS(object)                                                                                          \
    _Generic((object), cpk_admin_params: UINT64_C(0x57),                                                               \
             cpk_analyzer_request: UINT64_C(0x555557),                                                                 \
             cpk_analyzer_usage: UINT64_C(0x7557),                                                                     \
             cpk_analyzer_driver: UINT64_C(0x5557),                                                                    \
             cpk_actor: UINT64_C(0x17),                                                                                \
             cpk_database_driver: UINT64_C(0x1555555757),                                                              \
             cpk_reader: UINT64_C(0x5557),                                                                             \
             cpk_sink: UINT64_C(0x557),                                                                                \
             cpk_extractor_driver: UINT64_C(0x5557),                                                                   \
             cpk_blob_info: UINT64_C(0x57),                                                                            \
             cpk_storage_driver: UINT64_C(0x55555557),                                                                 \
             cpk_allocator: UINT64_C(0x557),                                                                           \
             cpk_build_event: UINT64_C(0x15557f),                                                                      \
             cpk_build_options: UINT64_C(0x75555f),                                                                    \
             cpk_checkout_params: UINT64_C(0x5557),                                                                    \
             cpk_refund_params: UINT64_C(0x557),                                                                       \
             cpk_chunk: UINT64_C(0x1557),                                                                              \
             cpk_chunk_options: UINT64_C(0x57),                                                                        \
             cpk_credit_params: UINT64_C(0x55557),                                                                     \
             cpk_hold_params: UINT64_C(0x557),                                                                         \
             cpk_engine_options: UINT64_C(0x557555555557),                                                             \
             cpk_setting_details: UINT64_C(0x1557),                                                                    \
             cpk_text_setting_details: UINT64_C(0x57),                                                                 \
             cpk_statistics: UINT64_C(0x1555557),                                                                      \
             cpk_extract_report: UINT64_C(0x7000000000155407),                                                         \
             cpk_input: UINT64_C(0x15557),                                                                             \
             cpk_archive_report: UINT64_C(0x15557),                                                                    \
             cpk_sweep_report: UINT64_C(0x15557),                                                                      \
             cpk_backup_report: UINT64_C(0x557),                                                                       \
             cpk_storage_copy_report: UINT64_C(0x1557),                                                                \
             cpk_key_report: UINT64_C(0x15557),                                                                        \
             cpk_message: UINT64_C(0x555555f),                                                                         \
             cpk_pack_params: UINT64_C(0x157),                                                                         \
             cpk_pack_progress: UINT64_C(0x557),                                                                       \
             cpk_payment_velocity_params: UINT64_C(0x1d7),                                                             \
             cpk_quote: UINT64_C(0x5555555f),                                                                          \
             cpk_redact_options: UINT64_C(0x57),                                                                       \
             cpk_redact_report: UINT64_C(0x1555555557),                                                                \
             cpk_report_options: UINT64_C(0x1d7),                                                                      \
             cpk_token_options: UINT64_C(0x7),                                                                         \
             cpk_page: UINT64_C(0x17),                                                                                 \
             cpk_run_options: UINT64_C(0x55557),                                                                       \
             cpk_user_params: UINT64_C(0x557),                                                                         \
             cpk_user_deletion: UINT64_C(0x1555557),                                                                   \
             cpk_work_options: UINT64_C(0x17),                                                                         \
             cpk_worker_report: UINT64_C(0x55555557),                                                                  \
             cpk_worker_options: UINT64_C(0x15f))
/* clang-format on */

#endif
