/**
 * The workflows, for a program that runs them on a worker of its own: export them from the module that its `workflowsPath` names.
 *
 * @module
 */
export { shutdown } from '../workflows/shutdown.js';
export { startup } from '../workflows/startup.js';
export { verify } from '../workflows/verify.js';
export { extendDrain, forceShutdown, requestShutdown, status } from '../workflows/messages.js';
