import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporalInForce } from '../../src/config/temporal-sources.js';
import { loadTemporal } from '../../src/config/temporal.js';
import { UsageError } from '../../src/config/usage-error.js';
import { anAuthority } from '../support/tls.js';
import type { Authority } from '../support/tls.js';

let folder = '';
let authority: Authority;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-profile-'));
  authority = await anAuthority((end) => void ends.push(end as () => unknown));
  await writeFile(
    join(folder, 'temporal.toml'),
    '[profile.default]\naddress = "t.internal:7233"\n[profile.cloud]\napi_key = "key-of-the-cloud"\n[profile.cloud.tls]\ndisabled = true\n',
  );
  await writeFile(join(folder, 'broken.toml'), '[profile.default\naddress = 1\n');
  await writeFile(join(folder, 'empty.toml'), '');
});
afterAll(() => Promise.all([rm(folder, { recursive: true, force: true }), ...ends.map((end) => end())]));

/** No home: a developer's own profile file must not count here. */
const env = (given: Record<string, string>) => ({ HOME: '/nowhere', ...given });
const file = (name: string) => join(folder, name);

const problemOf = (given: Record<string, string>): string => {
  try {
    loadTemporal(env(given));
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'none';
};

describe('how Temporal is reached', () => {
  it('is what nobody says: the namespace default, without TLS', () => {
    expect(loadTemporal(env({}))).toEqual({ connectionOptions: {}, namespace: 'default' });
  });

  it('is what the variables say before the profile', () => {
    const given = env({ TEMPORAL_CONFIG_FILE: file('temporal.toml'), TEMPORAL_NAMESPACE: 'fw' });
    expect(loadTemporal(given)).toMatchObject({ connectionOptions: { address: 't.internal:7233' }, namespace: 'fw' });
    expect(loadTemporal({ ...given, TEMPORAL_ADDRESS: 'a:1' }).connectionOptions.address).toBe('a:1');
  });

  it('takes an empty variable for one that is not there', () => {
    const given = env({ TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '', TEMPORAL_TLS: '', TEMPORAL_API_KEY: '' });
    expect(loadTemporal(given)).toEqual({ connectionOptions: {}, namespace: 'default' });
  });

  it('is with TLS as soon as there is an API key', () => {
    expect(loadTemporal(env({ TEMPORAL_API_KEY: 'k' })).connectionOptions).toMatchObject({ apiKey: 'k', tls: true });
  });

  it('is with the certificates that are named', () => {
    const { ca, clientCert, clientKey } = authority.files;
    const { tls } = loadTemporal(
      env({
        TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca,
        TEMPORAL_TLS_CLIENT_CERT_PATH: clientCert,
        TEMPORAL_TLS_CLIENT_KEY_PATH: clientKey,
      }),
    ).connectionOptions;
    expect(tls).toMatchObject({ serverRootCACertificate: Uint8Array.from(Buffer.from(authority.ca)) });
    expect(tls).toHaveProperty('clientCertPair.key');
  });
});

describe('a Temporal that cannot be reached as it is said', () => {
  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      'an API key without TLS',
      () => ({ TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'false' }),
      /^TEMPORAL_TLS: found false together with an API key, expected TLS/,
    ],
    [
      'an API key without TLS in a profile',
      () => ({ TEMPORAL_CONFIG_FILE: file('temporal.toml'), TEMPORAL_PROFILE: 'cloud' }),
      /^the Temporal profile: found tls.disabled = true together with an API key/,
    ],
    [
      'a switch that would silently be off',
      () => ({ TEMPORAL_TLS: 'True' }),
      /^TEMPORAL_TLS: found "True", expected true or false$/,
    ],
    [
      'a profile file that is not there',
      () => ({ TEMPORAL_CONFIG_FILE: file('absent.toml') }),
      /^TEMPORAL_CONFIG_FILE: found .*absent\.toml, which is not there/,
    ],
    [
      'a profile file that is none',
      () => ({ TEMPORAL_CONFIG_FILE: file('broken.toml') }),
      /^Temporal settings: .*broken\.toml: [^\n]+$/,
    ],
    [
      'a profile file without profiles',
      () => ({ TEMPORAL_CONFIG_FILE: file('empty.toml') }),
      /empty\.toml: found no \[profile\.default\], expected one$/,
    ],
    [
      'a profile that is not there',
      () => ({ TEMPORAL_CONFIG_FILE: file('temporal.toml'), TEMPORAL_PROFILE: 'other' }),
      /temporal\.toml: Profile 'other' not found/,
    ],
    [
      'half a client certificate',
      () => ({ TEMPORAL_TLS_CLIENT_CERT_PATH: authority.files.clientCert }),
      /^TEMPORAL_TLS_CLIENT_CERT: found without TEMPORAL_TLS_CLIENT_KEY, expected both/,
    ],
    [
      'the other half',
      () => ({ TEMPORAL_TLS_CLIENT_KEY_PATH: authority.files.clientKey }),
      /^TEMPORAL_TLS_CLIENT_KEY: found without TEMPORAL_TLS_CLIENT_CERT/,
    ],
    [
      "another certificate's key",
      () => ({
        TEMPORAL_TLS_CLIENT_CERT_PATH: authority.files.clientCert,
        TEMPORAL_TLS_CLIENT_KEY_PATH: authority.files.otherKey,
      }),
      /^TEMPORAL_TLS_CLIENT_KEY_PATH: found a key that is not that of the certificate CN=agent$/,
    ],
    [
      'a CA that is no certificate',
      () => ({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority.files.clientKey }),
      /^TEMPORAL_TLS_SERVER_CA_CERT_PATH: found .*client\.key, expected a certificate in PEM$/,
    ],
    [
      'a CA that is not there',
      () => ({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: file('absent.pem') }),
      /^TEMPORAL_TLS_SERVER_CA_CERT_PATH: ENOENT: .*absent\.pem/,
    ],
    [
      'a CA given as text that is none',
      () => ({ TEMPORAL_TLS_SERVER_CA_CERT_DATA: 'ca' }),
      /^TEMPORAL_TLS_SERVER_CA_CERT_DATA: found something else, expected a certificate in PEM$/,
    ],
  ])('is refused, by name: %s', (_what, given, problem) => {
    expect(problemOf(given())).toMatch(problem);
  });
});

