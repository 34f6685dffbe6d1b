import XMLBuilder from 'fast-xml-builder';

/** What an answer is made of. A list is wrapped in the element its protocol wants: `{ member: [] }` or `{ item: [] }`. */
export type XmlValue =
  string | number | boolean | undefined | readonly XmlValue[] | { readonly [name: string]: XmlValue };

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: false });

/** Characters that XML 1.0 cannot hold, not even escaped. Lone surrogates do not survive the encoding either. */
const notXml = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** An XML document with one root element. Texts are escaped, empty lists keep their element, undefined elements are left out. */
export function xmlDocument(root: string, content: Readonly<Record<string, XmlValue>>, namespace?: string): string {
  const attributes = namespace === undefined ? {} : { '@xmlns': namespace };
  const built = builder.build({ [root]: { ...attributes, ...content } });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${built.replace(notXml, '\uFFFD')}`;
}

/** A list in an ELBv2 or STS answer. */
export const members = (values: readonly XmlValue[]): XmlValue => ({ member: values });

/** A list in an EC2 answer. */
export const items = (values: readonly XmlValue[]): XmlValue => ({ item: values });
