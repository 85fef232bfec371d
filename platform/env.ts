import type { z } from 'zod';
import { BazaarError } from './errors.ts';

/**
 * Reads a function's settings from the environment, once, when it starts. This is the only reader of `process.env`
 * outside of the local system and the tests.
 *
 * @throws BazaarError that names every variable that is missing or wrong, never its value.
 */
export function readEnv<T extends z.ZodObject>(schema: T, environment: NodeJS.ProcessEnv = process.env): z.output<T> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')} (${message})`);
  throw new BazaarError('config_invalid', `environment variables are missing or wrong: ${wrong.join(', ')}`);
}
