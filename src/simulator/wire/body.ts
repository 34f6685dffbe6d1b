import type { IncomingMessage } from 'node:http';

/** The largest request body that is read, in bytes. Ours: the largest legal one here is a tenth of it. */
const largestBodyBytes = 1024 * 1024;

/**
 * Reads the whole body.
 *
 * @returns undefined when it is too large.
 * @throws when the sender goes away meanwhile.
 */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBodyBytes) chunks.push(chunk);
  }
  return size > largestBodyBytes ? undefined : Buffer.concat(chunks).toString();
}
