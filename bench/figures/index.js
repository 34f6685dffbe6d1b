import { lives2000 } from './lives-2000.js';
import { simulatorDescribe } from './simulator-describe.js';
import { simulatorStart } from './simulator-start.js';

/** Every figure there is, in the order of the table. A new one is one file and one line here. */
export const figures = [simulatorDescribe, simulatorStart, lives2000];
