import { describe, expect, it } from 'vitest';
import { redactor } from '../../src/telemetry/secrets.js';

/** Of the shapes that the services give out, and of nobody: AWS's own examples, and text made up here. */
const accessKey = 'AKIAIOSFODNN7EXAMPLE';
const temporaryKey = 'ASIAIOSFODNN7EXAMPLE';
const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const sessionToken = 'IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ==';
const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJhY2NvdW50X2lkIjoiYTEifQ.c2lnbmF0dXJlLW9mLW5vYm9keQ';

const secrets = [accessKey, temporaryKey, secretKey, sessionToken, jwt, 'correct-horse-battery'];

const without = (text: string, env: NodeJS.ProcessEnv = {}): string => redactor(env)(text);

describe('a log line', () => {
  it.each([
    ['an access key', `The AWS Access Key Id ${accessKey} does not exist in our records`],
    ['a temporary access key', `InvalidClientTokenId: ${temporaryKey}`],
    [
      'credentials as JSON',
      `{"AccessKeyId":"${temporaryKey}","SecretAccessKey":"${secretKey}","Token":"","SessionToken":"${sessionToken}"}`,
    ],
    [
      'credentials as JSON inside JSON',
      JSON.stringify({ msg: JSON.stringify({ secretAccessKey: secretKey, sessionToken }) }),
    ],
    ['a credentials file', `aws_secret_access_key = ${secretKey}\naws_session_token = ${sessionToken}`],
    [
      'credentials as XML',
      `<SecretAccessKey>${secretKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken>`,
    ],
    ['a signed request', `x-amz-security-token: ${sessionToken}`],
    ['a header of Temporal', `authorization: Bearer ${jwt}`],
    ['an API key', `api_key=${jwt}`],
    ['an API key alone', `connect with ${jwt} failed`],
    ['a password', 'password: correct-horse-battery'],
  ])('holds nothing secret of %s', (_, text) => {
    const clean = without(text);
    expect(clean).toContain('[redacted]');
    for (const secret of secrets) expect(clean).not.toContain(secret);
  });

  it('holds no signature, but the rest of the header', () => {
    const header = `AWS4-HMAC-SHA256 Credential=${accessKey}/20260301/eu-central-1/ec2/aws4_request, SignedHeaders=host, Signature=${'5d67'.repeat(16)}`;
    expect(without(header)).toBe(
      'AWS4-HMAC-SHA256 Credential=[redacted]/20260301/eu-central-1/ec2/aws4_request, SignedHeaders=host, Signature=[redacted]',
    );
  });

  it.each(['\n', '\\n'])('holds no private key, with %j for its line ends', (end) => {
    const key = ['-----BEGIN PRIVATE KEY-----', 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', '-----END PRIVATE KEY-----'].join(
      end,
    );
    expect(without(`bad key: ${key}`)).toBe('bad key: -----BEGIN PRIVATE KEY-----[redacted]-----END PRIVATE KEY-----');
  });

  it.each(['TEMPORAL_API_KEY', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'TEMPORAL_GRPC_META_AUTHORIZATION'])(
    'does not hold the value of %s, whatever that looks like',
    (name) => {
      expect(without('no such host: hush-hush-hush.example', { [name]: 'hush-hush-hush' })).toBe(
        'no such host: [redacted].example',
      );
    },
  );

  it('does not hold such a value where JSON escapes it', () => {
    const value = 'line one\nline "two"';
    expect(without(JSON.stringify({ msg: `bad: ${value}` }), { TEMPORAL_API_KEY: value })).toBe(
      '{"msg":"bad: [redacted]"}',
    );
  });

  it.each([
    '{"level":"info","time":"2026-03-01T06:00:00.000Z","instance":"i-0123456789abcdef0","cluster":"fw-prod","msg":"target registered"}',
    'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fw/0123456789abcdef',
    'waiting for the instance metadata service: GET /latest/api/token: no answer within 1 s',
    'AwsDenied: User: arn:aws:sts::123456789012:assumed-role/firewall/i-0123456789abcdef0 is not authorized',
  ])('without a secret stays as it is: %s', (text) => {
    expect(without(text, { TEMPORAL_API_KEY: '', AWS_SESSION_TOKEN: 'short' })).toBe(text);
  });
});

describe('a line about a collector of traces', () => {
  const env = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abcdef123456, x-team=0123456789' };

  it.each([
    ['the headers, as they are set', 'sent authorization=Bearer%20abcdef123456'],
    ['the headers, decoded', 'sent Bearer abcdef123456'],
    ['a key under any name', 'x-team: 0123456789'],
    ['a password in a URL', 'http://user:abcdef123456@collector:4318 answers 401'],
  ])('does not hold %s', (_what, line) => {
    expect(redactor(env)(line)).not.toMatch(/abcdef123456|0123456789/);
  });

  it('keeps the place and the user', () => {
    expect(redactor({})('http://user:abcdef123456@collector:4318')).toBe('http://user:[redacted]@collector:4318');
  });
});
