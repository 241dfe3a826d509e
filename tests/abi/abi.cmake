# Everything that is made from the headers is current: api.json, the version script, the table of symbols, the raw layers.
add_test(NAME abi_generated_test COMMAND ${PROJECT_SOURCE_DIR}/scripts/generate --check)
