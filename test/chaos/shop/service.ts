import { supervise } from '../../../local/supervise.ts';
import { startChild } from '../../../local/system/child.ts';
import { type ChildSettings, settingsEnvironment } from '../../../local/system/child-settings.ts';

const PRODUCTION = new URL('../../../local/processes/serve.ts', import.meta.url);
const BROKEN = new URL('../controls/serve-broken.ts', import.meta.url);

export type Service = {
  /** Ends the process as the system does when memory runs out; it is started again. */
  kill(): void;
  stop(): Promise<void>;
};

/** Runs the API or the consumers as `npm start` does: a process of its own, started again when it ends. */
export async function startService(options: {
  role: 'api' | 'consumers';
  isBroken: boolean;
  settings: ChildSettings;
  logFile: string;
  log: (text: string) => void;
}): Promise<Service> {
  const { role, isBroken, settings, logFile, log } = options;
  const env = { ...settingsEnvironment(settings), POWERTOOLS_LOG_LEVEL: 'WARN', POWERTOOLS_METRICS_DISABLED: 'true' };
  let pid: number | undefined;
  const { stop } = await supervise({
    name: role,
    log,
    start: async () => {
      const child = {
        name: role,
        entry: isBroken ? BROKEN : PRODUCTION,
        args: [role],
        env,
        logFile,
        awaitsReady: true,
      };
      const started = await startChild(child);
      pid = started.pid;
      void started.exited.then(() => {
        pid = undefined;
      });
      return started;
    },
  });
  return {
    kill() {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
    stop,
  };
}
