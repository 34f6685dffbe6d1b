import type { RequestObserver } from './api.js';

interface Metadata {
  readonly httpStatusCode?: number;
  readonly requestId?: string;
}

/** What every client of the SDK has of this. */
interface Client {
  readonly config: { readonly serviceId: string; region(): Promise<string> };
  readonly middlewareStack: {
    // The SDK types its middleware by each client's own inputs and outputs; ours looks at neither.
    add(middleware: never, options: never): void;
  };
}

type Next = (args: unknown) => Promise<{ output: { $metadata?: Metadata } }>;

/** The client itself, with each of its requests observed: one attempt each (I8), so a call is a request. */
export function observed<T extends Client>(client: T, observe: RequestObserver | undefined): T {
  if (observe === undefined) return client;
  const middleware = (next: Next, { commandName = '' }: { commandName?: string }) => {
    return async (args: unknown) => {
      const { config } = client;
      const operation = commandName.replace(/Command$/, '');
      const ended = observe({ service: config.serviceId, operation, region: await config.region() });
      try {
        const reply = await next(args);
        ended(answerOf(reply.output.$metadata));
        return reply;
      } catch (error) {
        const { name, $metadata } = error as Error & { $metadata?: Metadata };
        ended({ ...answerOf($metadata), errorName: name });
        throw error;
      }
    };
  };
  client.middlewareStack.add(middleware as never, { step: 'initialize', name: 'observeRequests' } as never);
  return client;
}

const answerOf = (metadata: Metadata | undefined) => ({
  status: metadata?.httpStatusCode,
  requestId: metadata?.requestId,
});
