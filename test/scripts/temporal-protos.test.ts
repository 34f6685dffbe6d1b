import { expect, it } from 'vitest';
import { protosFor, usedIn } from '../../scripts/temporal-protos.js';

const message = (...types: string[]) => ({
  fields: Object.fromEntries(types.map((type, id) => [`field${id}`, { type, id }])),
});

/** An API with two requests; `coresdk` is what Temporal's core and its SDK speak. */
const api = {
  coresdk: { nested: { Task: message('temporal.api.common.v1.Header') } },
  temporal: {
    nested: {
      api: {
        nested: {
          common: { nested: { v1: { nested: { Header: message(), Memo: message(), Link: message() } } } },
          workflowservice: {
            nested: {
              v1: {
                nested: {
                  WorkflowService: {
                    methods: {
                      StartIt: { requestType: 'StartItRequest', responseType: 'StartItResponse' },
                      StopIt: { requestType: 'StopItRequest', responseType: 'StopItResponse' },
                    },
                  },
                  StartItRequest: message('common.v1.Memo', 'string'),
                  StartItResponse: message(),
                  StopItRequest: message('temporal.api.common.v1.Link'),
                  StopItResponse: message(),
                },
              },
            },
          },
        },
      },
    },
  },
};

const program = `
  const { WorkflowService } = proto.temporal.api.workflowservice.v1.WorkflowService;
  await client.workflowService.startIt({});`;

interface Node {
  readonly nested?: Record<string, Node>;
  readonly methods?: Record<string, unknown>;
}

/** What is left of the API for a program, below a path in it. */
function left(path: string, ...sources: string[]): Node | undefined {
  let node: Node | undefined = { nested: protosFor(api, usedIn(sources)) as Record<string, Node> };
  for (const name of path.split('.')) node = node?.nested?.[name];
  return node;
}

const namesIn = (node: Node | undefined): string[] => Object.keys(node?.nested ?? {});

it('keeps the requests that a program makes, with what they refer to, and what the core refers to', () => {
  const service = 'temporal.api.workflowservice.v1';
  expect(namesIn(left(service, program))).toEqual(['WorkflowService', 'StartItRequest', 'StartItResponse']);
  expect(Object.keys(left(`${service}.WorkflowService`, program)?.methods ?? {})).toEqual(['StartIt']);
  expect(namesIn(left('temporal.api.common.v1', program))).toEqual(['Header', 'Memo']);
});

it('keeps what a program names', () => {
  const named = 'decode(temporal.api.common.v1.Link.decode)';
  expect(namesIn(left('temporal.api.common.v1', named))).toEqual(['Header', 'Link']);
});

it('leaves no namespace with nothing in it', () => {
  expect(namesIn(left('temporal.api', ''))).toEqual(['common']);
});

it('changes nothing in the description that it is given', () => {
  const before = structuredClone(api);
  protosFor(api, usedIn([]));
  expect(api).toEqual(before);
});