describe('where each setting of Temporal comes from', () => {
  it('is not said of what cannot be used', () => {
    expect(() => temporalInForce(env({ TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'false' }))).toThrow(UsageError);
  });

  const rows = (given: Record<string, string>) =>
    Object.fromEntries(temporalInForce(env(given)).map(({ name, value, from }) => [name, [value, from]]));

  it('is the default where nobody says', () => {
    expect(rows({})).toMatchObject({
      address: ['localhost:7233', undefined],
      namespace: ['default', undefined],
      apiKey: [undefined, undefined],
      tls: ['off', undefined],
    });
  });

  it('is a variable or the profile', () => {
    const profile = { TEMPORAL_CONFIG_FILE: file('temporal.toml') };
    expect(rows({ ...profile, TEMPORAL_NAMESPACE: 'fw' })).toMatchObject({
      address: ['t.internal:7233', `profile default of ${file('temporal.toml')}`],
      namespace: ['fw', 'TEMPORAL_NAMESPACE'],
    });
  });

  it('is said of secrets without what they are', () => {
    const secret = { TEMPORAL_API_KEY: 'key-of-the-cloud', TEMPORAL_GRPC_META_X_TOKEN: 'token-of-the-proxy' };
    const shown = rows(secret);
    expect(shown).toMatchObject({
      apiKey: ['[redacted]', 'TEMPORAL_API_KEY'],
      tls: ['on', 'the API key'],
    });
    expect(Object.keys(shown)).toContain('header x-token');
    expect(JSON.stringify(shown)).not.toMatch(/key-of-the-cloud|token-of-the-proxy/);
  });

  it('is the variable that switches TLS on, or the certificate that does', () => {
    const ca = { TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority.files.ca };
    expect(rows(ca)).toMatchObject({
      tls: ['on', 'TEMPORAL_TLS_SERVER_CA_CERT_PATH'],
      tlsServerCaCert: [authority.files.ca, 'TEMPORAL_TLS_SERVER_CA_CERT_PATH'],
    });
    expect(rows({ ...ca, TEMPORAL_TLS: 'true' })).toMatchObject({ tls: ['on', 'TEMPORAL_TLS'] });
  });
});
