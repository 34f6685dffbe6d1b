import { lives2000 } from './lives-2000.js';
import { simulatorDescribe } from './simulator-describe.js';
import { simulatorStart } from './simulator-start.js';
import { startVsAwsCli } from './start-vs-aws-cli.js';
import { startVsSdk } from './start-vs-sdk.js';

/** Every figure there is, in the order of the table. A new one is one file and one line here. */
export const figures = [startVsAwsCli, startVsSdk, simulatorDescribe, simulatorStart, lives2000];
