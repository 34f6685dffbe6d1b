// What a machine gives of its disk.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../processes.js';

/** As `uname -m` has it, in the names of the native core's folders. */
const machine = { x64: 'x86_64', arm64: 'aarch64' }[arch()] ?? arch();

/** @type {import('../figure.js').Figure} */
export const installSize = {
  name: 'install-size',
  what: 'the package installed for production, with the native core of one platform, in MB',
  unit: 'MB',
  must: { atMost: 110 },
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'drawbridge-bench-install-'));
    try {
      const npm = (/** @type {string[]} */ args, /** @type {string} */ cwd) =>
        execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      // Without scripts: the build is there.
      const packed = npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], at('..'));
      const [{ filename }] = /** @type {[{ filename: string }]} */ (JSON.parse(packed));
      npm(['init', '-y'], folder);
      npm(['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', `./${filename}`], folder);
      const modules = join(folder, 'node_modules');
      const all = bytesIn(modules);
      const releases = join(modules, '@temporalio/core-bridge/releases');
      const others = readdirSync(releases).filter((name) => !(name.startsWith(machine) && name.includes(platform())));
      const unused = others.reduce((sum, name) => sum + bytesIn(join(releases, name)), 0);
      return {
        value: (all - unused) / 1e6,
        reference: 'the same with the native core of every platform, as npm installs it',
        referenceValue: all / 1e6,
        note: `the Dockerfile leaves the other ${others.length} platforms out.`,
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** @param {string} folder @returns {number} */
const bytesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, path, name }) => sum + statSync(join(parentPath ?? path, name)).size, 0);
