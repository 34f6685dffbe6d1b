import type { AwsError } from './aws-error.js';
import type { XmlValue } from './xml.js';
import { xmlDocument } from './xml.js';

/** An answer as it goes on the wire. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an action answers with, before a protocol gives it its form. */
export type Result = Readonly<Record<string, XmlValue>>;

/** How a family of services writes answers and errors. */
export interface Protocol {
  answer(action: string, result: Result, requestId: string): Reply;
  error(error: AwsError, requestId: string): Reply;
}

/** AWS query protocol: ELBv2, Auto Scaling, STS. */
export const queryProtocol = (namespace: string): Protocol => ({
  answer: (action, result, requestId) => {
    const content = { [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } };
    return xmlReply(200, xmlDocument(`${action}Response`, content, namespace));
  },
  error: ({ code, message, status }, requestId) => {
    const type = status >= 500 ? 'Receiver' : 'Sender';
    const content = { Error: { Type: type, Code: code, Message: message }, RequestId: requestId };
    return xmlReply(status, xmlDocument('ErrorResponse', content, namespace));
  },
});

/** EC2's dialect of the query protocol. */
export const ec2Protocol = (namespace: string): Protocol => ({
  answer: (action, result, requestId) =>
    xmlReply(200, xmlDocument(`${action}Response`, { requestId, ...result }, namespace)),
  error: ({ code, message, status }, requestId) => {
    const content = { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId };
    return xmlReply(status, xmlDocument('Response', content));
  },
});

/**
 * JSON 1.1: tagging, SSM.
 *
 * @param modelled - the errors that the service models, with whether they have a `Message`: some say nothing but their name. Others
 *   have a `message`, whoever in front of the service they come from.
 */
export const jsonProtocol = (modelled: Readonly<Record<string, 'Message' | 'message' | 'nothing'>>): Protocol => ({
  answer: (_action, result) => jsonReply(200, result),
  error: ({ code, message, status }) => {
    const member = Object.hasOwn(modelled, code) ? modelled[code] : 'message';
    return jsonReply(status, {
      __type: code,
      ...(member !== undefined && member !== 'nothing' && { [member]: message }),
    });
  },
});

const xmlReply = (status: number, body: string): Reply => ({ status, contentType: 'text/xml;charset=UTF-8', body });

const jsonReply = (status: number, body: unknown): Reply => ({
  status,
  contentType: 'application/x-amz-json-1.1',
  body: JSON.stringify(body),
});
