#!/usr/bin/env bash
# Runs a command with a PostgreSQL server of its own (loopback, free port, empty data directory), gone afterwards.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
home=$(mktemp -d /tmp/widget-postgres.XXXXXX)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
[ "$(id -u)" != 0 ] || chown postgres "$home"
stop() { as "$bin/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$home"; }
trap stop EXIT
cd "$home"
as "$bin/initdb" -D "$home/data" -U widget -A trust -E UTF8 --no-sync >/dev/null
as "$bin/pg_ctl" -D "$home/data" -w -l "$home/log" \
  -o "-p $port -k $home -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200" start >/dev/null
cd "$OLDPWD"
TEST_DATABASE_URL="postgresql+psycopg://widget@127.0.0.1:$port/postgres" "$@"
