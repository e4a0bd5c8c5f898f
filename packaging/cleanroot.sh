# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by tests/cleanroot and packaging/try, after packaging/setup.sh: a clean Debian 12 root in a folder, and a display in it. Mirrors,
# proxies and npm's settings are taken over from this machine, so that the root reaches what this machine reaches. All mounts live in a mount
# namespace and all processes in a process namespace of their own: they are gone when the caller ends, however it ends.

ch_root_settings() {
    local root=$1
    apt-get indextargets --format '$(ORIGIN)|deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        sed -n 's/^Debian|//p' | sort -u >"$root/etc/apt/sources.list"
    apt-config dump | grep -E '^Acquire::(http|https|Retries|Check-)' >"$root/etc/apt/apt.conf.d/99host" || true
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    [[ -f /etc/npmrc ]] && cp /etc/npmrc "$root/etc/npmrc"
    [[ -f $HOME/.npmrc ]] && install -m 600 "$HOME/.npmrc" "$root/root/.npmrc"
    # Authorities that this machine trusts beside Debian's: the package ca-certificates takes them in when it is installed there.
    mkdir -p "$root/usr/local/share/ca-certificates"
    find /usr/local/share/ca-certificates -name '*.crt' -exec cp -L {} "$root/usr/local/share/ca-certificates/" \; 2>/dev/null
    return 0
}

# ch_root_make ROOT LOGS: a minimal Debian 12 in ROOT, which does not exist yet. Says what it made.
ch_root_make() {
    local root=$1 logs=$2 start=$SECONDS mirror
    mirror=$(apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' |
        sed -n 's/^Debian|bookworm|main|//p' | head -n 1)
    debootstrap --variant=minbase bookworm "$root" "${mirror:?no Debian 12 mirror in this machine\'s apt sources}" >"$logs/debootstrap.log" 2>&1 ||
        { tail -n 5 "$logs/debootstrap.log" >&2; return 1; }
    ch_root_settings "$root"
    printf 'A clean Debian %s root, %d packages, made in %d s\n' "$(cat "$root/etc/debian_version")" \
        "$(find "$root/var/lib/dpkg/info" -name '*.list' | wc -l)" $((SECONDS - start))
}

# ch_root_enter SCRIPT ARGS...: runs SCRIPT --inside ARGS in namespaces of its own.
ch_root_enter() {
    unshare --mount --pid --fork --kill-child "$1" --inside "${@:2}"
}

# ch_root_mount ROOT: what a root needs to be lived in. Only within ch_root_enter.
ch_root_mount() {
    local root=$1
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount --rbind /dev "$root/dev"
    mkdir -p "$root/tmp/.X11-unix"
    mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
}

# ch_root_display LOGS: a display of 1280x800 for all roots; DISPLAY names it. Before ch_root_mount, within ch_root_enter.
ch_root_display() {
    local logs=$1
    mkdir -p /tmp/.X11-unix
    mount -t tmpfs -o mode=1777 tmpfs /tmp/.X11-unix
    : >"$logs/display" # of an earlier display that kept its number here
    exec 3<>"$logs/display"
    Xvfb -displayfd 3 -nolock -ac -screen 0 1280x800x24 >"$logs/xvfb.log" 2>&1 &
    while [[ ! -s $logs/display ]]; do sleep 0.2; done
    DISPLAY=:$(cat "$logs/display")
    export DISPLAY
}

# ch_root_command ROOT USER LINE: puts into the array ch_command what runs a shell's command line as this user in the root, on the display.
# "setsid "${ch_command[@]}" &" gives it a process group to end it by.
ch_root_command() {
    local root=$1 user=$2 home=/home/$2
    [[ $user == root ]] && home=/root
    ch_command=(chroot "$root" /sbin/runuser -u "$user" -- env -i HOME="$home" USER="$user" DISPLAY="${DISPLAY:-}"
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb DEBIAN_FRONTEND=noninteractive
        NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt bash -c "$3")
}

ch_root_run() {
    ch_root_command "$@"
    "${ch_command[@]}"
}

# The title of the newest window on the display; empty: there is none.
ch_root_window() {
    xdotool search --onlyvisible --name . getwindowname 2>/dev/null | tail -n 1 || true
}

# ch_root_picture FILE: the display, as FILE.png.
ch_root_picture() {
    xwd -root -silent | python3 -B "$ch_top/packaging/tools/picture.py" "$1.png"
}
