# SPDX-License-Identifier: GPL-3.0-or-later
# Run by CPack between installing and packing. The archive gets the libraries that it needs; DEB and RPM name theirs and get none.
if(CPACK_GENERATOR STREQUAL "TGZ")
    execute_process(COMMAND python3 -B ${CMAKE_CURRENT_LIST_DIR}/../tools/bundle.py ${CPACK_TEMPORARY_INSTALL_DIRECTORY}
        COMMAND_ERROR_IS_FATAL ANY)
endif()
