#!/usr/bin/env bash
# Installs Debian's packages that optional tests need, where it may: as root, or with a sudo that asks nothing. Starts no service.
# Always exits with 0: a test whose package is missing is skipped, and says so. Ends in time (I7), whatever apt-get does.
set -u
exec </dev/null

packages=(chromium prometheus postgresql docker-compose zsh fish)
seconds=${OPTIONAL_PACKAGES_SECONDS:-420}
# Asked by every package that wants to start its service: 101 forbids it. https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
policy=${OPTIONAL_PACKAGES_POLICY:-/usr/sbin/policy-rc.d}

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

leave() {
  echo "not installed: ${missing[*]} ($1); their tests are skipped"
  exit 0
}
command -v apt-get >/dev/null || leave 'there is no apt-get'
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  sudo -n true 2>/dev/null || leave 'not root, and no sudo without a password'
  as_root=(sudo -n)
fi

said=$(mktemp) || leave 'there is no room for a temporary file'
ours=
trap '[ -n "$ours" ] && "${as_root[@]}" rm -f "$policy"; rm -f "$said"' EXIT
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null && "${as_root[@]}" chmod 755 "$policy" && ours=yes
fi
[ -x "$policy" ] || leave "$policy cannot be written, so services would be started"

apt() {
  local left=$((seconds - SECONDS))
  if [ "$left" -le 0 ]; then
    echo "E: no time left of $seconds s" >"$said"
    return 1
  fi
  "${as_root[@]}" timeout --kill-after=10 "$left" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
    -o DPkg::Lock::Timeout=60 -o Acquire::Retries=1 -o Acquire::http::Timeout=20 "$@" >"$said" 2>&1
  local code=$?
  [ $code -eq 124 ] || [ $code -eq 137 ] && echo "E: not done within $seconds s" >>"$said"
  return $code
}

apt update || true # Packages may be known already.
for package in "${missing[@]}"; do
  # Fetched first: what takes long, or fails, then does so before anything is unpacked.
  if apt install --no-install-recommends --download-only "$package" && apt install --no-install-recommends "$package"; then
    echo "installed $package"
  else
    echo "not installed: $package ($(grep '^E:' "$said" | tail -n 1 | cut -c 1-200)); its tests are skipped"
  fi
done
exit 0
