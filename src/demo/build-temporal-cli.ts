import { goBuild } from './go-build.js';
import type { GoBuildOptions } from './go-build.js';

export interface BuildTemporalCliOptions extends Pick<GoBuildOptions, 'destination' | 'env' | 'log'> {
  readonly version: string;
}

/** Builds the Temporal CLI as `goBuild` does, from a Go module of our own that does nothing but name it. @throws as `goBuild`. */
export const buildTemporalCli = ({ version, ...rest }: BuildTemporalCliOptions): Promise<void> =>
  goBuild({
    what: `the Temporal CLI ${version}`,
    takes: '4 to 10 minutes',
    module: 'temporal-cli',
    source: 'github.com/temporalio/cli/cmd/temporal',
    ldflags: `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${version}`,
    ...rest,
  });
