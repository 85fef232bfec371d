import * as z from 'zod';
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

/** A variable that holds JSON. The parser's own error repeats the text, which may be secret; this one does not. */
export function jsonSetting<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'must be JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** A variable that holds names between commas; none when it is empty. */
export const listSetting = z.string().transform((text) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean),
);
