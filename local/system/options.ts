import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BazaarError, messageOf } from '../../platform/errors.ts';
import { type LogChoice, logChoices } from '../engines/log.ts';

export type StartOptions = { port: number; dataDir: string; log: LogChoice; hasTraffic: boolean; hasTraining: boolean };

const USAGE = 'npm start -- [--port N] [--data-dir D] [--log auto|kafka|embedded] [--no-traffic] [--no-training]';
const MAX_PORT = 65_535;

/** Reads the command line of `npm start`. Throws `BazaarError` (`usage`) that says what is allowed. */
export function readStartOptions(args: string[]): StartOptions {
  const values = parse(args);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > MAX_PORT)
    throw new BazaarError('usage', `--port is ${values.port}; allowed: 1 to ${MAX_PORT}`);
  const log = logChoices.find((choice) => choice === values.log);
  if (log === undefined) throw new BazaarError('usage', `--log is ${values.log}; allowed: ${logChoices.join(', ')}`);
  const [hasTraffic, hasTraining] = [!values['no-traffic'], !values['no-training']];
  return { port, log, dataDir: resolve(values['data-dir']), hasTraffic, hasTraining };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string', default: '3000' },
        'data-dir': { type: 'string', default: '.bazaar' },
        log: { type: 'string', default: 'auto' },
        'no-traffic': { type: 'boolean', default: false },
        'no-training': { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new BazaarError('usage', `${messageOf(error)}; usage: ${USAGE}`);
  }
}
