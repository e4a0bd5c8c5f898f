# SPDX-License-Identifier: GPL-3.0-or-later
# Menu entry, icons, metadata and the service of a Linux desktop; for an installer (CH_PACKAGE) also what is made of the built programs: man
# pages, completions, changelog, list of components. Included by packaging/CMakeLists.txt.
set(here ${CMAKE_CURRENT_LIST_DIR})

install(TARGETS countinghousectl stripe-sandbox)
if(CH_WINDOW)
    install(TARGETS countinghouse)
endif()
configure_file(${here}/countinghouse.desktop.in ${made}/${CH_ID}.desktop @ONLY)
configure_file(${here}/countinghouse.service.in ${made}/countinghouse@.service @ONLY)
install(FILES ${made}/${CH_ID}.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES ${made}/countinghouse@.service DESTINATION lib/systemd/user)
set(CH_ICON_SIZES 16 22 24 32 48 64 128 256 512) # those that resources/appicon/make makes
foreach(size ${CH_ICON_SIZES})
    install(FILES ${CMAKE_SOURCE_DIR}/resources/appicon/countinghouse-${size}.png RENAME countinghouse.png
        DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/${size}x${size}/apps)
endforeach()
install(FILES ${CMAKE_SOURCE_DIR}/resources/appicon/countinghouse.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)

if(CH_PACKAGE AND CH_WINDOW)
    foreach(program countinghouse countinghousectl stripe-sandbox)
        ch_made(${program}.1.gz manpage.py DEPENDS $<TARGET_FILE:${program}> ${here}/${program}.man.txt
            ARGS --program $<TARGET_FILE:${program}> --also ${here}/${program}.man.txt --version ${PROJECT_VERSION})
        install(FILES ${made}/${program}.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
    endforeach()
    foreach(shell bash zsh fish)
        ch_made(completion.${shell} output.py DEPENDS $<TARGET_FILE:countinghousectl> ARGS $<TARGET_FILE:countinghousectl> completion ${shell})
    endforeach()
    install(FILES ${made}/completion.bash RENAME countinghousectl DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
    install(FILES ${made}/completion.zsh RENAME _countinghousectl DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
    install(FILES ${made}/completion.fish RENAME countinghousectl.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

    set(changelog ${CMAKE_SOURCE_DIR}/CHANGELOG.md)
    ch_made(changelog.gz changelog.py DEPENDS ${changelog}
        ARGS debian --changelog ${changelog} --version ${PROJECT_VERSION} --maintainer ${CH_MAINTAINER})
    ch_made(${CH_ID}.metainfo.xml changelog.py DEPENDS ${changelog} ${here}/countinghouse.metainfo.xml.in
        ARGS metainfo --changelog ${changelog} --version ${PROJECT_VERSION} --template ${here}/countinghouse.metainfo.xml.in
            --set ID=${CH_ID} --set SUMMARY=${CH_SUMMARY} --set HOMEPAGE=${CH_HOMEPAGE})
    ch_components($<TARGET_FILE:countinghouse> $<TARGET_FILE:countinghousectl> $<TARGET_FILE:stripe-sandbox>)
    install(FILES ${made}/${CH_ID}.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
    install(FILES ${made}/changelog.gz ${made}/countinghouse.spdx.json ${here}/copyright ${here}/README.Debian
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/countinghouse)
endif()

# --- Debian
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# What computing cannot see: libraries that are loaded by name, authorities, time zones. See packages.txt, group runtime.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates, libqt6svg6, libsecret-1-0, tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnome-keyring | kwalletmanager, qt6-wayland")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# --- RPM: the libraries by their names inside the files, since packages are called differently from one distribution to the next.
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE "GPL-3.0-or-later AND Apache-2.0 AND LGPL-3.0-or-later")
set(CPACK_RPM_PACKAGE_GROUP Applications/Office)
set(CPACK_RPM_PACKAGE_REQUIRES "ca-certificates, tzdata, libsecret-1.so.0()(64bit)")
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION /usr/lib/systemd /usr/lib/systemd/user /usr/share/applications /usr/share/metainfo
    /usr/share/man /usr/share/man/man1 /usr/share/bash-completion /usr/share/bash-completion/completions /usr/share/zsh
    /usr/share/zsh/vendor-completions /usr/share/fish /usr/share/fish/vendor_completions.d /usr/share/icons /usr/share/icons/hicolor
    /usr/share/doc)
list(TRANSFORM CH_ICON_SIZES REPLACE "(.+)" "\\1x\\1" OUTPUT_VARIABLE folders)
foreach(folder ${folders} scalable)
    list(APPEND CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION /usr/share/icons/hicolor/${folder} /usr/share/icons/hicolor/${folder}/apps)
endforeach()

# --- An archive that needs no installation: Qt and all else that a bare system lacks are put into it before it is closed.
set(CPACK_PACKAGE_FILE_NAME countinghouse-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PRE_BUILD_SCRIPTS ${here}/Bundle.cmake)
