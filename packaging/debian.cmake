# Debian packages by CPack: libcontextpack0, libcontextpack-dev, contextpack-pdf and contextpack. See docs/packaging.md.
set(CONTEXTPACK_MAINTAINER "The libcontextpack authors <contextpack@example.org>" CACHE STRING
    "Name and address in the Maintainer field of packages")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME contextpack)
set(CPACK_PACKAGE_VENDOR "The libcontextpack authors")
set(CPACK_PACKAGE_CONTACT "${CONTEXTPACK_MAINTAINER}")
set(CPACK_COMPONENTS_ALL runtime development command pdf)
set(CPACK_COMPONENT_COMMAND_DEPENDS runtime)
set(CPACK_COMPONENT_DEVELOPMENT_DEPENDS runtime)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SOURCE contextpack)
set(CPACK_DEBIAN_PACKAGE_VERSION ${CONTEXTPACK_DEBIAN_VERSION})
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)

# What the library opens when it first needs it is no dependency that dpkg-shlibdeps could see.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libcontextpack0)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_DEPENDS "libsqlite3-0 (>= 3.40)")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS "libcurl4 (>= 7.85), libpq5 (>= 15), contextpack-pdf")
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "context packs of AI chats and documents - library
Turns exports of AI chats, documents and links into context packs: portable
documents with a token budget that any assistant can be given. It works on
one machine with SQLite and a folder, or on many with PostgreSQL.

This package holds the shared library.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libcontextpack-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libjson-c-dev, libsqlite3-dev (>= 3.40), libzip-dev, libgumbo-dev, libuchardet-dev, libssl-dev (>= 3.0), zlib1g-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "context packs of AI chats and documents - development files
Turns exports of AI chats, documents and links into context packs: portable
documents with a token budget that any assistant can be given. It works on
one machine with SQLite and a folder, or on many with PostgreSQL.

This package holds the headers, the static library, and what pkg-config and
CMake need to find them.")

set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME contextpack)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/src)
set(CPACK_DEBIAN_COMMAND_DESCRIPTION "context packs of AI chats and documents - command
Turns exports of AI chats, documents and links into context packs: portable
documents with a token budget that any assistant can be given. It works on
one machine with SQLite and a folder, or on many with PostgreSQL.

This package holds the command contextpack, its manual and completions for
bash, zsh and fish.")

set(CPACK_DEBIAN_PDF_PACKAGE_NAME contextpack-pdf)
set(CPACK_DEBIAN_PDF_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_PDF_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PDF_DESCRIPTION "context packs of AI chats and documents - PDF documents
Turns exports of AI chats, documents and links into context packs: portable
documents with a token budget that any assistant can be given. It works on
one machine with SQLite and a folder, or on many with PostgreSQL.

This package holds the program that the library starts to read PDF documents
in a sandbox. It needs PDFium, libpdfium.so, which is in no Debian package.")

# Each package's own papers. The time is SOURCE_DATE_EPOCH's when it is set.
set(made ${PROJECT_BINARY_DIR}/debian)
file(READ ${PROJECT_SOURCE_DIR}/LICENSE CONTEXTPACK_LICENSE_TEXT)
string(REGEX REPLACE "^.*(Permission is hereby)" "\\1" CONTEXTPACK_LICENSE_TEXT "${CONTEXTPACK_LICENSE_TEXT}")
string(STRIP "${CONTEXTPACK_LICENSE_TEXT}" CONTEXTPACK_LICENSE_TEXT)
string(REPLACE "\n\n" "\n.\n" CONTEXTPACK_LICENSE_TEXT "${CONTEXTPACK_LICENSE_TEXT}")
string(REPLACE "\n" "\n " CONTEXTPACK_LICENSE_TEXT " ${CONTEXTPACK_LICENSE_TEXT}")
string(TIMESTAMP CONTEXTPACK_PACKAGE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${CMAKE_CURRENT_LIST_DIR}/debian/copyright.in ${made}/copyright @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/debian/changelog.in ${made}/changelog.Debian @ONLY)
execute_process(COMMAND gzip -9nf ${made}/changelog.Debian COMMAND_ERROR_IS_FATAL ANY)
configure_file(${PROJECT_SOURCE_DIR}/CHANGELOG.md ${made}/changelog COPYONLY)
execute_process(COMMAND gzip -9nf ${made}/changelog COMMAND_ERROR_IS_FATAL ANY)
foreach(component IN ITEMS runtime development command pdf)
    string(TOUPPER ${component} upper)
    set(name ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
    file(WRITE ${made}/${name} "# These packages are not uploaded to Debian.\n${name}: initial-upload-closes-no-bugs\n")
    install(FILES ${made}/${name} COMPONENT ${component} DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides)
    install(FILES ${made}/copyright ${made}/changelog.Debian.gz ${made}/changelog.gz COMPONENT ${component}
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${name})
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/examples COMPONENT development
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libcontextpack-dev FILES_MATCHING PATTERN "*.c")
install(CODE "
    execute_process(COMMAND gzip -9n \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_MANDIR}/man1/contextpack.1\"
        COMMAND_ERROR_IS_FATAL ANY)" COMPONENT command)
install(CODE "
    file(GLOB archives \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/*.a\")
    execute_process(COMMAND ${CMAKE_STRIP} --strip-debug --remove-section=.comment --enable-deterministic-archives
        \${archives} COMMAND_ERROR_IS_FATAL ANY)" COMPONENT development)

# Which version brought each symbol, from the version script; and ldconfig after the library comes or goes.
file(READ ${PROJECT_SOURCE_DIR}/src/contextpack.map map)
string(REPLACE ";" "" map "${map}")
string(REPLACE "\n" ";" map "${map}")
set(nodes)
set(symbols)
foreach(line IN LISTS map)
    if(line MATCHES "^CONTEXTPACK_([0-9.]+)")
        set(since ${CMAKE_MATCH_1})
        string(APPEND nodes " CONTEXTPACK_${since}@CONTEXTPACK_${since} ${since}\n")
    elseif(line MATCHES "^ +(cpk_[a-z0-9_]+)$")
        string(APPEND symbols " ${CMAKE_MATCH_1}@CONTEXTPACK_${since} ${since}\n")
    endif()
endforeach()
file(WRITE ${made}/symbols "libcontextpack.so.0 libcontextpack0 #MINVER#\n* Build-Depends-Package: libcontextpack-dev\n${nodes}${symbols}")
file(WRITE ${made}/shlibs "libcontextpack 0 libcontextpack0 (>= ${CONTEXTPACK_DEBIAN_VERSION})\n")
file(WRITE ${made}/triggers "activate-noawait ldconfig\n")
file(CHMOD ${made}/symbols ${made}/shlibs ${made}/triggers PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA "${made}/symbols;${made}/shlibs;${made}/triggers")

# CPack adds scripts that call ldconfig, which the trigger does already.
set(CPACK_POST_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian_finish.cmake)

include(CPack)
