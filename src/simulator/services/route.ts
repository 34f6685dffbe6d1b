import type { IncomingMessage } from 'node:http';
import { AwsError } from '../wire/aws-error.js';
import type { Parameter, Parameters } from '../wire/parameters.js';
import { parseQueryParameters } from '../wire/parameters.js';
import type { Protocol } from '../wire/protocol.js';
import { jsonProtocol, queryProtocol } from '../wire/protocol.js';
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

/** How deep JSON may nest. No action needs more than a tenth of it. */
const deepestJson = 64;

const isTooDeep = (parameter: Parameter, left: number): boolean =>
  typeof parameter === 'object' &&
  parameter !== null &&
  (left === 0 || Object.values(parameter).some((value: Parameter) => isTooDeep(value, left - 1)));

/** Nobody's: for requests that name no service. */
const anonymousJson = jsonProtocol({});
const anonymous = queryProtocol('http://webservices.amazon.com/AWSFault/2005-15-09');

/** Finds the service, the action and the parameters of a request. Never throws. */
export function route(services: readonly Service[], request: IncomingMessage, body: string | undefined): Routed {
  const target = request.headers['x-amz-target'];
  return typeof target === 'string'
    ? routeJson(services, target, request.headers['content-type'] ?? '', body)
    : routeQuery(services, request, body);
}

function routeJson(
  services: readonly Service[],
  target: string,
  contentType: string,
  body: string | undefined,
): Routed {
  const [identity, action = ''] = target.split('.');
  const service = services.find((candidate) => candidate.identity === identity);
  const routed = { service, protocol: service?.protocol ?? anonymousJson, action, parameters: {} };
  if (!service || !contentType.startsWith('application/x-amz-json-1.1'))
    return { ...routed, refusal: new AwsError('UnknownOperationException', 'The operation is not known') };
  if (body === undefined) return { ...routed, refusal: tooLarge() };
  const parameters = readJson(body);
  if (parameters) return { ...routed, parameters };
  return {
    ...routed,
    refusal: new AwsError('SerializationException', 'The body is not a JSON object that can be read'),
  };
}

/** @returns undefined for what is no JSON, no object, or nests too deep. */
function readJson(body: string): Parameters | undefined {
  try {
    const read = JSON.parse(body === '' ? '{}' : body) as Parameter;
    const isObject = typeof read === 'object' && read !== null && !Array.isArray(read);
    return isObject && !isTooDeep(read, deepestJson) ? (read as Parameters) : undefined;
  } catch {
    return undefined;
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

const formType = 'application/x-www-form-urlencoded';

/** The parameters of a POST are its body where that is a form, of a GET its query. */
function readForm(request: IncomingMessage, body = ''): { action: string; version: string; form: URLSearchParams } {
  const isForm = (request.headers['content-type'] ?? formType).startsWith(formType);
  const posted = isForm ? body : '';
  const form = new URLSearchParams(request.method === 'GET' ? request.url?.split('?', 2)[1] : posted);
  const [action, version] = [form.get('Action') ?? '', form.get('Version') ?? ''];
  form.delete('Action');
  form.delete('Version');
  return { action, version, form };
}

const tooLarge = () => new AwsError('RequestEntityTooLarge', 'The request body is too large', 413);
