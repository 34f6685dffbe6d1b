// Loaded into each thread of a process whose memory is measured: what a thread of workflows no longer needs is collected when the
// main thread asks, as its own is. Needs `--expose-gc`; a module that `--import` loads does not reach the threads.
const { BroadcastChannel, isMainThread } = require('node:worker_threads');

const asked = new BroadcastChannel('collect garbage');
const done = new BroadcastChannel('garbage collected');
asked.unref();
done.unref();

if (!isMainThread)
  asked.onmessage = () => {
    globalThis.gc?.();
    done.postMessage('');
  };

module.exports = { asked, done };
