import { pythonVenv } from './python-venv.ts';

const MINISTACK_VERSION = '1.5.33';
const HYPERCORN_VERSION = '0.18.0';

/** A Python with ministack and the server that runs it (25 MB); undefined where Python is missing. */
export function ministackPython(): Promise<string | undefined> {
  return pythonVenv({
    name: `ministack-${MINISTACK_VERSION}`,
    packages: [`ministack==${MINISTACK_VERSION}`, `hypercorn==${HYPERCORN_VERSION}`],
    modules: ['hypercorn', 'ministack'],
  });
}
