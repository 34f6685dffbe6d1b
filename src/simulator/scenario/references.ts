/** What the parts of a scenario say of each other. Looks at whatever can be read, so that all problems are found at once. */
import type { Path, Problem } from './problems.js';

/** A text in a scenario, and where it is. */
interface Mention {
  readonly path: Path;
  readonly text: string;
}

/** Where things get their names: a list item's field. */
const names = {
  subnet: 'subnets.*.subnetId',
  'route table': 'routeTables.*.routeTableId',
  instance: 'instances.*.instanceId',
  'target group': 'targetGroups.*.name',
  'Auto Scaling group': 'autoScalingGroups.*.name',
} as const;
type Kind = keyof typeof names;

/** Where things are named that have to be there. */
const references: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  subnet: ['routeTables.*.subnetIds.*', 'instances.*.nics.*.subnetId'],
  instance: [
    'targetGroups.*.targets.*',
    'autoScalingGroups.*.instances.*',
    'commandScripts.*.instanceId',
    'faults.*.instanceId',
  ],
  'target group': ['autoScalingGroups.*.targetGroups.*', 'traffic.*.targetGroup'],
};

/** Names that are used twice, and names of what the scenario does not have. @param scenario - of any shape */
export const referenceProblems = (scenario: unknown): Problem[] =>
  (Object.keys(names) as Kind[]).flatMap((kind) => {
    const named = mentions(scenario, names[kind]);
    const referred = (references[kind] ?? []).flatMap((pattern) => mentions(scenario, pattern));
    return [
      ...taken(named, kind),
      ...unknown(
        referred.filter(({ path }) => !isAddress(scenario, path)),
        named,
        kind,
      ),
    ];
  });

const taken = (named: readonly Mention[], kind: Kind): Problem[] =>
  named.flatMap(({ path, text }, index) => {
    const first = named.find((other) => other.text === text);
    if (first === undefined || named.indexOf(first) === index) return [];
    return [
      { path, text: `found "${text}", which is the name of another ${kind}, ${first.path.slice(0, 2).join('.')}` },
    ];
  });

function unknown(referred: readonly Mention[], named: readonly Mention[], kind: Kind): Problem[] {
  const known = named.map(({ text }) => text);
  const expected = `expected ${/^[aei]/i.test(kind) ? 'an' : 'a'} ${kind} that the scenario names`;
  return referred
    .filter(({ text }) => !known.includes(text))
    .map(({ path, text }) => ({
      path,
      text: `found "${text}", ${expected}${known.length > 0 ? `: ${known.join(', ')}` : '; it names none'}`,
    }));
}

/** Targets of a group of type ip are addresses, of this world or another. */
const isAddress = (scenario: unknown, path: Path): boolean =>
  path[0] === 'targetGroups' &&
  mentions(scenario, [...path.slice(0, 2), 'targetType'].join('.')).some(({ text }) => text === 'ip');

/** The texts at the places that a pattern means: field names, and `*` for every item of a list. */
function mentions(value: unknown, pattern: string, path: Path = []): Mention[] {
  if (pattern === '') return typeof value === 'string' ? [{ path, text: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  const [step = '', ...rest] = pattern.split('.');
  return Object.entries(value)
    .filter(([key]) => (step === '*' ? Array.isArray(value) : key === step))
    .flatMap(([key, inner]) => mentions(inner, rest.join('.'), [...path, Array.isArray(value) ? Number(key) : key]));
}
