import type { NormalizedSchema } from '@smithy/core/schema';
import type { WireElement } from './wire-document.js';

/** The scalar types that these services use. */
export type ScalarType = 'string' | 'number' | 'boolean' | 'timestamp';

/** How a protocol writes values down. `Node` is what a parser makes of one value. */
export interface Notation<Node> {
  /** The name that a member of a structure has on the wire. */
  nameOf(member: NormalizedSchema): string;
  /** The members of a structure, in order; undefined when the node is none. */
  fields(node: Node): readonly (readonly [string, Node])[] | undefined;
  /** The items of a list; undefined when the node is none. */
  items(node: Node, item: NormalizedSchema): readonly Node[] | undefined;
  /** Keys and values of a map; undefined when the node is none. */
  entries(node: Node): readonly (readonly [string, Node])[] | undefined;
  isScalar(node: Node, type: ScalarType): boolean;
  /** The text of a scalar; of anything else a short form of it. */
  describe(node: Node): string;
}

/** Times in XML. Source: Smithy, `timestampFormat` date-time. */
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const forms: Readonly<Record<ScalarType, RegExp>> = {
  string: /^[^]*$/,
  number: /^-?\d+(\.\d+)?$/,
  boolean: /^(true|false)$/,
  timestamp: dateTime,
};

/** XML of the query protocols. Source: Smithy, AWS query and EC2 query protocols, "Response serialization". */
export const xmlNotation: Notation<WireElement> = {
  nameOf: (member) => xmlNameIn(member.getMemberTraits()) ?? member.getMemberName(),
  fields: (element) => (hasText(element) ? undefined : element.children.map((child) => [child.name, child])),
  items: (element, item) => {
    const itemName = xmlNameIn(item.getMergedTraits()) ?? 'member';
    return hasText(element) || element.children.some(({ name }) => name !== itemName) ? undefined : element.children;
  },
  // No answer of these services has a map in XML.
  entries: () => undefined,
  isScalar: ({ children, text }, type) => children.length === 0 && forms[type].test(text),
  describe: ({ name, children, text }) => (children.length > 0 ? `<${name}> with elements` : text),
};

/** JSON 1.1. Source: Smithy, AWS JSON 1.1 protocol. */
export const jsonNotation: Notation<unknown> = {
  nameOf: (member) => member.getMemberName(),
  fields: entriesOf,
  items: (value) => (Array.isArray(value) ? (value as unknown[]) : undefined),
  entries: entriesOf,
  // A timestamp is a number of seconds since the epoch.
  isScalar: (value, type) => typeof value === (type === 'timestamp' ? 'number' : type),
  describe: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
};

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
}

const hasText = ({ text }: WireElement): boolean => text.trim() !== '';

const xmlNameIn = ({ xmlName }: { xmlName?: unknown }): string | undefined =>
  typeof xmlName === 'string' ? xmlName : undefined;
