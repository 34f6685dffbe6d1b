import { regex, safeParse, string } from 'zod/mini';

/**
 * Loaded once for all workflows of a worker, and frozen: the library that checks their inputs. Loaded anew for each of them, it took
 * some 6 ms of its first task. Schemas stay each workflow's own, as they finish themselves at their first use.
 */
export const preloaded = [string, regex, safeParse];
