#!/usr/bin/env bash
# Builds everything once, runs every suite, and ends with one line: N passed, N failed.
#
#   ./test.sh          all of it, in a few minutes
#
# Needs the .NET SDK and Node 20 or newer. What else is missing is installed where this may be done: redis-server (the store's
# tests run against it too), a chromium without windows and a Chinese font (for the browser's tests), and the packages of NuGet and npm.

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
exec </dev/null

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
results="$PWD/artifacts/test-results"
passed=0
failed=0
broken=()
running=

# Whoever stops this script stops what it started: the step, and by it its servers.
stop() {
  if [[ -n $running ]]; then
    kill -TERM "$running" 2>/dev/null
    wait "$running"
  fi
  exit 130
}
trap stop INT TERM

finish() {
  ((${#broken[@]})) && printf '\nFailed:\n' && printf '  %s\n' "${broken[@]}"
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  [[ $failed -eq 0 && $passed -gt 0 ]]
  exit
}

# step "what it does" command…
step() {
  local name=$1 start=$SECONDS status
  shift
  printf '\n==> %s\n' "$name"
  "$@" &
  running=$!
  wait "$running"
  status=$?
  running=
  printf '==> %s: %s, %d s\n' "$name" "$([[ $status -eq 0 ]] && echo done || echo "failed ($status)")" $((SECONDS - start))
  return $status
}

# A check without figures of its own counts only when it fails.
check() {
  step "$@" && return
  failed=$((failed + 1))
  broken+=("$1")
}

# suite "name" report command…     A suite that fails without saying what, or leaves no report, is one failure.
suite() {
  local name=$1 report=$2 status counts good bad test
  shift 2
  rm -f "$report"
  step "$name" "$@"
  status=$?
  if ! counts=$(node e2e/count.js "$report"); then
    echo "$name left no result."
    counts='0 0'
    status=1
  fi
  while read -r test; do broken+=("$name: $test"); done < <(tail -n +2 <<<"$counts")
  read -r good bad <<<"$counts"
  if [[ $status -ne 0 && $bad -eq 0 ]]; then
    bad=1
    broken+=("$name: it ended with $status")
  fi
  echo "$name: $good passed, $bad failed."
  passed=$((passed + good))
  failed=$((failed + bad))
}

missing() {
  command -v redis-server >/dev/null || echo redis-server
  command -v chromium-headless-shell >/dev/null || echo chromium-headless-shell
  fc-list :lang=zh 2>/dev/null | grep -q . || echo fonts-noto-cjk
}

install() {
  local as=()
  if [[ $EUID -ne 0 ]]; then
    sudo -n true 2>/dev/null && as=(sudo -n) || return 1
  fi
  command -v apt-get >/dev/null || return 1
  "${as[@]}" apt-get update -qq
  # Where there is none without windows the one with windows does; it only takes longer.
  apt-cache show chromium-headless-shell >/dev/null 2>&1 || set -- "${@/#chromium-headless-shell/chromium}"
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

lint() { (cd e2e && npm run --silent lint); }
types() { (cd e2e && npm run --silent types); }
browser_tests() { (cd e2e && E2E_RESULTS="$results/e2e.json" exec node_modules/.bin/playwright test --workers=2 --global-timeout=1200000); }

for tool in dotnet node npm; do
  if ! command -v "$tool" >/dev/null; then
    echo "$tool is missing. The tests need the .NET 10 SDK and Node 20 or newer."
    failed=1
    finish
  fi
done

mapfile -t packages < <(missing)
if ((${#packages[@]})); then
  step "install ${packages[*]}" install "${packages[@]}" ||
    echo "Please install ${packages[*]}; without them some tests cannot run."
fi

mkdir -p "$results"
if [[ ! e2e/node_modules/.package-lock.json -nt e2e/package-lock.json ]]; then
  check 'npm ci' npm ci --prefix e2e --no-audit --no-fund --loglevel=error
fi

if ! step 'build' dotnet build Seckill.sln -c Release --disable-build-servers; then
  echo 'Nothing was tested: the solution does not build.'
  failed=$((failed + 1))
  finish
fi
check 'publish' dotnet publish Seckill.Web -c Release --no-build -o artifacts/app
check 'build for the drills' dotnet publish Seckill.Web -c Release -p:Drills=true -o artifacts/drills/app --disable-build-servers
check 'lint of e2e' lint
check 'type check of e2e' types

suite '.NET' "$results/dotnet.json" \
  dotnet test --solution Seckill.sln -c Release --no-build --no-progress --timeout 20m \
  --results-directory "$results" --report-xunit-ctrf --report-xunit-ctrf-filename dotnet.json
suite 'Drills' "$results/drills.json" e2e/drills/bin/Release/net10.0/Seckill.Drills --report "$results/drills.json"
suite 'Browser' "$results/e2e.json" browser_tests

finish
