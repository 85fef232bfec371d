import type { Scenario } from '../scenario.ts';
import { changes } from './changes.ts';
import { database } from './database.ts';
import { disk } from './disk.ts';
import { hot } from './hot.ts';
import { log } from './log.ts';
import { poison } from './poison.ts';
import { processes } from './processes.ts';
import { time } from './time.ts';

/** Every scenario, in the order of the report. */
export const scenarios: readonly Scenario[] = [
  ...[...processes, ...database, ...disk],
  ...[...log, ...hot, ...poison, ...time, ...changes],
];
