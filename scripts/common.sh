# shellcheck shell=bash
# Sourced by the scripts beside it: how set-up speaks, fails, and becomes root.

say() { printf 'setup: %s\n' "$*" >&2; }

# One sentence: what was attempted, why it failed, what to do.
fail() {
  say "$*"
  exit 1
}

# Runs a command as root, through sudo where needed. Without a terminal sudo must not wait for a password.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# Prints the first Python 3 on PATH that has pip; a Python of one's own may come without it where the system's has it.
python_with_pip() {
  local python
  while read -r python; do
    if "$python" -c 'import pip' >/dev/null 2>&1; then
      printf '%s\n' "$python"
      return 0
    fi
  done < <(type -aP python3)
  return 1
}
