// Temporal's API as far as this program uses it. Descriptions of messages are built into objects at every start: of 580 kB of
// them most are of requests that nobody here makes.

/** @typedef {Record<string, any>} Json */

/**
 * What a program uses of the API, by how it says so: `workflowService.getSystemInfo(...)`, `temporal.api.common.v1.Payload`.
 *
 * @param {readonly string[]} sources
 */
export function usedIn(sources) {
  const found = (/** @type {RegExp} */ pattern) => sources.flatMap((source) => [...source.matchAll(pattern)]);
  return {
    /** Lower case, as in `workflowservice.getsysteminfo`. */
    requests: new Set(
      found(/\b(\w+Service)\s*\.\s*(\w+)\(/g).map(([, service, method]) => `${service}.${method}`.toLowerCase()),
    ),
    names: new Set(found(/\b(?:temporal\.api|google|grpc)(?:\.\w+){2,}/g).map(([name]) => name)),
  };
}

/**
 * @param {Json} nested - Of the root, as protobuf.js describes it in JSON.
 * @param {ReturnType<typeof usedIn>} used
 * @returns {Json} the same with those requests alone, and those messages that they, the names and Temporal's core refer to.
 */
export function protosFor(nested, used) {
  const root = structuredClone(nested);
  /** By full name: messages, enums and services. @type {Map<string, Json>} */
  const units = new Map();
  collect(root, []);
  /** @type {Set<string>} */
  const kept = new Set();
  for (const [name, unit] of units) if (isUsed(name, unit)) keep(name);
  prune(root, []);
  return root;

  /** @param {Json} inside @param {string[]} path */
  function collect(inside, path) {
    for (const [name, each] of Object.entries(inside)) {
      const own = [...path, name];
      if (isUnit(each)) units.set(own.join('.'), each);
      else collect(each.nested ?? {}, own);
    }
  }

  /** @param {string} name @param {Json} unit */
  function isUsed(name, { methods = {} }) {
    const service = name.split('.').at(-1);
    for (const method of Object.keys(methods))
      if (!used.requests.has(`${service}.${method}`.toLowerCase())) delete methods[method];
    return name.startsWith('coresdk.') || [...used.names].some((each) => isWithin(each, name) || isWithin(name, each));
  }

  /** @param {string} name */
  function keep(name) {
    if (kept.has(name)) return;
    kept.add(name);
    for (const reference of referencesIn(units.get(name) ?? {})) {
      const found = resolve(reference, name.split('.'));
      if (found !== undefined) keep(found);
    }
  }

  /** As protobuf does: from the innermost scope outward. @param {string} reference @param {string[]} scope */
  function resolve(reference, scope) {
    for (let depth = scope.length; depth >= 0; depth -= 1) {
      const path = [...scope.slice(0, depth), ...reference.split('.')];
      for (let length = path.length; length > depth; length -= 1) {
        const name = path.slice(0, length).join('.');
        if (units.has(name)) return name;
      }
    }
    return undefined;
  }

  /** @param {Json} inside @param {string[]} path */
  function prune(inside, path) {
    for (const [name, each] of Object.entries(inside)) {
      const own = [...path, name];
      if (isUnit(each) ? !kept.has(own.join('.')) : !prune(each.nested ?? {}, own)) delete inside[name];
    }
    return Object.keys(inside).length > 0;
  }
}

/** @param {Json} entry @returns {boolean} whether it is more than a namespace. */
const isUnit = (entry) => ['fields', 'values', 'methods'].some((key) => key in entry);

/** @param {string} name @param {string} outer */
const isWithin = (name, outer) => name === outer || name.startsWith(`${outer}.`);

/** @param {Json} unit @returns {string[]} names of types, as written. */
function referencesIn({ fields = {}, methods = {}, nested = {} }) {
  return [
    ...Object.values(fields).flatMap(({ type, keyType }) => [type, keyType].filter(Boolean)),
    ...Object.values(methods).flatMap(({ requestType, responseType }) => [requestType, responseType]),
    ...Object.values(nested).flatMap(referencesIn),
  ];
}
