import { pythonVenv } from './python-venv.ts';

const SCHEMATHESIS_VERSION = '4.32.5';

/** A Python with schemathesis (75 MB); undefined where Python is missing. */
export function schemathesisPython(): Promise<string | undefined> {
  return pythonVenv({
    name: `schemathesis-${SCHEMATHESIS_VERSION}`,
    packages: [`schemathesis==${SCHEMATHESIS_VERSION}`],
    modules: ['schemathesis'],
  });
}
