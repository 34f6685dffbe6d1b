import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { iperf3Port, listenCheck, quoteForShell } from '../../src/domain/shell.js';

const run = promisify(execFile);

/** The arguments that sh makes of the line, as a program gets them. */
async function asReceived(line: string): Promise<string[]> {
  const { stdout } = await run('sh', ['-c', `printf '%s\\0' ${line}`]);
  return stdout.split('\0').slice(0, -1);
}

describe('arguments quoted for sh', () => {
  it.each([
    [['uptime'], 'uptime'],
    [['curl', '-s', 'http://localhost:8080/health'], 'curl -s http://localhost:8080/health'],
    [['echo', "it's", '$HOME', '`id`', '; rm -rf /'], `echo 'it'\\''s' '$HOME' '\`id\`' '; rm -rf /'`],
    [['', 'a b', '*', '~', 'A=1'], `'' 'a b' '*' '~' 'A=1'`],
    [['if', 'then'], `'if' 'then'`],
  ])('%j is %s', (args, line) => {
    expect(quoteForShell(args)).toBe(line);
  });

  it('arrive as they were, whatever is in them', async () => {
    const argument = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
    const awkward = fc.constantFrom("'", "''", '\\', '"', '$(id)', '\n', '!!', '#', '-n', '${x}', '&&');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(argument, awkward), { minLength: 1, maxLength: 6 }), async (args) => {
        expect(await asReceived(quoteForShell(args))).toEqual(args);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('are refused with a NUL character, which would end them', () => {
    expect(() => quoteForShell(['a\0b'])).toThrow(RangeError);
  });
});

describe('the check whether something listens', () => {
  const listens = (port: number) =>
    run('sh', ['-c', listenCheck(port)]).then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ code: 1 });
        return false;
      },
    );

  it.each(['127.0.0.1', '::1'])('finds a listener on %s, and none once it is gone', async (host) => {
    const server = createServer().listen(0, host);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await listens(port)).toBe(true);
    server.close();
    await once(server, 'close');
    expect(await listens(port)).toBe(false);
  });

  it('looks for the port as the kernel writes it', () => {
    expect(listenCheck(iperf3Port)).toContain(':1451 ');
    expect(listenCheck(80)).toContain(':0050 ');
  });
});
