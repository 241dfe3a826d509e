cpk_unit_tests(net "base;net" address addresses guard retry http)
# libcurl calls this program's connect() and getaddrinfo(): it is loaded with the program, not later in a scope of its own.
target_link_options(net_addresses_test PRIVATE -rdynamic -Wl,--no-as-needed)
