# SPDX-License-Identifier: GPL-3.0-or-later
# The disk image for macOS: Countinghouse.app with Qt inside, the terminal programs beside the window's in it. Not yet run on macOS: see
# packaging/README.md; signing and notarisation are packaging/macos/sign. Included by packaging/CMakeLists.txt.
if(CH_WINDOW)
    set(icon ${CMAKE_SOURCE_DIR}/resources/appicon/countinghouse.icns)
    target_sources(countinghouse PRIVATE ${icon})
    set_source_files_properties(${icon} TARGET_DIRECTORY countinghouse PROPERTIES MACOSX_PACKAGE_LOCATION Resources)
    set_target_properties(countinghouse PROPERTIES
        OUTPUT_NAME Countinghouse
        MACOSX_BUNDLE_INFO_PLIST ${CMAKE_CURRENT_LIST_DIR}/Info.plist.in
        MACOSX_BUNDLE_GUI_IDENTIFIER ${CH_ID}
        MACOSX_BUNDLE_BUNDLE_NAME Countinghouse
        MACOSX_BUNDLE_ICON_FILE countinghouse.icns
        MACOSX_BUNDLE_BUNDLE_VERSION ${PROJECT_VERSION}
        MACOSX_BUNDLE_SHORT_VERSION_STRING ${PROJECT_VERSION})
    install(TARGETS countinghouse BUNDLE DESTINATION .)
    install(TARGETS countinghousectl stripe-sandbox DESTINATION Countinghouse.app/Contents/MacOS)
    # Qt's own step (macdeployqt) puts Qt and what else is linked into Contents/Frameworks; it is told of the terminal programs as well.
    qt_generate_deploy_app_script(TARGET countinghouse OUTPUT_SCRIPT deploy NO_TRANSLATIONS)
    install(SCRIPT ${deploy})
    install(CODE "execute_process(COMMAND macdeployqt \${CMAKE_INSTALL_PREFIX}/Countinghouse.app
        -executable=\${CMAKE_INSTALL_PREFIX}/Countinghouse.app/Contents/MacOS/countinghousectl
        -executable=\${CMAKE_INSTALL_PREFIX}/Countinghouse.app/Contents/MacOS/stripe-sandbox COMMAND_ERROR_IS_FATAL ANY)")
    install(CODE "execute_process(COMMAND \"${CMAKE_CURRENT_LIST_DIR}/sign\" app \${CMAKE_INSTALL_PREFIX}/Countinghouse.app COMMAND_ERROR_IS_FATAL ANY)")
endif()
ch_install_papers()

set(CPACK_PACKAGE_FILE_NAME countinghouse-${PROJECT_VERSION}-macos-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_DMG_VOLUME_NAME "Countinghouse ${PROJECT_VERSION}")
set(CPACK_DMG_FORMAT ULFO)
