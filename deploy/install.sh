#!/bin/bash
# Installs Một Cửa on Debian or Ubuntu from the folder this lies in: sudo deploy/install.sh
# Run it again to bring another version; what is in .env and in /var/lib/motcua stays. PREFIX and STATE are for trials.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
PREFIX=${PREFIX:-/opt/motcua} STATE=${STATE:-/var/lib/motcua}
[ "$(id -u)" = 0 ] || { echo "Run it as root: sudo deploy/install.sh" >&2; exit 1; }

id motcua >/dev/null 2>&1 || useradd --system --home-dir "$STATE" --shell /usr/sbin/nologin motcua
install -d -m 0755 "$PREFIX"
install -d -o motcua -g motcua -m 0700 "$STATE"

# The program belongs to root: the service cannot change it.
for part in pyproject.toml uv.lock .python-version README.md LICENSE Makefile; do
    cp "$here/$part" "$PREFIX/"
done
for part in actions bot nlu procedures deploy docs tests; do
    rm -rf "${PREFIX:?}/$part.new" && cp -R "$here/$part" "$PREFIX/$part.new"
    rm -rf "${PREFIX:?}/$part" && mv "$PREFIX/$part.new" "$PREFIX/$part"
done
[ -e "$PREFIX/var" ] || ln -s "$STATE" "$PREFIX/var"

uv=$(python3 "$here/deploy/get_uv.py")
# Python 3.10 of the system, or one fetched beside the program; never one of a home folder, which the service cannot see.
export UV_PYTHON_INSTALL_DIR="$PREFIX/python"
if [ -z "${UV_PYTHON:-}" ] && [ -x /usr/bin/python3.10 ]; then export UV_PYTHON=/usr/bin/python3.10; fi
[ -n "${UV_PYTHON:-}" ] || export UV_MANAGED_PYTHON=1
(cd "$PREFIX" && "$uv" sync --frozen --no-dev --compile-bytecode)

if [ ! -e "$PREFIX/.env" ]; then
    cp "$PREFIX/deploy/.env.example" "$PREFIX/.env"
    sed -i "s|^#MOTCUA_BACKUP_KEY=.*|MOTCUA_BACKUP_KEY=$(head -c 24 /dev/urandom | base64)|" "$PREFIX/.env"
fi
chown root:motcua "$PREFIX/.env" && chmod 0640 "$PREFIX/.env"

cat > "${BIN:-/usr/local/bin}/motcua" <<EOF
#!/bin/sh
# Commands of Một Cửa as its own user, with its settings. Paths that are given have to be whole ones.
cd "$PREFIX" && exec setpriv --reuid=motcua --regid=motcua --init-groups env HOME="$STATE" PYTHONUTF8=1 .venv/bin/motcua "\$@"
EOF
chmod 0755 "${BIN:-/usr/local/bin}/motcua"

if [ -d /run/systemd/system ]; then
    cp "$PREFIX"/deploy/systemd/motcua* /etc/systemd/system/
    systemctl daemon-reload
    systemctl enable motcua.service motcua-backup.timer
    systemctl start motcua-backup.timer
fi
echo "Installed in $PREFIX. Now set MOTCUA_BASE_URL and your channels in $PREFIX/.env, write MOTCUA_BACKUP_KEY down"
echo "outside of this machine, and: systemctl start motcua; motcua doctor"
