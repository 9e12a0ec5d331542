#!/bin/sh
# The tools that set-up stands on; each that is missing is one line with the way out.
missing=0
need() {
  command -v "$1" >/dev/null 2>&1 && return
  echo "$1 is missing: $2" >&2
  missing=1
}
need git "install it with the system's package manager, for example: apt-get install git"
need node "install Node 20 or newer (nodejs.org), or with the system's package manager"
need npm "it comes with Node (nodejs.org); some systems have it as a package of its own: apt-get install npm"
if command -v node >/dev/null 2>&1 && ! node -e 'process.exit(Number.parseInt(process.versions.node) < 20 ? 1 : 0)'; then
  echo "node on PATH is $(node --version): Node 20 or newer is needed (nodejs.org)" >&2
  missing=1
fi
exit $missing
