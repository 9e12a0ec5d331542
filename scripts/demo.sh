#!/bin/sh
# The quickstart on a real three-node cluster. However it ends, the cluster is stopped.
set -eu
cd "$(dirname "$0")/.."
state=$PWD/.cache/demo

cluster() { node dist/cli/main.js cluster "$@" --dir "$state/cluster"; }

trap 'code=$?; trap - EXIT INT TERM; cluster down || true; exit $code' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

[ ! -e "$state/cluster" ] || cluster down --delete
rm -rf "$state"
mkdir -p "$state/backend"
cluster up --nodes 3 --first-address "${FIRST_ADDRESS:-auto}"

export PULUMI_HOME="$state/pulumi-home"
export PULUMI_BACKEND_URL="file://$state/backend"
export PULUMI_SKIP_UPDATE_CHECK=true
export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true
PULUMI_CONFIG_PASSPHRASE=$(node -p 'crypto.randomUUID()')
export PULUMI_CONFIG_PASSPHRASE
HARPER_CLUSTER=$state/cluster node scripts/demo.mts
