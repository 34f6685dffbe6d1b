import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { obtainTemporalCli, TemporalCliNotFound } from '../../src/demo/temporal-cli.js';

let machine: string;
let logged: string[];

beforeEach(async () => {
  machine = await realpath(await mkdtemp(join(tmpdir(), 'drawbridge-cli-test-')));
  logged = [];
});
afterEach(() => rm(machine, { recursive: true, force: true }));

const log = (line: string) => void logged.push(line);
const inCache = () => join(machine, 'cache/drawbridge/temporal-cli-1.8.2/temporal');
const onPath = () => join(machine, 'bin/temporal');
const environment = (more: Record<string, string> = {}) => ({
  PATH: join(machine, 'bin'),
  XDG_CACHE_HOME: join(machine, 'cache'),
  ...more,
});
const noInternet: typeof fetch = () =>
  Promise.reject(new TypeError('fetch failed', { cause: new Error('no route to host') }));

function obtain(more: Record<string, string> = {}): Promise<string> {
  return obtainTemporalCli({ log, env: environment(more), fetch: noInternet });
}

async function anExecutable(path: string, script = 'echo "temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)"') {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/** A `go` that notes each call, does `first`, and writes what it was told to build. PATH holds nothing but this. */
async function aGo(first = ':') {
  const script = `${first}
echo built >> '${machine}/builds'
while [ $# -gt 0 ]; do [ "$1" = -o ] && destination=$2; shift; done
printf '#!/bin/sh\\n' > "$destination"`;
  return anExecutable(join(machine, 'bin/go'), script);
}

const builds = async () => (await readFile(join(machine, 'builds'), 'utf8')).trim().split('\n').length;

describe('obtaining the Temporal CLI', () => {
  it('takes TEMPORAL_CLI_PATH before anything else', async () => {
    await anExecutable(onPath());
    await anExecutable(inCache());
    const own = await anExecutable(join(machine, 'own/temporal'));
    expect(await obtain({ TEMPORAL_CLI_PATH: own })).toBe(own);
  });

  it('takes the one on PATH before the cache', async () => {
    await anExecutable(onPath());
    await anExecutable(inCache());
    expect(await obtain()).toBe(onPath());
  });

  it('takes the cache before it downloads or builds', async () => {
    await anExecutable(inCache());
    expect(await obtain()).toBe(inCache());
    expect(logged).toEqual([]);
  });

  it('keeps the cache in the home folder when XDG_CACHE_HOME is not set', async () => {
    const folder = process.platform === 'darwin' ? 'Library/Caches' : '.cache';
    const cached = await anExecutable(join(machine, folder, 'drawbridge/temporal-cli-1.8.2/temporal'));
    expect(await obtainTemporalCli({ log, env: { HOME: machine }, fetch: noInternet })).toBe(cached);
  });

  it('passes by a CLI on PATH that is too old', async () => {
    await anExecutable(onPath(), 'echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"');
    await anExecutable(inCache());
    expect(await obtain()).toBe(inCache());
  });

  it.each(['nowhere/temporal', 'plain-file', ''])(
    'refuses a TEMPORAL_CLI_PATH that is not executable: %j',
    async (path) => {
      await anExecutable(onPath());
      await writeFile(join(machine, 'plain-file'), '');
      const wrong = join(machine, path);
      const failure = obtain({ TEMPORAL_CLI_PATH: wrong });
      await expect(failure).rejects.toThrow(TemporalCliNotFound);
      await expect(failure).rejects.toThrow(
        `TEMPORAL_CLI_PATH: ${wrong} is not an executable file; correct it or unset it`,
      );
    },
  );

  it('downloads where it can, into the cache', async () => {
    await anExecutable(join(machine, 'archive/temporal'));
    execFileSync('tar', ['-czf', join(machine, 'archive.tar.gz'), '-C', join(machine, 'archive'), 'temporal']);
    const archive = await readFile(join(machine, 'archive.tar.gz'));
    const asked: string[] = [];
    const internet = ((url: string) => {
      asked.push(url);
      const info = { archiveUrl: 'https://archives.invalid/temporal.tar.gz', fileToExtract: 'temporal' };
      return Promise.resolve(asked.length === 1 ? Response.json(info) : new Response(archive));
    }) as typeof fetch;

    expect(await obtainTemporalCli({ log, env: environment(), fetch: internet })).toBe(inCache());
    expect(execFileSync(inCache(), { encoding: 'utf8' })).toContain('1.8.2');
    expect(asked[0]).toMatch(/^https:\/\/temporal\.download\/cli\/v1\.8\.2\?arch=.+&platform=.+&format=tar\.gz$/);
    expect(asked[1]).toBe('https://archives.invalid/temporal.tar.gz');
  });

  it('builds it where it cannot be downloaded, and says how long that takes', async () => {
    const go = await aGo();
    expect(await obtain()).toBe(inCache());
    expect(logged[0]).toBe(
      `building the Temporal CLI 1.8.2 with ${go}: 4 to 10 minutes the first time, seconds when Go has it in its cache`,
    );
    expect(await obtain()).toBe(inCache());
    expect(await builds()).toBe(1);
  });

  it('lists everything it tried when nothing works, and what to install', async () => {
    await anExecutable(onPath(), 'exit 1');
    await anExecutable(join(machine, 'bin/go'), 'echo "go: no such module" >&2; exit 1');
    const failure: unknown = await obtain().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TemporalCliNotFound);
    const { message } = failure as Error;
    expect(message).toContain('- TEMPORAL_CLI_PATH: not set');
    expect(message).toContain(`- PATH: ${onPath()} --version failed`);
    expect(message).toContain(`- cache: ${inCache()} does not exist`);
    expect(message).toContain('- download: fetch failed: no route to host');
    expect(message).toContain('- go build: go build ended with code 1: go: no such module');
    expect(message).toContain('Install the Temporal CLI');
  });

  it('says so when there is no go either', async () => {
    await expect(obtain()).rejects.toThrow('- go build: there is no go on PATH');
  });
});

describe('two processes that want the Temporal CLI at the same time', () => {
  it('share one build: the second waits for the first and says so', async () => {
    const gate = join(machine, 'gate');
    execFileSync('/usr/bin/mkfifo', [gate]);
    await aGo(`read -r go_on < '${gate}'`);
    const openGate = (line: string) => {
      log(line);
      if (line.includes('waiting')) void writeFile(gate, 'go on\n');
    };
    const one = () => obtainTemporalCli({ log: openGate, env: environment(), fetch: noInternet });

    expect(await Promise.all([one(), one()])).toEqual([inCache(), inCache()]);
    expect(await builds()).toBe(1);
    expect(logged).toContain(`process ${process.pid} is obtaining the Temporal CLI; waiting for it`);
  });

  it('take over the lock of a process that died', async () => {
    await aGo();
    const dead = spawnSync(process.execPath, ['--version']).pid;
    await aLock(String(dead));
    expect(await obtain()).toBe(inCache());
    expect(logged.join()).not.toContain('waiting');
  });

  it('take over a lock so old that its process id must be of somebody else', async () => {
    await aGo();
    const lock = await aLock(String(process.pid));
    const hoursAgo = Date.now() / 1_000 - 2 * 3_600;
    await utimes(lock, hoursAgo, hoursAgo);
    expect(await obtain()).toBe(inCache());
    expect(logged.join()).not.toContain('waiting');
  });

  async function aLock(holder: string): Promise<string> {
    const lock = join(dirname(inCache()), 'lock');
    await mkdir(dirname(lock), { recursive: true });
    await writeFile(lock, holder);
    return lock;
  }
});
