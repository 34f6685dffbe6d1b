import { readdir } from 'node:fs/promises';
import { Recorder } from './recorder.js';

/** Short against any scrape interval, and four wake-ups a minute: the CPU is the appliance's. */
const everyMs = 15_000;

/** The metrics of this process: what it is, and what every Prometheus target says of itself, until it ends. Keeps no process alive. */
export function openRecorder({ version, role }: { version: string; role: 'agent' | 'worker' }): Recorder {
  const metrics = new Recorder();
  metrics.set('drawbridge_build_info', { version, node_version: process.versions.node, role }, 1);
  sampleProcess(metrics);
  return metrics;
}

function sampleProcess(metrics: Recorder): void {
  metrics.set('process_start_time_seconds', {}, Math.round(Date.now() - process.uptime() * 1_000) / 1_000);
  let counted = 0;
  const sample = () => {
    const { user, system } = process.cpuUsage();
    const seconds = Math.floor((user + system) / 1_000_000);
    metrics.add('process_cpu_seconds_total', {}, seconds - counted);
    counted = seconds;
    metrics.set('process_resident_memory_bytes', {}, process.memoryUsage.rss());
    // Where there is no /proc there is no count.
    readdir('/proc/self/fd').then(
      (open) => metrics.set('process_open_fds', {}, open.length),
      () => undefined,
    );
  };
  sample();
  setInterval(sample, everyMs).unref();
}
