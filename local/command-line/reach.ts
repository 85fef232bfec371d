import { connect } from 'node:net';
import { BazaarError, messageOf } from '../../platform/errors.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
const POSTGRES_PORT = 5_432;

/**
 * Sees whether anybody listens at an address before work begins, since later on silence is waited out.
 *
 * @param what stands at the address, for the message; `hint` what to do.
 * @throws BazaarError (`usage`) that names host, port and reason, and no secret of the address.
 */
export async function expectListener(address: string, { what, hint }: { what: string; hint: string }): Promise<void> {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (PORTS[url.protocol] ?? POSTGRES_PORT));
  const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      socket.once('timeout', () => reject(new Error(`no answer within ${CONNECT_TIMEOUT_MS / 1000} s`)));
    });
  } catch (error) {
    throw new BazaarError('usage', `no ${what} at ${host}:${port} (${messageOf(error)}); ${hint}`, { cause: error });
  } finally {
    socket.destroy();
  }
}
