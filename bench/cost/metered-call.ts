import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type pg from 'pg';

/** What one invocation took. */
export type Call = {
  ms: number;
  /** Processor time of the function, in milliseconds. */
  functionMs: number;
  /** Processor time of the database's backends that served it, in milliseconds. */
  databaseMs: number;
  walBytes: number;
  /** Bytes of its requests to Neon and of the answers, with their headers, before TLS. */
  toNeon: number;
  fromNeon: number;
};

const NS_PER_MS = 1e6;
const US_PER_MS = 1e3;

/** Counts what this process sends to a port and gets from it, whatever client it uses. */
function countTraffic(port: number): () => { toNeon: number; fromNeon: number } {
  const sockets: Socket[] = [];
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { socket: Socket };
    socket.once('connect', () => {
      if (socket.remotePort === port) sockets.push(socket);
    });
  });
  const sum = (bytesOf: (socket: Socket) => number) => sockets.reduce((total, socket) => total + bytesOf(socket), 0);
  return () => ({ toNeon: sum(({ bytesWritten }) => bytesWritten), fromNeon: sum(({ bytesRead }) => bytesRead) });
}

/** Nanoseconds that a process of one thread has run, by the scheduler's own count. Linux only. */
export function ranNs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]);
}

/**
 * Measures invocations one at a time, each apart: processor time by the scheduler, which counts finer than the ticks of
 * /proc/PID/stat.
 *
 * @param admin of a superuser; its backend is not counted.
 * @param role whose backends are.
 * @param neonPort where the requests go that stand for those to Neon.
 */
export function createMeter(admin: pg.Client, role: string, neonPort: number) {
  const traffic = countTraffic(neonPort);
  let backends: number[] = [];
  const walBytes = async () =>
    Number((await admin.query(`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes`)).rows[0]?.bytes);
  const backendsNs = () => backends.reduce((sum, pid) => sum + ranNs(pid), 0);
  return {
    /** To be called when backends may have come or gone. */
    async findBackends(): Promise<void> {
      const { rows } = await admin.query('select pid from pg_stat_activity where usename = $1', [role]);
      backends = rows.map(({ pid }) => Number(pid));
    },
    async measure(work: () => Promise<unknown>): Promise<Call> {
      const before = { ...traffic(), wal: await walBytes(), ns: backendsNs() };
      const [start, processor] = [performance.now(), process.cpuUsage()];
      await work();
      const used = process.cpuUsage(processor);
      const ms = performance.now() - start;
      const { toNeon, fromNeon } = traffic();
      const wal = await walBytes();
      return {
        ms,
        functionMs: (used.user + used.system) / US_PER_MS,
        databaseMs: (backendsNs() - before.ns) / NS_PER_MS,
        walBytes: wal - before.wal,
        toNeon: toNeon - before.toNeon,
        fromNeon: fromNeon - before.fromNeon,
      };
    },
  };
}
