import { AwsError } from './aws-error.js';

/** Parameters of a request as a tree, whichever protocol they came by. */
export type Parameter = string | number | boolean | null | readonly Parameter[] | Parameters;
/** A tree of named parameters. */
export interface Parameters {
  readonly [name: string]: Parameter;
}

/** How deep names such as `Targets.member.1.Id` may nest. No action needs more than half of it. */
const deepestName = 12;

type Branch = Map<string, Branch | string>;

/**
 * Reads the parameters of a query protocol: `Targets.member.1.Id=i-1` (ELBv2) and `Filter.1.Value.2=x` (EC2) alike.
 *
 * An empty list arrives as `Targets=`, and is the empty string here.
 *
 * @throws `AwsError` MalformedQueryString when a name is both a value and a structure, or nests too deep.
 */
export function parseQueryParameters(form: URLSearchParams): Parameters {
  const root: Branch = new Map();
  for (const [name, value] of form) {
    const path = name.split('.');
    const leaf = path.pop();
    if (leaf === undefined || path.length >= deepestName) throw malformed(name);
    let branch = root;
    for (const step of path) {
      const next = branch.get(step) ?? new Map<string, Branch | string>();
      if (typeof next === 'string') throw malformed(name);
      branch.set(step, next);
      branch = next;
    }
    if (branch.get(leaf) instanceof Map) throw malformed(name);
    branch.set(leaf, value);
  }
  return structureOf(root);
}

const malformed = (name: string) =>
  new AwsError('MalformedQueryString', `The query string contains a malformed parameter: ${name.slice(0, 100)}`);

function parameterOf(node: Branch | string): Parameter {
  if (typeof node === 'string') return node;
  const member = node.size === 1 ? node.get('member') : undefined;
  if (member !== undefined) return parameterOf(member);
  const isList = [...node.keys()].every((key) => /^\d+$/.test(key));
  if (!isList) return structureOf(node);
  return [...node].sort(([one], [other]) => Number(one) - Number(other)).map(([, value]) => parameterOf(value));
}

const structureOf = (branch: Branch): Parameters =>
  Object.fromEntries([...branch].map(([name, node]) => [name, parameterOf(node)]));

/** Every text in the parameters, at any depth: identifiers, ARNs, filter values. */
export function textsIn(parameter: Parameter): string[] {
  if (typeof parameter === 'string') return [parameter];
  if (typeof parameter !== 'object' || parameter === null) return [];
  return Object.values(parameter).flatMap((value: Parameter) => textsIn(value));
}
