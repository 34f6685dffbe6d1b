/** Variables whose values must never be read in a log, whatever text they came in. */
const secretVariables = [
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'TEMPORAL_API_KEY',
  'TEMPORAL_TLS_CLIENT_KEY_DATA',
  'TEMPORAL_CODEC_AUTH',
];
/** `name=value` by commas, percent-encoded: any value may be a key of the collector's. */
const headerVariables = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'];
/** Headers for Temporal: any of them may carry a token. */
const secretPrefix = 'TEMPORAL_GRPC_META_';

/** Shorter values are words: to take them out would make holes in every line. */
const shortestSecret = 8;

const gone = '[redacted]';

/**
 * What secrets look like where nobody knows their value: those of the instance's role and of profile files are read inside the
 * SDKs. Each keeps what stands before the secret, so that the line still says what there was.
 */
const shapes: readonly RegExp[] = [
  // AWS access keys, long-lived and temporary. Source: IAM user guide, unique identifiers.
  /()\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  // By their names, as AWS's JSON, its configuration files, its XML and its headers have them.
  /((?:secret_?access_?key|session_?token|security-token|metadata-token|api[_-]?key|client_?secret|password)\\?["']?\s*[:=>]\s*\\?["']?)[^\s"'\\<&,;]{8,}/gi,
  // A signature is good for minutes only, but good.
  /((?:x-amz-)?signature=)[0-9a-f]{16,}/gi,
  /(\b(?:bearer|basic)(?:\s+|%20))[A-Za-z0-9._~+/=-]{8,}/gi,
  // A password in a URL.
  /(:\/\/[^\s:/@]+:)[^\s/@]+(?=@)/g,
  // A JSON web token, such as an API key of Temporal Cloud.
  /()\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+/g,
  // A private key, its line ends escaped or not.
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?=-----END|$)/g,
];

/** Takes secrets out of a text: those of this environment by their values, others by their shape. */
export function redactor(env: NodeJS.ProcessEnv): (text: string) => string {
  const values = Object.entries(env)
    .filter(([name]) => secretVariables.includes(name) || name.startsWith(secretPrefix))
    .map(([, value]) => value ?? '')
    .concat(headerVariables.flatMap((name) => valuesIn(env[name] ?? '')))
    .filter((value) => value.length >= shortestSecret)
    // As it stands, and as it stands inside JSON.
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]);
  return (text) => {
    const known = values.reduce((rest, value) => rest.replaceAll(value, gone), text);
    return shapes.reduce((rest, shape) => rest.replace(shape, `$1${gone}`), known);
  };
}

/** The values of a list of headers, as they stand there and decoded. */
function valuesIn(headers: string): string[] {
  const values = headers.split(',').map((header) => header.slice(header.indexOf('=') + 1).trim());
  return values.flatMap((value) => [value, decoded(value)]);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
