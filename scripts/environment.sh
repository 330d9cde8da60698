# Shared by ./run and ./test: finds Python, makes .venv, installs the locked packages. POSIX sh, to be sourced.
# The caller has changed into the root of the repository and set -eu.

VENV=.venv
DATA=${MAYAK_DATA:-var}

say() { printf '%s\n' "$*"; }

fail() {
    printf '\nНе получилось: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

step() { # step NUMBER OF TEXT
    printf '[%s/%s] %s\n' "$1" "$2" "$3"
}

# Sets PYTHON to the first Python that is new enough.
find_python() {
    for candidate in ${MAYAK_PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            PYTHON=$candidate
            return 0
        fi
    done
    if command -v python3 >/dev/null 2>&1; then
        fail "нужен Python 3.11 или новее, а здесь $(python3 --version 2>&1)." \
            "Установите его (Debian 12, Ubuntu 24.04: apt install python3 python3-venv)" \
            "или назовите другой: MAYAK_PYTHON=/путь/к/python3.12 $0"
    fi
    fail "Python не найден." "Установите его: apt install python3 python3-venv (Debian, Ubuntu)."
}

# make_venv: creates .venv where it is missing or its Python is gone.
make_venv() {
    if [ -x "$VENV/bin/python" ] && "$VENV/bin/python" -c 'import pip' 2>/dev/null; then return 0; fi
    if ! "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; then
        fail "у Python нет модуля venv." "Установите его: apt install python3-venv (Debian, Ubuntu), затем повторите $0"
    fi
    "$PYTHON" -m venv --clear "$VENV" || fail "не удалось создать $VENV." "Проверьте место на диске и права на папку $(pwd)."
}

# install_packages LOCK: installs exactly what the lock file names, only when it or Python has changed.
install_packages() {
    lock=$1
    stamp="$VENV/.installed-$(basename "$lock" .txt)"
    wanted=$(cat "$lock" pyproject.toml | cksum; "$VENV/bin/python" --version)
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return 0; fi
    "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock" ||
        fail "пакеты из $lock не установлены." \
            "Нужен доступ к хранилищу пакетов Python (прокси и зеркало pip берёт из своих настроек)." \
            "Повторный запуск продолжит с того же места."
    "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-index --no-deps --no-build-isolation -e . ||
        fail "команда mayak не установлена в $VENV." "Удалите папку $VENV и повторите $0"
    printf '%s\n' "$wanted" >"$stamp"
}

# The compiled translations are not kept in the repository. A faulty line is left out; a test names it.
compile_translations() {
    log=$("$VENV/bin/pybabel" compile --domain django --directory src/mayak/locale 2>&1) || true
    [ -f src/mayak/locale/ru/LC_MESSAGES/django.mo ] || fail "перевод не собран." "$log"
}
