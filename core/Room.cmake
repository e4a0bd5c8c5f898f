# SPDX-License-Identifier: GPL-3.0-or-later
# A room is one folder and one static library: every .cpp and .h in it belongs to it.
#   ch_room(stripe LINK ch::http PRIVATE simdjson::simdjson)
# LINK shows in the room's own headers, PRIVATE does not.

function(ch_compile_options target)
    target_compile_definitions(${target} PRIVATE QT_NO_KEYWORDS QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY
        QT_DISABLE_DEPRECATED_BEFORE=0x060400)
    if(MSVC)
        target_compile_options(${target} PRIVATE /W4 /utf-8 /permissive-)
    else()
        target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
    endif()
    if(CH_HARDEN AND NOT MSVC)
        # An installer's programs are guarded, and say nothing of the folder that they were built in: built elsewhere they are the same.
        target_compile_options(${target} PRIVATE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
            -ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=build)
        if(NOT WIN32 AND NOT APPLE)
            target_link_options(${target} PRIVATE -Wl,-z,relro,-z,now)
        endif()
    endif()
    if(CH_SANITIZE)
        target_compile_options(${target} PRIVATE -fsanitize=${CH_SANITIZE} -fno-omit-frame-pointer)
        target_link_options(${target} PRIVATE -fsanitize=${CH_SANITIZE})
    endif()
endfunction()

function(ch_room name)
    cmake_parse_arguments(ROOM "" "" "LINK;PRIVATE" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
    if(NOT sources)
        return()
    endif()
    add_library(ch_${name} STATIC ${sources})
    set_target_properties(ch_${name} PROPERTIES LINKER_LANGUAGE CXX)
    add_library(ch::${name} ALIAS ch_${name})
    target_include_directories(ch_${name} PUBLIC ${CMAKE_SOURCE_DIR}/core)
    target_link_libraries(ch_${name} PUBLIC ${ROOM_LINK} PRIVATE ${ROOM_PRIVATE})
    ch_compile_options(ch_${name})
endfunction()

# A test executable holds every tst_*.cpp of its folder; each file is one QObject class registered with CH_TEST (tests/support).
#   ch_test(http LINK ch::http)
function(ch_test name)
    cmake_parse_arguments(TEST "" "" "LINK" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
    add_executable(tst_${name} ${sources})
    target_link_libraries(tst_${name} PRIVATE ${TEST_LINK} ch::testsupport Qt6::Test)
    target_include_directories(tst_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_compile_definitions(tst_${name} PRIVATE CH_SOURCE_DIR="${CMAKE_SOURCE_DIR}" CH_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    ch_compile_options(tst_${name})
    add_test(NAME ${name} COMMAND tst_${name})
    # What a person has set for the programs is nothing to their tests; the one test that asks Stripe itself (business) has its key.
    set(unset ENABLE_PAYMENTS STRIPE_API_KEY STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET)
    if(NOT name STREQUAL business)
        list(APPEND unset STRIPE_TEST_KEY)
    endif()
    list(TRANSFORM unset APPEND "=unset:")
    set_tests_properties(${name} PROPERTIES TIMEOUT 600 ENVIRONMENT_MODIFICATION "${unset}"
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;TZ=UTC;LC_ALL=C.UTF-8;no_proxy=127.0.0.1,localhost;QTEST_DISABLE_STACK_DUMP=1")
endfunction()
