import { execFile } from 'node:child_process';
import { access, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { findOnPath } from '../../src/demo/executables.js';

const script = fileURLToPath(new URL('../../scripts/optional-packages.sh', import.meta.url));

/** What the script takes from the machine. Everything else, a test puts on its PATH, or it is not there. */
const coreutils = ['bash', 'env', 'mktemp', 'rm', 'tee', 'chmod', 'cat', 'cut', 'grep', 'tail', 'timeout', 'sleep'];

const everything = 'chromium prometheus postgresql docker-compose zsh fish';
const root = 'echo 0';
const nobody = 'echo 1000';
const noneInstalled = 'exit 1';
const allInstalled = 'echo installed';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-packages-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of coreutils) {
    const path = await findOnPath(name, process.env);
    if (path === undefined) throw new Error(`${name} is not on PATH, expected the machine to have it`);
    await symlink(path, join(folder, name));
  }
});

/** Runs the script on a machine that has these programs, each a line or two of shell. */
async function run(programs: Record<string, string>, seconds = 20) {
  for (const [name, body] of Object.entries(programs))
    await writeFile(join(folder, name), `#!${folder}/bash\n${body}\n`, { mode: 0o755 });
  const env = {
    PATH: folder,
    TMPDIR: folder,
    OPTIONAL_PACKAGES_SECONDS: String(seconds),
    OPTIONAL_PACKAGES_POLICY: join(folder, 'policy-rc.d'),
  };
  return new Promise<{ code: number | null; output: string }>((resolve) => {
    const child = execFile(join(folder, 'bash'), [script], { env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
}

const written = (name: string) => readFile(join(folder, name), 'utf8').then((text) => text.trim().split('\n'));
const isThere = (name: string) =>
  access(join(folder, name)).then(
    () => true,
    () => false,
  );

describe('the packages for optional tests', () => {
  it('goes on, and names them, where there is no apt-get', async () => {
    expect(await run({ id: root })).toEqual({
      code: 0,
      output: `not installed: ${everything} (there is no apt-get); their tests are skipped\n`,
    });
  });

  it.each([
    ['there is no sudo', {}],
    ['sudo asks for a password', { sudo: 'echo "sudo: a password is required" >&2; exit 1' }],
  ])('goes on where somebody else than root runs it and %s', async (_, programs) => {
    expect(
      await run({ id: nobody, 'apt-get': `touch ${folder}/called`, 'dpkg-query': noneInstalled, ...programs }),
    ).toEqual({
      code: 0,
      output: `not installed: ${everything} (not root, and no sudo without a password); their tests are skipped\n`,
    });
    expect(await isThere('called')).toBe(false);
  });

  it('goes on with the others where one cannot be installed, and says why', async () => {
    const aptGet = 'case "$*" in *zsh) echo "E: Unable to locate package zsh"; exit 100 ;; esac';
    const { code, output } = await run({ id: root, 'dpkg-query': noneInstalled, 'apt-get': aptGet });
    expect(code).toBe(0);
    expect(output.split('\n')).toEqual([
      ...['chromium', 'prometheus', 'postgresql', 'docker-compose'].map((name) => `installed ${name}`),
      'not installed: zsh (E: Unable to locate package zsh); its tests are skipped',
      'installed fish',
      '',
    ]);
  });

  it('goes on in time where apt-get does not end', async () => {
    const { code, output } = await run({ id: root, 'dpkg-query': noneInstalled, 'apt-get': 'exec sleep 300' }, 1);
    expect(code).toBe(0);
    expect(output.match(/not installed: .*left of 1 s/g)).toHaveLength(6);
  });

  it('installs only what is missing, through a sudo that asks nothing, without what is merely recommended', async () => {
    const dpkgQuery = 'case "$*" in *fish|*zsh) exit 1 ;; *) echo installed ;; esac';
    const { output } = await run({
      id: nobody,
      sudo: '[ "$1" = -n ] && shift; "$@"',
      'dpkg-query': dpkgQuery,
      'apt-get': `echo "$*" >> ${folder}/calls`,
    });
    expect(output).toBe('installed zsh\ninstalled fish\n');
    const calls = await written('calls');
    expect(calls.map((call) => call.replace(/-\S+ ?(\S+=\S+ )?/g, '').trim())).toEqual([
      'update',
      ...['install zsh', 'install zsh', 'install fish', 'install fish'],
    ]);
    expect(calls.slice(1).every((call) => call.includes('--no-install-recommends'))).toBe(true);
  });

  it('forbids every service to start meanwhile, and only meanwhile', async () => {
    const aptGet = `${folder}/policy-rc.d; echo $? >> ${folder}/answers`;
    await run({ id: root, 'dpkg-query': noneInstalled, 'apt-get': aptGet, sh: `exec ${folder}/bash "$@"` });
    expect(new Set(await written('answers'))).toEqual(new Set(['101']));
    expect(await isThere('policy-rc.d')).toBe(false);
  });

  it("leaves a machine's own word on that in place", async () => {
    await run({ id: root, 'dpkg-query': noneInstalled, 'apt-get': 'true', 'policy-rc.d': 'exit 101' });
    expect(await isThere('policy-rc.d')).toBe(true);
  });

  it('does nothing and says nothing where all is there', async () => {
    const programs = { id: root, 'dpkg-query': allInstalled, 'apt-get': `touch ${folder}/called` };
    expect(await run(programs)).toEqual({ code: 0, output: '' });
    expect(await isThere('called')).toBe(false);
  });
});
