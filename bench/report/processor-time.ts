import { readFile } from 'node:fs/promises';
import { familyOf } from './processes.ts';

/** Ticks a second in /proc/PID/stat: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
/** Fields of /proc/PID/stat after the command's name: user and system time, then those of children that have ended. */
const TIME_FIELDS = [11, 12, 13, 14];

/**
 * Seconds of processor time that these processes and all that they started have used so far. Take it twice: the
 * difference is what happened between. Linux only.
 */
export async function processorSeconds(roots: readonly number[]): Promise<number> {
  const family = await familyOf(roots);
  const times = await Promise.all([...family].map(ticksOf));
  return times.reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND;
}

async function ticksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return TIME_FIELDS.reduce((sum, index) => sum + (Number(fields[index]) || 0), 0);
}
