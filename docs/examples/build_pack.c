/* An export in, a context pack out: cc build_pack.c $(pkg-config --cflags --libs contextpack) */
#include <contextpack/contextpack.h>
#include <stdio.h>

static int32_t print(void *user, const void *data, size_t length_bytes)
{
    return fwrite(data, 1, length_bytes, user) == length_bytes ? 0 : -1;
}

int main(int argc, char **argv)
{
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_user_params person = CPK_USER_PARAMS_INIT;
    cpk_input input = CPK_INPUT_INIT;
    cpk_engine *engine = NULL;
    cpk_session *service = NULL, *session = NULL;
    cpk_user *user = NULL;
    cpk_pack *pack = NULL;
    cpk_source *source = NULL;
    cpk_export *result = NULL;
    cpk_error *error = NULL;

    options.database = "sqlite::memory:"; /* or "sqlite:packs.db" and "file:blobs", to keep them */
    options.storage = "memory:";
    person.email = "me@example.com";
    input.path = argc > 1 ? argv[1] : "conversations.json";
    if (cpk_engine_open(&options, &engine, &error) || cpk_session_open_service(engine, &service, &error) ||
        cpk_user_create(service, &person, &user, &error) ||
        cpk_session_open_user(engine, cpk_user_id(user), &session, &error) ||
        cpk_pack_create(session, NULL, &pack, &error) ||
        cpk_source_add(session, cpk_pack_id(pack), &input, NULL, NULL, &source, &error) ||
        cpk_source_run(session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error) ||
        cpk_export_create(session, cpk_pack_id(pack), CPK_EXPORT_COMPACT, NULL, NULL, &result, &error) ||
        cpk_export_read(session, cpk_export_id(result), CPK_FORMAT_MARKDOWN, print, stdout, &error)) {
        fprintf(stderr, "%s\n", cpk_error_message(error));
    }
    cpk_export_free(result), cpk_source_free(source), cpk_pack_free(pack), cpk_user_free(user);
    cpk_session_close(session), cpk_session_close(service), cpk_engine_close(engine);
    return cpk_error_code(error);
}
