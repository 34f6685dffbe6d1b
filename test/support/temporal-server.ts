import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { obtainTemporalCli } from '../../src/demo/temporal-cli.js';
import { startTemporalServer } from '../../src/demo/temporal-server.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Host and port of the one dev server that all tests of a run share. */
    temporalAddress: string;
    /** The executable, for a test that needs a server of its own. */
    temporalCliPath: string;
  }
}

/** Starts one Temporal dev server for all tests of the run. Tests keep apart by their own workflow ids and task queues. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const cliPath = await obtainTemporalCli({ log });
  const server = await startTemporalServer({ cliPath, log });
  project.provide('temporalCliPath', cliPath);
  project.provide('temporalAddress', server.address);
  return () => server.stop();
}
