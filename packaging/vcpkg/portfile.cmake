# libtrop is built by cargo, which must be installed (Rust 1.85 or newer), and placed by the project's own make.
vcpkg_from_git(
    OUT_SOURCE_PATH SOURCE_PATH
    URL https://tropanel.invalid/source
    REF "$ENV{TROP_COMMIT}" # the commit of the release: see RELEASING.md
)
find_program(CARGO cargo REQUIRED)
find_program(MAKE NAMES gmake make REQUIRED)

vcpkg_execute_required_process(
    COMMAND "${MAKE}" install "PREFIX=${CURRENT_PACKAGES_DIR}" "CARGO=${CARGO}"
    WORKING_DIRECTORY "${SOURCE_PATH}"
    LOGNAME "install-${TARGET_TRIPLET}"
)

# One kind of library for each triplet; debug builds use the same.
if(VCPKG_LIBRARY_LINKAGE STREQUAL "static")
    file(GLOB unused "${CURRENT_PACKAGES_DIR}/lib/libtrop.so*" "${CURRENT_PACKAGES_DIR}/lib/libtrop*.dylib")
    file(REMOVE ${unused})
endif()
set(VCPKG_BUILD_TYPE release)
set(VCPKG_POLICY_SKIP_MISPLACED_CMAKE_FILES_CHECK enabled)
file(RENAME "${CURRENT_PACKAGES_DIR}/share/doc/trop/THIRD-PARTY-NOTICES" "${CURRENT_PACKAGES_DIR}/THIRD-PARTY-NOTICES")
vcpkg_install_copyright(
    FILE_LIST
        "${SOURCE_PATH}/LICENSE-MIT"
        "${SOURCE_PATH}/LICENSE-APACHE"
        "${CURRENT_PACKAGES_DIR}/THIRD-PARTY-NOTICES"
)
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/THIRD-PARTY-NOTICES" "${CURRENT_PACKAGES_DIR}/share/doc")
