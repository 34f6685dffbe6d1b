import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { explainUnreached } from '../../src/temporal/connect.js';
import { explainTrouble } from '../../src/temporal/trouble.js';

const plain = { unreachable: undefined, speaksTls: false, distrust: undefined, refusal: undefined };

describe('a server without TLS', () => {
  it('is to be spoken to without it, unless there is an API key, which is refused in plaintext', () => {
    expect(explainTrouble('tls not spoken', plain)).toContain('set TEMPORAL_TLS=false');
    const withKey = explainTrouble('tls not spoken', plain, { apiKey: 'key' });
    expect(withKey).not.toContain('TEMPORAL_TLS=false');
    expect(withKey).toContain('is it another port, or is TEMPORAL_API_KEY meant for another server?');
  });
});

describe('a server that says nothing', () => {
  it('is asked about in words: whether it is Temporal, and whether it hangs', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { message } = await explainUnreached({ address }, new Error('Failed to connect before the deadline'));
    expect(message).toMatch(/deadline; is that Temporal, is TEMPORAL_ADDRESS right, or does the server hang\?$/);
  }, 20_000);
});
