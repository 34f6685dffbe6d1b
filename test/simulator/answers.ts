import type { NormalizedSchema } from '@smithy/core/schema';
import type { Findings } from './model.js';
import { ModelCheck } from './model.js';
import { jsonNotation, xmlNotation } from './notation.js';
import type { ModelledError, ServiceModel } from './service-models.js';
import type { WireElement } from './wire-document.js';
import { parseDocument } from './wire-document.js';

/** What came back for one request, byte for byte. */
export interface WireAnswer {
  readonly action: string;
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a check of an answer found; for an error its code on the wire, too. */
export interface CheckedAnswer extends Findings {
  readonly code?: string | undefined;
}

/** Checks an answer, good or error, against the model of its service: envelope, elements, types, codes. */
export function checkAnswer(model: ServiceModel, answer: WireAnswer): CheckedAnswer {
  try {
    if (answer.status >= 300) return checkError(model, answer);
    return model.family === 'json' ? checkJson(model, answer) : checkXml(model, answer);
  } catch (error) {
    return failed(`${answer.action} cannot be read: ${String(error)}`);
  }
}

function checkJson(model: ServiceModel, { action, headers, body }: WireAnswer): Findings {
  const check = new ModelCheck(jsonNotation, (shape, member) => model.declarations.enumOf(shape, member));
  expectEqual(check.findings, 'the content type', headers['content-type'], 'application/x-amz-json-1.1');
  expectRequestId(check.findings, headers['x-amzn-requestid']);
  const output = model.outputOf(action);
  const value: unknown = JSON.parse(body);
  if (output) check.check(output, value, action);
  else expectEqual(check.findings, action, body, '{}');
  return check.findings;
}

function checkXml(model: ServiceModel, { action, headers, body }: WireAnswer): Findings {
  const check = new ModelCheck(xmlNotation, (shape, member) => model.declarations.enumOf(shape, member));
  const { findings } = check;
  const root = parseDocument(body);
  expectEqual(findings, 'the content type', headers['content-type'], 'text/xml;charset=UTF-8');
  requireName(root, `${action}Response`);
  expectEqual(findings, 'the namespace', root.attributes.xmlns, model.namespace);
  const output = model.outputOf(action);
  const { requestId, rest } = model.family === 'ec2' ? openEc2(root) : openQuery(root, action, output);
  expectEqual(findings, 'the request id in the body', requestId, headers['x-amzn-requestid']);
  expectRequestId(findings, requestId);
  if (output) check.checkFields(output, fieldsOf(rest), action);
  else expectEqual(findings, `what ${action} answers`, rest.map(({ name }) => name).join(), unmodelled(model));
  return findings;
}

/** EC2 answers `true` to a call that its model has no output for. Source: EC2 API reference, ReplaceRoute, "Response elements". */
const unmodelled = ({ family }: ServiceModel): string => (family === 'ec2' ? 'return' : '');

/** EC2 puts the members beside the request id. */
function openEc2(root: WireElement): { requestId: string | undefined; rest: readonly WireElement[] } {
  return {
    requestId: childOf(root, 'requestId')?.text,
    rest: root.children.filter(({ name }) => name !== 'requestId'),
  };
}

/** The query protocol puts them in an element of their own, and nothing else beside it than the metadata. */
function openQuery(root: WireElement, action: string, output: NormalizedSchema | undefined) {
  const expected = output ? [`${action}Result`, 'ResponseMetadata'] : ['ResponseMetadata'];
  requireChildren(root, expected);
  const metadata = requireChildren(childOf(root, 'ResponseMetadata'), ['RequestId']);
  return { requestId: metadata[0]?.text, rest: childOf(root, `${action}Result`)?.children ?? [] };
}

function checkError(model: ServiceModel, answer: WireAnswer): CheckedAnswer {
  const findings: Findings = { problems: [], lists: [] };
  const modelled = model.errorsOf(answer.action);
  const code =
    model.family === 'json' ? openJsonError(findings, modelled, answer) : openXmlError(model, findings, answer);
  const known = modelled.find((error) => error.code === code);
  if (known) expectEqual(findings, `the status of ${known.code}`, answer.status, known.status);
  else if (code === undefined || !model.commonCodes.includes(code)) {
    findings.problems.push(`${answer.action} answers with the code ${code ?? '(none)'}, which it does not model`);
  }
  return { ...findings, code };
}

function openXmlError(model: ServiceModel, findings: Findings, { status, headers, body }: WireAnswer) {
  const root = parseDocument(body);
  expectEqual(findings, 'the content type', headers['content-type'], 'text/xml;charset=UTF-8');
  const { code, requestId, namespace } = model.family === 'ec2' ? openEc2Error(root) : openQueryError(root, status);
  expectEqual(findings, 'the namespace', root.attributes.xmlns, namespace ? model.namespace : undefined);
  expectEqual(findings, 'the request id in the body', requestId, headers['x-amzn-requestid']);
  expectRequestId(findings, requestId);
  return code;
}

function openQueryError(root: WireElement, status: number) {
  const [error, requestId] = requireChildren(requireName(root, 'ErrorResponse'), ['Error', 'RequestId']);
  const [type, code] = requireChildren(error, ['Type', 'Code', 'Message']);
  const side = status < 500 ? 'Sender' : 'Receiver';
  if (type?.text !== side) throw new Error(`the type of error is ${type?.text ?? ''}, expected ${side}`);
  return { code: code?.text, requestId: requestId?.text, namespace: true };
}

function openEc2Error(root: WireElement) {
  const [errors, requestId] = requireChildren(requireName(root, 'Response'), ['Errors', 'RequestID']);
  const [error] = requireChildren(errors, ['Error']);
  const [code] = requireChildren(error, ['Code', 'Message']);
  return { code: code?.text, requestId: requestId?.text, namespace: false };
}

/** The members of an error stand beside its `__type`. One that is not modelled has a message. */
function openJsonError(findings: Findings, modelled: readonly ModelledError[], { headers, body }: WireAnswer) {
  expectEqual(findings, 'the content type', headers['content-type'], 'application/x-amz-json-1.1');
  expectRequestId(findings, headers['x-amzn-requestid']);
  const { __type: code, ...members } = JSON.parse(body) as Record<string, unknown>;
  if (typeof code !== 'string') return undefined;
  const known = modelled.find((error) => error.code === code);
  const check = new ModelCheck(jsonNotation);
  if (known) check.checkFields(known.schema, Object.entries(members), code);
  else expectEqual(findings, `what ${code} has`, Object.keys(members).join().toLowerCase(), 'message');
  findings.problems.push(...check.findings.problems);
  return code;
}

const childOf = (element: WireElement | undefined, name: string): WireElement | undefined =>
  element?.children.find((child) => child.name === name);

const fieldsOf = (elements: readonly WireElement[]): [string, WireElement][] =>
  elements.map((element) => [element.name, element]);

function requireName(element: WireElement, name: string): WireElement {
  if (element.name !== name) throw new Error(`the root element is ${element.name}, expected ${name}`);
  return element;
}

/** @throws when the element has other children, or in another order. */
function requireChildren(element: WireElement | undefined, names: readonly string[]): readonly WireElement[] {
  const found = element?.children.map(({ name }) => name).join();
  if (found !== names.join())
    throw new Error(`<${element?.name ?? '?'}> holds ${found ?? 'nothing'}, expected ${names.join()}`);
  return element?.children ?? [];
}

const requestIdForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function expectRequestId({ problems }: Findings, id: string | undefined): void {
  if (!requestIdForm.test(id ?? '')) problems.push(`the request id is ${id ?? '(none)'}, expected a UUID`);
}

function expectEqual<Value>({ problems }: Findings, what: string, found: Value, expected: Value): void {
  if (found !== expected) problems.push(`${what} is ${String(found)}, expected ${String(expected)}`);
}

const failed = (problem: string): Findings => ({ problems: [problem], lists: [] });
