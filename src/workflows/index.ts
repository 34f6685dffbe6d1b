/** What a worker registers: the workflow types are the names exported here. */
export { shutdown } from './shutdown.js';
export { startup } from './startup.js';
export { verify } from './verify.js';
