import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 10_000;

/** A folder for one test, which disposes of it. */
export function temporaryFolder(): { path: string } & Disposable {
  const folder = mkdtempSync(path.join(tmpdir(), 'frp-tools-'));
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A shell script that sees the system's programs whatever `PATH` the test gives it. */
export function writeScript(folder: string, name: string, body: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${body}\n`, { mode: 0o755 });
}

/** frps and frpc that know their version and nothing else. */
export function writeFrp(folder: string, versions: { frps?: string; frpc?: string }): void {
  for (const [name, version] of Object.entries(versions)) writeScript(folder, name, `[ "$1" = -v ] && echo ${version}`);
}

/**
 * A `go` that takes the name of the tools module's folder for the version it builds. It notes each build with its process id in
 * `builds`, the way it was called in `call`, and runs the lines of `whileBuilding` before it writes the programs.
 */
export function writeGo(folder: string, { version = '1.26.8', whileBuilding = '' } = {}): { builds: () => number[] } {
  const builds = path.join(folder, 'builds');
  writeScript(
    folder,
    'go',
    `[ "$1" = version ] && { echo "go version go${version} linux/amd64"; exit; }
echo "$@" > '${folder}/call'
env > '${folder}/environment'
echo $$ >> '${builds}'
${whileBuilding}
frp=$(basename "$PWD")
while [ "$1" != -o ]; do shift; done
for name in frps frpc; do
  printf '#!/bin/sh\\necho %s\\n' "$frp" > "$2/$name"
  chmod +x "$2/$name"
done`,
  );
  return {
    builds: () => (existsSync(builds) ? readFileSync(builds, 'utf8').trim().split('\n').map(Number) : []),
  };
}

/** Lines for a script: wait for a file to appear, but not for ever. */
export function waitForFile(file: string): string {
  return `for _ in $(seq 1000); do [ -e '${file}' ] && break; sleep 0.01; done`;
}

/** Resolves when the condition holds; fails with its description after 10 s. */
export async function until(description: string, condition: () => boolean): Promise<void> {
  const started = performance.now();
  while (!condition()) {
    if (performance.now() - started > DEADLINE_MS)
      throw new Error(`Expected within ${DEADLINE_MS / 1000} s: ${description}`);
    await sleep(5);
  }
}
