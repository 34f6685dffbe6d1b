#!/bin/sh
# Waits until Temporal is healthy, and makes the namespace unless it is there. Safe to repeat.
# Needs the Temporal CLI on PATH, and TEMPORAL_ADDRESS; TEMPORAL_NAMESPACE and RETENTION if not default and 720h.
set -eu
namespace=${TEMPORAL_NAMESPACE:-default}

tries=60
until temporal operator cluster health >/dev/null 2>&1; do
  tries=$((tries - 1))
  if [ "$tries" -eq 0 ]; then
    echo "no Temporal at $TEMPORAL_ADDRESS within a minute" >&2
    exit 1
  fi
  sleep 1
done
temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$namespace" --retention "${RETENTION:-720h}"
