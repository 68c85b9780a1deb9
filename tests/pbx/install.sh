#!/usr/bin/env bash
# Puts a real Asterisk into a folder of its own, from Debian packages only; the second call finds it there.
#   WIDGET_PBX_ROOT    where (~/.cache/widget-server/pbx)
#   WIDGET_PBX_MIRROR  a Debian mirror (the one that apt uses)
#   WIDGET_PBX_SUITES  which releases to try, in this order (sid forky; older ones have no Asterisk)
# Needs apt and dpkg-deb, no root: packages are unpacked, not installed, and run by their own loader (bed.py).
set -euo pipefail
ROOT=${WIDGET_PBX_ROOT:-$HOME/.cache/widget-server/pbx}
SUITES=${WIDGET_PBX_SUITES:-sid forky}
FORM=1 # of what lies in ROOT; raise it when this file changes what is unpacked
PACKAGES=(asterisk asterisk-core-sounds-en-gsm)
KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

[ "$(cat "$ROOT/.ready" 2>/dev/null | head -1)" != "form $FORM" ] || { sed -n 2p "$ROOT/.ready"; exit 0; }
die() { echo "tests/pbx/install.sh: $1" >&2; exit 1; }
for tool in apt-get dpkg-deb flock; do
  command -v $tool >/dev/null || die "$tool is missing; this needs Debian or Ubuntu (a container of debian:bookworm will do)"
done
[ -e $KEYS ] || die "$KEYS is missing: apt-get install debian-archive-keyring"
mkdir -p "$(dirname "$ROOT")" || die "cannot write to $(dirname "$ROOT"); set WIDGET_PBX_ROOT"
exec 9>"$ROOT.lock"
flock 9
[ ! -e "$ROOT/.ready" ] || [ "$(head -1 "$ROOT/.ready")" != "form $FORM" ] || exit 0

MIRROR=${WIDGET_PBX_MIRROR:-}
if [ -z "$MIRROR" ] && grep -q '^ID=debian' /etc/os-release; then
  MIRROR=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' | grep -v security | sed -n 1p || true)
  # before the first "apt-get update" apt does not know whose mirror it is
  [ -n "$MIRROR" ] || MIRROR=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | sed -n 1p || true)
fi
[ -n "$MIRROR" ] || die "apt names no Debian mirror here; set WIDGET_PBX_MIRROR to one"
WORK=$(mktemp -d "$ROOT.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
mkdir -p "$WORK"/{state/lists/partial,cache/archives/partial,root}
: > "$WORK/status"

# apt with a state of its own. Release files of sid on a frozen mirror are past their Valid-Until: that date alone is
# not looked at, signatures are.
own_apt() {
  LC_ALL=C apt-get -qq -o Dir::State="$WORK/state" -o Dir::State::status="$WORK/status" -o Dir::Cache="$WORK/cache" \
    -o Dir::Etc::sourcelist="$WORK/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o Acquire::Retries=1 -o APT::Sandbox::User= \
    -o APT::Install-Recommends=false -o APT::Update::Post-Invoke::= "$@" </dev/null >>"$WORK/log" 2>&1
}
fetch() { # suite
  echo "deb [signed-by=$KEYS] $MIRROR $1 main" > "$WORK/sources.list"
  own_apt update && own_apt -y --download-only install "${PACKAGES[@]}"
}
began=$SECONDS
found=""
for suite in $SUITES; do
  if fetch "$suite"; then found=$suite; break; fi
done
[ -n "$found" ] || die "no Asterisk from $MIRROR ($SUITES): $(grep -m1 -E '^(E|Err|W):' "$WORK/log" || tail -1 "$WORK/log")"

mkdir -p "$WORK"/root/usr/{bin,sbin,lib,lib64}
for merged in bin sbin lib lib64; do ln -s "usr/$merged" "$WORK/root/$merged"; done
for package in "$WORK"/cache/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$WORK/root" --keep-directory-symlink --no-same-owner --wildcards \
    --exclude './usr/share/doc/*' --exclude './usr/share/man/*' --exclude './usr/share/locale/*' \
    --exclude './usr/share/info/*' --exclude './dev/*' || die "$(basename "$package") cannot be unpacked"
done
chmod -R u+w "$WORK/root"
SOUNDS=$WORK/root/usr/share/asterisk/sounds # what the packages do with it when they are installed
find "$SOUNDS" -xtype l -delete
ln -s en_US_f_Allison "$SOUNDS/en"
VERSION=$(dpkg-deb -f "$WORK"/cache/archives/asterisk_*.deb Version)
printf 'form %s\nAsterisk %s of %s in %s\n' "$FORM" "$VERSION" "$found" "$ROOT" > "$WORK/root/.ready"
rm -rf "$ROOT"
mv "$WORK/root" "$ROOT"
echo "$(sed -n 2p "$ROOT/.ready"): $((SECONDS - began)) s, $(du -sm "$ROOT" | cut -f1) MB"
