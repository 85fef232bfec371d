import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BazaarError, messageOf } from '../../platform/errors.ts';

const run = promisify(execFile);

export const KAFKA_VERSION = '4.1.0';
/** The last line of slf4j that Kafka's own logging calls are compiled against; without it the broker is mute. */
export const SLF4J_VERSION = '1.7.36';
const DOWNLOAD_TIMEOUT_MS = 300_000;
const PROBE_TIMEOUT_MS = 10_000;

/** True when both Java (17 or newer, as Kafka 4 needs) and Maven answer. */
export async function hasJavaAndMaven(): Promise<boolean> {
  const [java, maven] = await Promise.all([output('java', ['-version']), output('mvn', ['-v'])]);
  const major = Number(/version "(\d+)/.exec(java ?? '')?.[1] ?? 0);
  return maven !== undefined && major >= 17;
}

async function output(command: string, args: string[]): Promise<string | undefined> {
  const done = await run(command, args, { timeout: PROBE_TIMEOUT_MS }).catch(() => undefined);
  return done === undefined ? undefined : done.stdout + done.stderr;
}

/** A jar in Maven Central: group, artifact, version. */
export type MavenJar = readonly [group: string, artifact: string, version: string];

/** The folder with Kafka's jars (55 MB), fetched from Maven Central the first time and kept in the user's cache. */
export function kafkaJars(onProgress: (text: string) => void): Promise<string> {
  return mavenJars({
    folder: `kafka-${KAFKA_VERSION}`,
    jars: [
      ['org.apache.kafka', 'kafka_2.13', KAFKA_VERSION],
      ['org.slf4j', 'slf4j-simple', SLF4J_VERSION],
    ],
    onFetch: () => onProgress(`fetching Kafka ${KAFKA_VERSION} from Maven Central (55 MB, once)`),
  });
}

/**
 * A folder of the user's cache with these jars and all that they need, fetched from Maven Central the first time.
 *
 * @throws BazaarError (`engine_failed`) when they cannot be had.
 */
export async function mavenJars(wanted: {
  folder: string;
  jars: readonly MavenJar[];
  onFetch: () => void;
}): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bazaarstream');
  const folder = join(cache, wanted.folder);
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  if (isThere) return folder;
  wanted.onFetch();
  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(join(cache, 'fetch-'));
  try {
    await writeFile(join(partial, 'pom.xml'), pomOf(wanted.jars));
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(partial, 'jars')}`];
    await run('mvn', ['-q', '-B', '-f', join(partial, 'pom.xml'), ...goal], { timeout: DOWNLOAD_TIMEOUT_MS });
    // Somebody else may have been faster: then theirs serves as well.
    await rename(join(partial, 'jars'), folder).catch(() => access(folder));
  } catch (cause) {
    throw new BazaarError('engine_failed', `${wanted.folder} could not be fetched with maven: ${messageOf(cause)}`, {
      cause,
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

function pomOf(jars: readonly MavenJar[]): string {
  const dependencies = jars.map(
    ([group, artifact, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>bazaarstream</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependencies.join('\n')}</dependencies></project>`;
}
