import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, inject, it } from 'vitest';
import type { TestContext } from 'vitest';
import { aRealInstance } from '../support/agent.js';
import { CommandRun } from '../support/cli.js';
import { anAuthority, temporalBehindTls } from '../support/tls.js';

type OnTestFinished = TestContext['onTestFinished'];

/** A command that needs nothing but Temporal, and changes nothing there. */
const ask = (env: Record<string, string>) => new CommandRun(['status', '--cluster', 'nobody'], env).ended;

/** Temporal behind a private CA's certificate, which wants one of that CA from its clients, too. */
async function mutualTls(onTestFinished: OnTestFinished) {
  const authority = await anAuthority(onTestFinished);
  const wants = { ...authority.server, ca: authority.ca, requestCert: true };
  const address = await temporalBehindTls(onTestFinished, inject('temporalAddress'), wants);
  const { ca, clientCert, clientKey } = authority.files;
  const trust = { TEMPORAL_ADDRESS: address, TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca };
  const pair = { TEMPORAL_TLS_CLIENT_CERT_PATH: clientCert, TEMPORAL_TLS_CLIENT_KEY_PATH: clientKey };
  return { authority, address, trust, env: { ...trust, ...pair } };
}

describe('a Temporal behind TLS, with a private CA and client certificates', () => {
  it('is used by the commands of an operator, at an IP address too, without a warning', async ({ onTestFinished }) => {
    const { env } = await mutualTls(onTestFinished);
    const { code, out, err } = await ask(env);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('cluster nobody, 0 instances');
  });

  it('is used under the name that its certificate is for', async ({ onTestFinished }) => {
    const { env } = await mutualTls(onTestFinished);
    expect(await ask({ ...env, TEMPORAL_TLS_SERVER_NAME: 'temporal.internal' })).toMatchObject({ code: 0, err: '' });
  });

  it('is used by an agent, from registration to receipt', async ({ onTestFinished }) => {
    const { env, address } = await mutualTls(onTestFinished);
    const instance = await aRealInstance({ onTestFinished, temporalAddress: address, drainSeconds: 0 });
    const agent = await instance.startIn(env);
    await agent.said('in service');
    expect(await agent.leave()).toMatchObject({ code: 0 });
  });

  it.for<[string, (names: Awaited<ReturnType<typeof mutualTls>>) => Record<string, string>, RegExp]>([
    [
      'a client without a certificate',
      ({ trust }) => trust,
      /the server wants a client certificate; set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH/,
    ],
    [
      'a client without TLS',
      ({ address }) => ({ TEMPORAL_ADDRESS: address }),
      /the server speaks TLS, and it is off here; set TEMPORAL_TLS=true/,
    ],
    [
      'a client that does not know the CA',
      ({ env, address }) => ({ ...env, TEMPORAL_ADDRESS: address, TEMPORAL_TLS_SERVER_CA_CERT_PATH: '' }),
      /certificate is not trusted \(SELF_SIGNED_CERT_IN_CHAIN\); set TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
    ],
    [
      'a client that expects another name',
      ({ env }) => ({ ...env, TEMPORAL_TLS_SERVER_NAME: 'temporal.example' }),
      /certificate is for another name; set TEMPORAL_TLS_SERVER_NAME/,
    ],
  ])('tells %s what is wrong, in one line', async ([, envOf, line], { onTestFinished }) => {
    const names = await mutualTls(onTestFinished);
    const { code, out, err } = await ask(envOf(names));
    expect(err).toMatch(line);
    expect(err).toMatch(/^drawbridge: Temporal at [\d.:]+ cannot be reached: [^\n]+\n$/);
    expect([code, out]).toEqual([1, '']);
  });

  it('tells an agent, which goes on waiting', async ({ onTestFinished }) => {
    const { trust, address } = await mutualTls(onTestFinished);
    const instance = await aRealInstance({ onTestFinished, temporalAddress: address, drainSeconds: 0 });
    const agent = await instance.startIn(trust);
    const { reason } = await agent.said('waiting for Temporal');
    expect(reason).toBe(
      `Temporal at ${address} cannot be reached: the server wants a client certificate; set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH`,
    );
    agent.process.kill('SIGHUP');
    expect(await agent.process.exited).toMatchObject({ code: 0 });
  });
});

describe('an API key', () => {
  /** Speaks HTTP/2 over TLS and refuses whoever asks. @returns where, and the headers of the first request. */
  async function aServerThatRefuses(onTestFinished: OnTestFinished) {
    const authority = await anAuthority(onTestFinished);
    const server = createSecureServer(authority.server);
    const asked = once(server, 'stream').then(([stream, headers]: unknown[]) => {
      const refusal = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '16' };
      (stream as { respond(headers: object, options: object): void }).respond(refusal, { endStream: true });
      return headers as Record<string, string>;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { asked, env: { TEMPORAL_ADDRESS: address, TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority.files.ca } };
  }

  it('travels as a bearer token over TLS, and is not repeated when it is refused', async ({ onTestFinished }) => {
    const { asked, env } = await aServerThatRefuses(onTestFinished);
    const { code, err } = await ask({ ...env, TEMPORAL_API_KEY: 'a-key-of-temporal-cloud' });
    expect((await asked).authorization).toBe('Bearer a-key-of-temporal-cloud');
    expect(err).toMatch(/^drawbridge: Temporal at [\d.:]+ cannot be reached: .*UNAUTHENTICATED/);
    expect(err).not.toContain('a-key-of-temporal-cloud');
    expect(code).toBe(1);
  });
});
