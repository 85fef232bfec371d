import { type RequestOptions, request } from 'node:http';

const PROBE_TIMEOUT_MS = 1_500;
const DEFAULT_SOCKET = '/var/run/docker.sock';

/** True when a Docker engine answers its ping; asks the engine itself, since a client program proves nothing. */
export function isDockerAnswering(dockerHost = process.env.DOCKER_HOST): Promise<boolean> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    const ping = request({ ...addressOf(dockerHost), path: '/_ping', signal }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.once('error', () => resolve(false));
    ping.end();
  });
}

function addressOf(dockerHost: string | undefined): RequestOptions {
  if (!dockerHost) return { socketPath: DEFAULT_SOCKET };
  const url = new URL(dockerHost);
  if (url.protocol === 'unix:') return { socketPath: url.pathname };
  return { host: url.hostname, port: url.port || 2375 };
}
