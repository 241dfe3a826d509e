#include "api/person.h"

/* Refuses one allocation, or every one from there on, and knows what is still out. */
typedef struct scarce {
    int64_t calls;
    int64_t refused_call; /* -1: none */
    int32_t from_there_on;
    int64_t out_blocks;
    int64_t out_bytes;
} scarce;

static int32_t refuse(scarce *scarce)
{
    int64_t call = scarce->calls++;

    return scarce->refused_call >= 0 &&
           (call == scarce->refused_call || (scarce->from_there_on && call > scarce->refused_call));
}

static void *scarce_allocate(void *user, size_t size_bytes)
{
    scarce *scarce = user;

    if (refuse(scarce)) {
        return NULL;
    }
    scarce->out_blocks++;
    scarce->out_bytes += (int64_t)size_bytes;
    return malloc(size_bytes);
}

static void *scarce_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    scarce *scarce = user;

    if (refuse(scarce)) {
        return NULL;
    }
    scarce->out_bytes += (int64_t)new_size_bytes - (int64_t)old_size_bytes;
    return realloc(block, new_size_bytes);
}

static void scarce_release(void *user, void *block, size_t size_bytes)
{
    scarce *scarce = user;

    scarce->out_blocks--;
    scarce->out_bytes -= (int64_t)size_bytes;
    free(block);
}

static cpk_status run_pipeline(scarce *scarce, cpk_error **error)
{
    cpk_allocator allocator = CPK_ALLOCATOR_INIT;
    cpk_setting small = {"chunk.max_tokens", 500};
    cpk_engine_options options = person_options();
    cpk_source *source = NULL;
    cpk_export *result = NULL;
    cpk_status status;
    person person;

    allocator.user = scarce;
    allocator.allocate = scarce_allocate;
    allocator.resize = scarce_resize;
    allocator.release = scarce_release;
    options.allocator = &allocator;
    options.settings = &small;
    options.setting_count = 1;
    if ((status = person_create(&person, &options, CPK_PLAN_UNLIMITED, error)) == CPK_OK &&
        (status = person_add(&person, SAMPLE, NULL, &source, error)) == CPK_OK &&
        (status = cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, error)) ==
            CPK_OK) {
        status = cpk_export_create(person.session, cpk_pack_id(person.pack), CPK_EXPORT_STANDARD, NULL, NULL, &result,
                                   error);
    }
    cpk_export_free(result);
    cpk_source_free(source);
    person_free(&person);
    return status;
}

static void refuse_and_check(int64_t call, int32_t from_there_on)
{
    scarce scarce = {0, call, from_there_on, 0, 0};
    cpk_error *error = NULL;
    cpk_status status = run_pipeline(&scarce, &error);

    if (status == CPK_OK ? error != NULL : status != CPK_ERROR_OUT_OF_MEMORY) {
        fail_msg("allocation %lld: %s: %s", (long long)call, cpk_status_name(status), cpk_error_message(error));
    }
    cpk_error_free(error);
    if (scarce.out_blocks != 0 || scarce.out_bytes != 0) {
        fail_msg("allocation %lld: %lld blocks, %lld bytes are not given back", (long long)call,
                 (long long)scarce.out_blocks, (long long)scarce.out_bytes);
    }
}

/* Opening comes first and is tried call by call; later on, every few calls. */
static void every_missing_allocation_is_reported_and_nothing_leaks(void **state)
{
    scarce plenty = {0, -1, 0, 0, 0};
    cpk_error *error = NULL;
    int64_t tried = 0;

    (void)state;
    assert_ok(run_pipeline(&plenty, &error), error);
    assert_int_equal(plenty.out_blocks, 0);
    assert_int_equal(plenty.out_bytes, 0);
    assert_true(plenty.calls > 1000);
    for (int64_t call = 0; call < plenty.calls; call += call < 200 ? 1 : 1 + plenty.calls / 400) {
        refuse_and_check(call, 0);
        refuse_and_check(call, 1);
        tried++;
    }
    print_message("%lld of %lld allocations refused\n", (long long)tried, (long long)plenty.calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_missing_allocation_is_reported_and_nothing_leaks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
