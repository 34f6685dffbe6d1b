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

it('keeps the requests that a program makes, with what they refer to, and what the core refers to', () => {
  const { nested } = protosFor(api, usedIn([program])).temporal.nested.api;
  const service = nested.workflowservice.nested.v1.nested;
  expect(Object.keys(service.WorkflowService.methods)).toEqual(['StartIt']);
  expect(Object.keys(service)).toEqual(['WorkflowService', 'StartItRequest', 'StartItResponse']);
  expect(Object.keys(nested.common.nested.v1.nested)).toEqual(['Header', 'Memo']);
});

it('keeps what a program names', () => {
  const { nested } = protosFor(api, usedIn(['decode(temporal.api.common.v1.Link.decode)'])).temporal.nested.api;
  expect(Object.keys(nested.common.nested.v1.nested)).toEqual(['Header', 'Link']);
});

it('leaves no namespace with nothing in it', () => {
  expect(Object.keys(protosFor(api, usedIn([''])).temporal.nested.api.nested)).toEqual(['common']);
});

it('changes nothing in the description that it is given', () => {
  const before = structuredClone(api);
  protosFor(api, usedIn([]));
  expect(api).toEqual(before);
});
