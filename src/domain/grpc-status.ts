/**
 * `NotFound: workflow execution already completed`, out of a text in which Temporal's core dumps a gRPC answer with its bytes,
 * headers and sources; undefined where there is none. A code stands alone where nothing was said with it.
 */
export function grpcStatusIn(text: unknown): string | undefined {
  const [, code, message] = /Status \{ code: (\w+)(?:, message: "((?:[^"\\]|\\.)*)")?/.exec(String(text)) ?? [];
  if (code === undefined) return undefined;
  return message === undefined || message === '' ? code : `${code}: ${message.replaceAll('\\"', '"')}`;
}

/** What to do about a namespace that the server does not have; undefined for any other reason. */
const namespaceRemedy = (reason: string): string | undefined =>
  /namespace\b.*\bnot found/i.test(reason)
    ? 'set TEMPORAL_NAMESPACE to one that this server has, or create it: temporal operator namespace create'
    : undefined;

/** The reason, and what to do where that is known. */
export function withRemedy(reason: string): string {
  const remedy = namespaceRemedy(reason);
  return remedy === undefined ? reason : `${reason.replace(/\.$/, '')}; ${remedy}`;
}
