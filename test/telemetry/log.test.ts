import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { explainToUser } from '../../src/cli/failures.js';

const apiKey = 'hush-hush-api-key-of-temporal';
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const sessionToken = 'IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ==';

/** What an agent would write on stderr, run in a process as it is built: its log is its own. */
function written(code: string, env: NodeJS.ProcessEnv = {}): string {
  const log = new URL('../../build/telemetry/log.js', import.meta.url).href;
  const script = `import { openLog } from ${JSON.stringify(log)}; const log = openLog('info', { instance: 'i-1' }); ${code}`;
  const { stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  expect(stdout, 'stdout belongs to results').toBe('');
  return stderr;
}

describe('the log', () => {
  it('is one JSON object a line, with time, level and what every line carries', () => {
    expect(JSON.parse(written(`log.warn({ peers: 2 }, 'hello')`))).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      instance: 'i-1',
      peers: 2,
      msg: 'hello',
    });
  });

  it('holds no API key and no AWS credentials, not even in the message of an error', () => {
    const said = JSON.stringify(
      `denied for key ${apiKey}, {"SecretAccessKey":"${secretAccessKey}","SessionToken":"${sessionToken}"}`,
    );
    const code = `const error = new Error(${said}); log.error({ reason: error.message }, error.message)`;
    const line = written(code, { TEMPORAL_API_KEY: apiKey });
    expect(line.match(/\[redacted\]/g)).toHaveLength(6);
    for (const secret of [apiKey, secretAccessKey, sessionToken]) expect(line).not.toContain(secret);
    expect(JSON.parse(line)).toMatchObject({ instance: 'i-1', level: 'error' });
  });
});

describe('what a command says when it fails', () => {
  it('holds no secret either', () => {
    expect(explainToUser(new Error(`bad profile: aws_secret_access_key = ${secretAccessKey}`))).toBe(
      'drawbridge: bad profile: aws_secret_access_key = [redacted]',
    );
  });
});
