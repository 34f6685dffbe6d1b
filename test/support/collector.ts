import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'vitest';

type Value = string | number | boolean;

/** A span as it arrived, in the words of OTLP's JSON. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: Readonly<Record<string, Value>>;
}

export interface Delivery {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What receives traces in a test: a real OTLP endpoint, on a port of its own. */
export interface Collector {
  readonly endpoint: string;
  readonly deliveries: readonly Delivery[];
  /** Resolves with the next delivery. */
  next(): Promise<Delivery>;
  /** Of what was delivered as JSON, in no particular order. */
  spans(): Span[];
  /** Attributes of the resource of the latest delivery. */
  resource(): Record<string, Value>;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number; readonly boolValue?: boolean };
}

interface Body {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<Span, 'attributes'> & { attributes: Attribute[] })[];
    }[];
  }[];
}

/** @param answer how it answers; accepts everything when left out */
export async function aCollector(
  onTestFinished: TestContext['onTestFinished'],
  answer: (response: ServerResponse) => void = (response) => void response.end('{}'),
): Promise<Collector> {
  const deliveries: Delivery[] = [];
  const waiting: ((delivery: Delivery) => void)[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const delivery = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
      deliveries.push(delivery);
      for (const heard of waiting.splice(0)) heard(delivery);
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const bodies = () => deliveries.map(({ body }) => JSON.parse(body.toString()) as Body);
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliveries,
    next: () => new Promise((resolve) => void waiting.push(resolve)),
    spans: () =>
      bodies()
        .flatMap(({ resourceSpans }) => resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans)
        .map((span) => ({ ...span, attributes: attributesIn(span.attributes) })),
    resource: () => attributesIn(bodies().at(-1)?.resourceSpans[0]?.resource.attributes ?? []),
  };
}

const attributesIn = (attributes: readonly Attribute[]): Record<string, Value> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] ?? '']));
