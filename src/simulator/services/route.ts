import type { IncomingMessage } from 'node:http';
import { AwsError } from '../wire/aws-error.js';
import type { Parameters } from '../wire/parameters.js';
import { parseQueryParameters } from '../wire/parameters.js';
import type { Protocol } from '../wire/protocol.js';
import { queryProtocol } from '../wire/protocol.js';
import type { Service } from './service.js';

/** What a request is about, before anything is done about it. */
export interface Routed {
  readonly service: Service | undefined;
  readonly protocol: Protocol;
  readonly action: string;
  readonly parameters: Parameters;
  /** Why it cannot even be read; undefined when it can. */
  readonly refusal?: AwsError;
}

/** Nobody's: for requests that name no service. */
const anonymous = queryProtocol('http://webservices.amazon.com/AWSFault/2005-15-09');

/** Finds the service, the action and the parameters of a request. Never throws. */
export function route(services: readonly Service[], request: IncomingMessage, body: string | undefined): Routed {
  const target = request.headers['x-amz-target'];
  return typeof target === 'string' ? routeJson(services, target, body) : routeQuery(services, request, body);
}

function routeJson(services: readonly Service[], target: string, body: string | undefined): Routed {
  const [identity, action = ''] = target.split('.');
  const service = services.find((candidate) => candidate.identity === identity);
  const routed = { service, protocol: service?.protocol ?? anonymous, action, parameters: {} };
  if (!service) return { ...routed, refusal: new AwsError('UnknownOperationException', 'The operation is not known') };
  if (body === undefined) return { ...routed, refusal: tooLarge() };
  try {
    const parameters: unknown = JSON.parse(body === '' ? '{}' : body);
    if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) throw new SyntaxError();
    return { ...routed, parameters: parameters as Parameters };
  } catch {
    return { ...routed, refusal: new AwsError('SerializationException', 'The body is not a JSON object') };
  }
}

function routeQuery(services: readonly Service[], request: IncomingMessage, body: string | undefined): Routed {
  const { action, version, form } = readForm(request, body);
  const service = services.find(({ identity }) => identity === version);
  const routed = { service, protocol: service?.protocol ?? anonymous, action, parameters: {} };
  try {
    if (body === undefined) throw tooLarge();
    if (action === '') throw new AwsError('MissingAction', 'The request must contain the parameter Action');
    if (!service) throw new AwsError('InvalidAction', `Could not find operation ${action} for version ${version}`);
    return { ...routed, parameters: parseQueryParameters(form) };
  } catch (error) {
    return {
      ...routed,
      refusal: error instanceof AwsError ? error : new AwsError('MalformedQueryString', String(error)),
    };
  }
}

/** The parameters of a POST are its body, of a GET its query. */
function readForm(request: IncomingMessage, body = ''): { action: string; version: string; form: URLSearchParams } {
  const form = new URLSearchParams(request.method === 'GET' ? request.url?.split('?', 2)[1] : body);
  const [action, version] = [form.get('Action') ?? '', form.get('Version') ?? ''];
  form.delete('Action');
  form.delete('Version');
  return { action, version, form };
}

const tooLarge = () => new AwsError('RequestEntityTooLarge', 'The request body is too large', 413);
