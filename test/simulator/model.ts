/**
 * The strict model check: what stands on the wire against the model of the service, as the SDK's package carries it.
 *
 * An SDK passes over elements that it does not know and misses none that it does; this does neither.
 */
import type { NormalizedSchema } from '@smithy/core/schema';
import type { Notation, ScalarType } from './notation.js';

/** A list that a structure on the wire has, or could have. */
export interface ListSighting {
  /** Such as `TargetGroup.LoadBalancerArns`. */
  readonly list: string;
  /** How many items it has; undefined when the element is not there at all. */
  readonly items: number | undefined;
}

/** What a check found. */
export interface Findings {
  /** One sentence for each thing that is not as the model has it. */
  readonly problems: string[];
  /** Every list of every structure that was met. */
  readonly lists: ListSighting[];
}

/** The legal values of a member; undefined when every text is legal. */
export type EnumOf = (shape: string, member: string) => readonly string[] | undefined;

/** Checks values in one notation against schemas. Gathers what it finds. */
export class ModelCheck<Node> {
  readonly findings: Findings = { problems: [], lists: [] };
  readonly #notation: Notation<Node>;
  readonly #enumOf: EnumOf;

  constructor(notation: Notation<Node>, enumOf: EnumOf = () => undefined) {
    this.#notation = notation;
    this.#enumOf = enumOf;
  }

  /** @param path - where the value stands, for the sentences. */
  check(schema: NormalizedSchema, node: Node, path: string, values?: readonly string[]): void {
    if (schema.isStructSchema()) this.#checkStructure(schema, node, path);
    else if (schema.isListSchema()) this.#checkList(schema, node, path, values);
    else if (schema.isMapSchema()) this.#checkMap(schema, node, path);
    else this.#checkScalar(schema, node, path, values);
  }

  /** Checks the fields of a structure that may have others around them; those are the caller's. */
  checkFields(schema: NormalizedSchema, fields: readonly (readonly [string, Node])[], path: string): void {
    const members = new Map([...schema.structIterator()].map(([, member]) => [this.#notation.nameOf(member), member]));
    const seen = new Set<string>();
    for (const [name, node] of fields) {
      const member = members.get(name);
      if (seen.has(name)) this.#report(path, `has ${name} twice`);
      else if (!member) this.#report(path, `has ${name}, which ${shapeOf(schema)} has not`);
      else {
        const values = this.#enumOf(shapeOf(schema), member.getMemberName());
        this.check(member, node, `${path}.${name}`, values);
      }
      seen.add(name);
    }
    for (const name of requiredOf(schema)) {
      const wireName = this.#notation.nameOf(schema.getMemberSchema(name));
      if (!seen.has(wireName)) this.#report(path, `lacks ${wireName}, which ${shapeOf(schema)} requires`);
    }
    this.#sightLists(schema, members, fields);
  }

  #checkStructure(schema: NormalizedSchema, node: Node, path: string): void {
    const fields = this.#notation.fields(node);
    if (!fields) this.#report(path, `is no structure, expected ${shapeOf(schema)}`);
    else this.checkFields(schema, fields, path);
  }

  #checkList(schema: NormalizedSchema, node: Node, path: string, values?: readonly string[]): void {
    const item = schema.getValueSchema();
    const items = this.#notation.items(node, item);
    if (!items) this.#report(path, 'is no list of the form that the model has');
    items?.forEach((one, index) => this.check(item, one, `${path}[${index}]`, values));
  }

  #checkMap(schema: NormalizedSchema, node: Node, path: string): void {
    const entries = this.#notation.entries(node);
    if (!entries) this.#report(path, 'is no map');
    for (const [key, value] of entries ?? []) this.check(schema.getValueSchema(), value, `${path}.${key}`);
  }

  #checkScalar(schema: NormalizedSchema, node: Node, path: string, values?: readonly string[]): void {
    const type = scalarTypeOf(schema);
    const found = this.#notation.describe(node);
    if (!this.#notation.isScalar(node, type)) this.#report(path, `is ${found}, expected a ${type}`);
    else if (values && !values.includes(found)) {
      this.#report(path, `is ${found}, expected one of ${values.join(', ')}`);
    }
  }

  #sightLists(
    schema: NormalizedSchema,
    members: ReadonlyMap<string, NormalizedSchema>,
    fields: readonly (readonly [string, Node])[],
  ): void {
    for (const [name, member] of members) {
      if (!member.isListSchema()) continue;
      const node = fields.find(([field]) => field === name)?.[1];
      const items = node === undefined ? undefined : this.#notation.items(node, member.getValueSchema())?.length;
      this.findings.lists.push({ list: `${shapeOf(schema)}.${member.getMemberName()}`, items });
    }
  }

  #report(path: string, problem: string): void {
    this.findings.problems.push(`${path} ${problem}`);
  }
}

const shapeOf = (schema: NormalizedSchema): string => schema.getName() ?? 'a structure without a name';

/** The members that a structure must have: the first ones, as many as the last number of a static schema says. */
function requiredOf(schema: NormalizedSchema): readonly string[] {
  const structure: unknown = schema.getSchema();
  if (!Array.isArray(structure)) return [];
  const [, , , , names, , count = 0] = structure as [unknown, unknown, unknown, unknown, string[], unknown, number?];
  return names.slice(0, count);
}

function scalarTypeOf(schema: NormalizedSchema): ScalarType {
  if (schema.isStringSchema()) return 'string';
  if (schema.isNumericSchema()) return 'number';
  if (schema.isBooleanSchema()) return 'boolean';
  if (schema.isTimestampSchema()) return 'timestamp';
  throw new Error(`the model check knows no such type: ${schema.getName(true) ?? ''}`);
}
