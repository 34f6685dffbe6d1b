import { boot300 } from './boot-300.js';
import { cliStart } from './cli-start.js';
import { events } from './events.js';
import { idle } from './idle.js';
import { installSize } from './install-size.js';
import { leaveVsBare } from './leave-vs-bare.js';
import { lives2000 } from './lives-2000.js';
import { lives500 } from './lives-500.js';
import { simulatorDescribe } from './simulator-describe.js';
import { simulatorStart } from './simulator-start.js';
import { startVsAwsCli } from './start-vs-aws-cli.js';
import { startVsSdk } from './start-vs-sdk.js';
import { startupOverhead } from './startup-overhead.js';

/** Every figure there is, in the order of the table. A new one is one file and one line here. */
export const figures = [
  startVsAwsCli,
  startVsSdk,
  leaveVsBare,
  startupOverhead,
  idle,
  events,
  cliStart,
  installSize,
  simulatorDescribe,
  simulatorStart,
  boot300,
  lives500,
  lives2000,
];
