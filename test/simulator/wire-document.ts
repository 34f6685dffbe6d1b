import { XMLParser } from 'fast-xml-parser';

/** One element of an XML document, with nothing of it lost. */
export interface WireElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly WireElement[];
  /** The text directly in it, entities decoded. */
  readonly text: string;
}

const textNode = '#text';
const attributesNode = ':@';
const attributePrefix = '@';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: attributePrefix,
  ignoreDeclaration: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
});

/**
 * Reads an XML document with a parser that is not the SDK's.
 *
 * @throws when it is not well-formed, or has not exactly one root element.
 */
export function parseDocument(xml: string): WireElement {
  requireWellFormed(xml);
  const [root, ...others] = elementsOf(parser.parse(xml));
  if (!root || others.length > 0) throw new Error('the document has not exactly one root element');
  return root;
}

const tag = /<(\/?)([A-Za-z][\w.:-]*)([^<>]*?)(\/?)>/g;
const declaration = /^<\?xml [^<>]*\?>/;
const bareMark = /[<>]|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)/;

/** The parser alone repairs what is not: an end without a start, a start without an end, a mark that is not escaped. */
function requireWellFormed(xml: string): void {
  const open: string[] = [];
  const texts = xml
    .replace(declaration, '')
    .replace(tag, (whole, slash: string, name: string, _rest, empty: string) => {
      if (slash !== '' && open.pop() !== name) throw new Error(`${whole} ends what was not begun`);
      if (slash === '' && empty === '') open.push(name);
      return '';
    });
  if (open.length > 0) throw new Error(`<${open.join('><')}> has no end`);
  const mark = bareMark.exec(texts);
  if (mark)
    throw new Error(`${mark[0]} is not escaped in ${texts.slice(Math.max(0, mark.index - 20), mark.index + 20)}`);
}

/** The elements among the parser's nodes: `{ name: [...], ':@': { '@attribute': ... } }` each, in order. */
function elementsOf(nodes: unknown): WireElement[] {
  return nodesOf(nodes).flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== attributesNode && key !== textNode);
    if (name === undefined) return [];
    const attributes = Object.entries(node[attributesNode] ?? {}).map(([key, value]): [string, string] => [
      key.slice(attributePrefix.length),
      String(value),
    ]);
    return [
      {
        name,
        attributes: Object.fromEntries(attributes),
        children: elementsOf(node[name]),
        text: nodesOf(node[name])
          .map((child) => (textNode in child ? String(child[textNode]) : ''))
          .join(''),
      },
    ];
  });
}

const nodesOf = (nodes: unknown): Record<string, unknown>[] =>
  Array.isArray(nodes) ? (nodes as Record<string, unknown>[]) : [];
