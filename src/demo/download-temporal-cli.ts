import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { z } from 'zod';

/** One small JSON answer, connect included. Short, because a machine without the internet has to go on to the next source. */
const answerMs = 3_000;

/** The archive has about 45 MB. */
const archiveMs = 5 * 60_000;

const downloadInfo = z.object({ archiveUrl: z.string(), fileToExtract: z.string() });

export interface DownloadTemporalCliOptions {
  readonly version: string;
  /** Where to put the executable. The folder exists. */
  readonly destination: string;
  readonly log: (line: string) => void;
  readonly fetch: typeof fetch;
}

/**
 * Downloads the Temporal CLI as the Temporal SDKs do for their test environments, and unpacks it with `tar`.
 *
 * @throws when the service cannot be reached, has no such version, or the archive does not unpack.
 * @see the SDK's core, crates/sdk-core/src/ephemeral_server: the SDK exports nothing that downloads without also starting
 */
export async function downloadTemporalCli(options: DownloadTemporalCliOptions): Promise<void> {
  const { version, destination, log } = options;
  const query = new URLSearchParams({ arch: archName(), platform: process.platform, format: 'tar.gz' });
  const url = `https://temporal.download/cli/v${version}?${query.toString()}`;
  const info = downloadInfo.parse(await (await get(options.fetch, url, answerMs)).json());

  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-temporal-cli-'));
  try {
    const archive = join(folder, 'temporal.tar.gz');
    log(`downloading the Temporal CLI ${version}, about 45 MB`);
    const { body } = await get(options.fetch, info.archiveUrl, archiveMs);
    if (body === null) throw new Error(`${info.archiveUrl} answered without a body, expected an archive`);
    await pipeline(Readable.fromWeb(body), createWriteStream(archive));
    await promisify(execFile)('tar', ['-xzf', archive, '-C', folder, info.fileToExtract]);
    await copyFile(join(folder, info.fileToExtract), destination);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function get(fetchUrl: typeof fetch, url: string, withinMs: number): Promise<Response> {
  const response = await fetchUrl(url, { signal: AbortSignal.timeout(withinMs) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}, expected 200`);
  return response;
}

function archName(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}
