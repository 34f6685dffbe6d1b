/** A module of its own, so that it is loaded when there is a file: of a CommonJS package the bundle can import lazily only what is ours. */
export { parse } from 'yaml';
