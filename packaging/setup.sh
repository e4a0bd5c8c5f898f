# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by app/run, tests/run and the commands of this folder: installs what is missing and builds. Everything it prints goes to stderr, so that the caller's
# stdout stays its own. COUNTINGHOUSE_NO_INSTALL=1 skips the look for packages.

ch_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ch_preset=release
ch_build=$ch_top/build/$ch_preset
ch_settings=() # further arguments for CMake

ch_say() { printf '%s\n' "$*" >&2; }

# ch_packages GROUP...: the packages of these groups, one a line, without those that a command already stands for.
ch_packages() {
    local group package unless why wanted
    while read -r group package unless why; do
        [[ -z $group || $group == \#* ]] && continue
        for wanted in "$@"; do
            [[ $group == "$wanted" ]] || continue
            if [[ $unless == - ]] || ! command -v "$unless" >/dev/null; then
                printf '%s\n' "$package"
            fi
        done
    done <"$ch_top/packaging/packages.txt"
}

# ch_why GROUP PACKAGE...: a line for each package that says what it is for.
ch_why() {
    local heading=$1 group package unless why chosen
    shift
    while read -r group package unless why; do
        for chosen in "$@"; do
            if [[ $group == "$heading" && $package == "$chosen" ]]; then
                printf '    %-20s %s\n' "$package" "$why" >&2
            fi
        done
    done <"$ch_top/packaging/packages.txt"
}

# ch_missing PACKAGE...: those that dpkg does not have installed, one a line.
ch_missing() {
    local installed package
    installed=" $(dpkg-query -W -f='${db:Status-Status}=${Package} ' "$@" 2>/dev/null || true)"
    for package in "$@"; do
        [[ $installed == *" installed=$package "* ]] || printf '%s\n' "$package"
    done
}

# ch_install GROUP...: makes sure that the packages of these groups are there. Returns non-zero when they cannot be installed.
ch_install() {
    [[ ${COUNTINGHOUSE_NO_INSTALL:-} == 1 ]] && return 0
    local -a wanted missing prefix=()
    mapfile -t wanted < <(ch_packages "$@")
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        if [[ ! -f $ch_build/build.ninja ]]; then
            ch_say "This is not Debian, so nothing is installed. Needed, by their Debian 12 names: ${wanted[*]}"
            ch_say "Going on with what is here; CMake names what it does not find."
        fi
        return 0
    fi
    mapfile -t missing < <(ch_missing "${wanted[@]}")
    ((${#missing[@]})) || return 0

    local line="apt-get install -y --no-install-recommends ${missing[*]}"
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            ch_say "Packages are missing and only root can install them. As root: apt-get update && $line"
            return 1
        fi
        prefix=(sudo)
        [[ -t 0 ]] || prefix+=(-n)
    fi
    ch_say "Installing ${#missing[@]} of Debian's packages with apt-get:"
    local group
    for group in "$@"; do
        if [[ -n $(comm -12 <(ch_packages "$group" | sort) <(printf '%s\n' "${missing[@]}" | sort)) ]]; then
            case $group in
            runtime) ch_say "  to run Countinghouse" ;;
            build) ch_say "  to build it" ;;
            tests) ch_say "  to test it" ;;
            packaging) ch_say "  to make packages of it" ;;
            cleanroot) ch_say "  to try it in a clean root" ;;
            esac
            ch_why "$group" "${missing[@]}"
        fi
    done
    ch_say "This takes a minute or two."
    local log
    log=$(mktemp)
    local -a apt=("${prefix[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3
        -o Dpkg::Use-Pty=0)
    # A source that cannot be refreshed is no reason to stop: the install says what is really not to be had.
    "${apt[@]}" update </dev/null >"$log" 2>&1 || ch_say "apt-get update complained; trying to install all the same."
    if ! "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >>"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        ch_say "The packages could not be installed. The command was: $line"
        return 1
    fi
    rm -f "$log"
    hash -r
}

# Configures $ch_build when it has never been done, or when the presets or the compiler cache have changed since; other changes
# to the build's description are noticed by the build itself.
ch_configure() {
    local launcher
    launcher=$(command -v ccache || true)
    local cache=$ch_build/CMakeCache.txt
    if [[ -f $ch_build/build.ninja && ! $ch_top/CMakePresets.json -nt $cache ]] &&
        grep -qxF "CMAKE_CXX_COMPILER_LAUNCHER:STRING=$launcher" "$cache" &&
        grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$ch_top" "$cache"; then
        return 0
    fi
    local -a fresh=()
    if [[ -f $cache ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$ch_top" "$cache"; then
        fresh=(--fresh)
    fi
    (cd "$ch_top" && cmake --preset "$ch_preset" "${fresh[@]}" "${ch_settings[@]}" "-DCMAKE_CXX_COMPILER_LAUNCHER:STRING=$launcher") >&2 || return 1
    touch "$cache"
}

# ch_make TARGET...: builds them in $ch_build; without targets, everything. One build at a time: a second waits for the first.
ch_make() {
    mkdir -p "$ch_build"
    (
        flock 9
        [[ -f $ch_build/build.ninja ]] || ch_say "Building in build/$ch_preset; the first time this takes some minutes."
        ch_configure || exit 1
        # Nothing to do is by far the most frequent case, and then nothing is said.
        if [[ $(ninja -C "$ch_build" -n "$@" 2>/dev/null | tail -n 1) == "ninja: no work to do." ]]; then
            exit 0
        fi
        ninja -C "$ch_build" "$@" >&2
    ) 9>"$ch_build/.lock"
}
