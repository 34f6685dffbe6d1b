import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bash } from '../../src/cli/completion/bash.js';
import { fish } from '../../src/cli/completion/fish.js';
import { wordsOf } from '../../src/cli/completion/words.js';
import { zsh } from '../../src/cli/completion/zsh.js';
import { buildProgram } from '../../src/cli/program.js';

const run = promisify(execFile);

let folder = '';
const script = (shell: string) => join(folder, `drawbridge.${shell}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-completion-'));
  const words = wordsOf(await buildProgram());
  for (const [name, print] of Object.entries({ bash, zsh, fish })) await writeFile(script(name), print(words));
  for (const name of ['settings.yaml', 'with space.yaml']) await writeFile(join(folder, name), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const isHere = (shell: string) => spawnSync(shell, ['-c', ':']).status === 0;

/** What the shell offers after these words, of which the last is being typed. */
const offers: Record<string, (words: readonly string[]) => Promise<string[]>> = {
  bash: async (words) => {
    const line = ['drawbridge', ...words].map((word) => `'${word}'`).join(' ');
    const ask = `source ${script('bash')}; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _drawbridge; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return lines((await run('bash', ['--norc', '-c', ask], { cwd: folder })).stdout);
  },
  fish: async (words) => {
    const ask = `source ${script('fish')}; complete -C 'drawbridge ${words.join(' ')}'`;
    const { stdout } = await run('fish', ['--no-config', '-c', ask], {
      cwd: folder,
      env: { ...process.env, HOME: folder },
    });
    return lines(stdout).map((line) => line.split('\t', 1)[0] ?? '');
  },
};

const lines = (text: string) => text.split('\n').filter((line) => line !== '');

describe.each(['bash', 'fish'])('at the TAB key, %s', (shell) => {
  it.skipIf(!isHere(shell)).each<[string, string[], string[]]>([
    ['the commands', [''], ['agent', 'status', 'shutdown', 'completion', 'help']],
    ['a command that has begun', ['sim'], ['simulate']],
    ['the flags of a command', ['shutdown', '--'], ['--force', '--reason', '--drain', '--no-wait', '--cluster']],
    ['the words of a flag', ['agent', '--log-level', ''], ['trace', 'debug', 'info', 'warn', 'error', 'silent']],
    ['the words of a setting', ['agent', '--tunnel-policy', 'w'], ['warn']],
    ['the words of an argument', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['the commands to explain', ['help', 'rec'], ['receipt']],
    ['files', ['agent', '--config', 'set'], ['settings.yaml']],
    ['a command that is asked about, not one like it', ['help', 'config', ''], []],
  ])('offers %s', async (_what, words, expected) => {
    expect(await offers[shell]?.(words)).toEqual(expect.arrayContaining(expected));
  });

  it.skipIf(!isHere(shell))('offers only what fits', async () => {
    expect(await offers[shell]?.(['sim'])).toEqual(['simulate']);
    expect(await offers[shell]?.(['agent', '--tunnel-policy', 'w'])).toEqual(['warn']);
    expect(await offers[shell]?.(['status', '--for'])).toEqual([]);
  });
});

describe('at the TAB key, bash alone', () => {
  it.skipIf(!isHere('bash'))('offers the words of a flag that is typed with =, where readline breaks it', async () => {
    expect(await offers.bash?.(['agent', '--log-level', '=', 'de'])).toEqual(['debug']);
    expect(await offers.bash?.(['agent', '--log-level', '='])).toContain('debug');
  });

  it('takes no command for a folder of that name: only files are told to be such', async () => {
    const said = bash(wordsOf(await buildProgram()));
    expect(said).toContain('\ncomplete -F _drawbridge drawbridge\n');
    expect(said).toMatch(/'agent --config'\) compopt -o filenames/);
  });
});

describe('at the TAB key, zsh', () => {
  /** Types the line and TAB into an interactive shell, and resolves with its screen once the text is there. */
  const typed = async (line: string, text: string) => {
    const ask = `
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell 'PS1=; autoload -Uz compinit; compinit -D -u; source ${script('zsh')}; print rea''dy'
      zpty -r shell seen '*ready*'
      zpty -w -n shell '${line}'$'\\t'
      zpty -r shell seen '*${text}*'
      print -r -- "$seen"
      zpty -d shell`;
    const { stdout } = await run('zsh', ['-f', '-c', ask], { cwd: folder, timeout: 60_000 });
    return stdout;
  };

  it.skipIf(!isHere('zsh')).each([
    ['a command', 'drawbridge sim', 'simulate'],
    ['a flag', 'drawbridge agent --log-l', '--log-level'],
    ['the word of a flag', 'drawbridge agent --log-level si', 'silent'],
    ['the word of an argument', 'drawbridge completion ba', 'bash'],
    ['a file', 'drawbridge agent --config set', 'settings.yaml'],
  ])(
    'completes %s',
    async (_what, line, text) => {
      expect(await typed(line, text)).toContain(text);
    },
    60_000,
  );
});
