import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What `ps` says of a process, for example its `args` or `pgid`; empty when there is none, or only a zombie. */
export async function processField(pid: number, field: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'stat=', '-o', `${field}=`, '-p', String(pid)]);
    const [, stat = 'Z', value = ''] = /^(\S+)\s+(.*)$/.exec(stdout.trim()) ?? [];
    return stat.startsWith('Z') ? '' : value;
  } catch {
    return '';
  }
}
