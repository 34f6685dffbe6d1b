#!/bin/sh
# Makes Temporal's two databases in PostgreSQL, or brings them up to the server's version. Safe to repeat.
# Needs temporal-sql-tool of that version on PATH, and SQL_HOST, SQL_PORT, SQL_USER, SQL_PASSWORD.
set -eu
export SQL_PLUGIN=postgres12

set_up() {
  temporal-sql-tool --db "$1" create
  temporal-sql-tool --db "$1" setup-schema -v 0.0
  # The tool brings the schemas along.
  temporal-sql-tool --db "$1" update-schema --schema-name "postgresql/v12/$2"
}

set_up "${DBNAME:-temporal}" temporal
set_up "${VISIBILITY_DBNAME:-temporal_visibility}" visibility
