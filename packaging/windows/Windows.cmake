# SPDX-License-Identifier: GPL-3.0-or-later
# The installer for Windows: an NSIS setup with Qt inside, built by MinGW's GCC in an MSYS2 UCRT64 shell (MSVC has no 128-bit integer, which
# exact fractions need). Not yet run on Windows: see packaging/README.md. Included by packaging/CMakeLists.txt.
install(TARGETS countinghousectl stripe-sandbox RUNTIME_DEPENDENCY_SET countinghouse_libraries)
if(CH_WINDOW)
    install(TARGETS countinghouse RUNTIME_DEPENDENCY_SET countinghouse_libraries)
    set(icon ${CMAKE_SOURCE_DIR}/resources/appicon/countinghouse.ico)
    configure_file(${CMAKE_CURRENT_LIST_DIR}/countinghouse.rc.in ${CMAKE_CURRENT_BINARY_DIR}/countinghouse.rc @ONLY)
    enable_language(RC)
    target_sources(countinghouse PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/countinghouse.rc)

    # Qt's own step puts Qt's libraries and plugins beside the program; what else the programs are linked with comes from the compiler's folder.
    qt_generate_deploy_app_script(TARGET countinghouse OUTPUT_SCRIPT deploy NO_TRANSLATIONS)
    install(SCRIPT ${deploy})
    get_filename_component(toolchain ${CMAKE_CXX_COMPILER} DIRECTORY)
    install(RUNTIME_DEPENDENCY_SET countinghouse_libraries
        PRE_EXCLUDE_REGEXES "^api-ms-" "^ext-ms-" "^Qt6" POST_EXCLUDE_REGEXES "[Ww]indows[/\\\\][Ss]ystem32"
        DIRECTORIES ${toolchain} DESTINATION bin)
endif()
ch_install_papers()

set(CPACK_NSIS_DISPLAY_NAME Countinghouse)
set(CPACK_NSIS_PACKAGE_NAME Countinghouse)
set(CPACK_PACKAGE_INSTALL_DIRECTORY Countinghouse)
set(CPACK_PACKAGE_EXECUTABLES countinghouse Countinghouse)
set(CPACK_PACKAGE_FILE_NAME countinghouse-${PROJECT_VERSION}-windows-x86_64)
set(CPACK_NSIS_MUI_ICON ${CMAKE_SOURCE_DIR}/resources/appicon/countinghouse.ico)
set(CPACK_NSIS_MUI_UNIICON ${CMAKE_SOURCE_DIR}/resources/appicon/countinghouse.ico)
set(CPACK_NSIS_INSTALLED_ICON_NAME bin/countinghouse.exe)
set(CPACK_NSIS_ENABLE_UNINSTALL_BEFORE_INSTALL ON)
set(CPACK_NSIS_MODIFY_PATH ON) # so that countinghousectl is found in a terminal; the person is asked
set(CPACK_NSIS_MANIFEST_DPI_AWARE ON)
# Links: countinghouse://... opens the program. Removal takes the entry away and leaves the person's data, as on Linux.
set(CPACK_NSIS_EXTRA_INSTALL_COMMANDS [[
WriteRegStr SHCTX "Software\Classes\countinghouse" "" "URL:Countinghouse"
WriteRegStr SHCTX "Software\Classes\countinghouse" "URL Protocol" ""
WriteRegStr SHCTX "Software\Classes\countinghouse\shell\open\command" "" '"$INSTDIR\bin\countinghouse.exe" "%1"']])
set(CPACK_NSIS_EXTRA_UNINSTALL_COMMANDS [[DeleteRegKey SHCTX "Software\Classes\countinghouse"]])
